import { type Cleaning, clean, toCleaning } from '../../data/clean';
import { toDataset } from '../../data/dataset';
import { inspect, type Loaded, load } from '../../data/load';
import { summariseCleaned } from '../../data/summary';
import type { KernelMethods, LoadResult } from '../protocol';
import type { Handlers } from '../serve';
import type { Session } from '../session';

export function loadHandlers(session: Session): Pick<Handlers<KernelMethods>, 'inspect' | 'load' | 'clean'> {
  return {
    inspect: ({ files }) => inspect(named(files)),

    async load({ files, options }, task) {
      const recipe = toCleaning(options);
      let last = 0;
      // A run under way waits: it would take more than half of the worker's time from the reading.
      const control = session.control;
      const held = control !== null && !control.isPaused;
      if (held) control.pause();
      const read = await load(named(files), options, {
        ...task,
        progress: (progress) => {
          if (task.clock() - last < 50) return;
          last = task.clock();
          task.progress(progress);
        },
      })
        .then((loaded) => ({ loaded, made: cleaned(loaded, recipe) }))
        .catch((error: unknown) => {
          if (held) control.resume();
          throw error;
        });
      // Only a file that was read to the end takes the place of the one before it.
      return replace(session, read.loaded, read.made);
    },

    clean({ cleaning }) {
      session.requireDataset();
      const read = session.read as Loaded;
      return replace(session, read, cleaned(read, toCleaning(cleaning)));
    },
  };
}

/** Puts a dataset in the place of the one before it, whose run ends. */
function replace(session: Session, read: Loaded, { dataset, summary }: Omit<Loaded, 'mapping'>): LoadResult {
  session.control?.stop();
  session.read = read;
  session.dataset = dataset;
  session.forgetRuns();
  return { dataset: ++session.datasets, summary, mapping: read.mapping };
}

/** What a recipe makes of what was read. @throws DataError when too little is left */
function cleaned(read: Loaded, recipe: Cleaning): Omit<Loaded, 'mapping'> {
  const { name, roles, interactions: raw } = read.dataset;
  const { interactions, effects } = clean(raw, recipe, roles);
  const dataset = interactions === raw ? read.dataset : toDataset(name, roles, interactions);
  return { dataset, summary: summariseCleaned(read, dataset, recipe, effects) };
}

function named(files: readonly File[]) {
  return files.map((blob, i) => ({ name: blob.name || `file ${i + 1}`, blob }));
}
