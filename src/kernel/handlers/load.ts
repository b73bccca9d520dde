import { inspect, load } from '../../data/load';
import type { KernelMethods } from '../protocol';
import { breathe, type Handlers } from '../serve';
import type { Session } from '../session';

export function loadHandlers(session: Session, clock: () => number): Pick<Handlers<KernelMethods>, 'inspect' | 'load'> {
  return {
    inspect: ({ files }) => inspect(named(files)[0]),

    async load({ files, options }, { signal, report }) {
      let last = 0;
      // A run under way waits: it would take more than half of the worker's time from the reading.
      const control = session.control;
      const held = control !== null && !control.isPaused;
      if (held) control.pause();
      const loaded = await load(named(files), options, {
        clock,
        breathe,
        signal,
        onProgress: (progress) => {
          if (clock() - last < 50) return;
          last = clock();
          report(progress);
        },
      }).catch((error: unknown) => {
        if (held) control.resume();
        throw error;
      });
      // Only a file that was read to the end takes the place of the one before it.
      session.control?.stop();
      session.dataset = loaded.dataset;
      session.run = null;
      return { summary: loaded.summary, mapping: loaded.mapping };
    },
  };
}

function named(files: readonly File[]) {
  return files.map((blob, i) => ({ name: blob.name || `file ${i + 1}`, blob }));
}
