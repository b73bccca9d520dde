import { onAbort } from '../../abort';
import { StateError } from '../../errors';
import type { Axis, EntityRef, Evaluation, KernelMethods, ScoredEntity, TrainReport } from '../../kernel/protocol';
import type { OptionValues } from '../../models/option';
import { presetById } from '../../models/registry';
import type { Notebook } from '../notebook';
import { dispatch } from '../store';
import type { CellRuntime } from '../transition';
import type { CellRunner } from './cell-runner';
import type { ActionDependencies } from './dependencies';

/** One of the runs that an exercise compares. */
export interface Trial {
  /** What it is called in the table. */
  readonly name: string;
  /** What differs from the model at hand. */
  readonly options: OptionValues;
  readonly report: TrainReport;
  /** Null where nothing was held out. */
  readonly evaluation: Evaluation | null;
}

/** What a trial changes: of the model at hand, or of another preset's defaults. */
export interface TrialPlan {
  readonly name: string;
  readonly preset?: string;
  readonly options: OptionValues;
}

/** Neighbours of one entry before and after something was changed. */
export interface BeforeAfter {
  readonly side: Axis;
  readonly label: string;
  readonly before: readonly ScoredEntity[];
  /** Null where the entry is no longer there. */
  readonly after: readonly ScoredEntity[] | null;
}

interface Rest {
  readonly setModel: (model: Notebook['model']) => void;
  readonly train: (choice: Partial<Notebook['model']>, call: { signal: AbortSignal }) => Promise<TrainReport>;
  readonly evaluate: (call: { signal: AbortSignal }) => Promise<Evaluation>;
  readonly selectRun: (run: number) => Promise<void>;
  readonly select: (side: Axis, ref: EntityRef) => Promise<void>;
}

const NEIGHBOURS = 10;

/** Exercises: runs made to be compared, one after another, after which the notebook is as it was. */
export function createExerciseActions({ graph, store, host }: ActionDependencies, runner: CellRunner, rest: Rest) {
  let controller: AbortController | null = null;

  /** Does the work of one exercise at a time; the page shows which, and what it is at. @throws StateError where one is under way */
  async function exercise<T>(
    id: string,
    work: (tools: { signal: AbortSignal; say: (text: string, share: number | null) => void }) => Promise<T>,
  ): Promise<T> {
    if (controller) throw new StateError('Expected no other exercise under way, found one: wait for it or cancel it.');
    const own = new AbortController();
    controller = own;
    const say = (text: string, share: number | null) => store.setState({ exercise: { id, text, share } });
    say('Beginning', null);
    try {
      return await work({ signal: own.signal, say });
    } finally {
      controller = null;
      store.setState({ exercise: null });
    }
  }

  /** Remembers model, run and outputs; what it gives puts them back, unless other data has come meanwhile. */
  function remember(): () => Promise<void> {
    const { notebook, outputs, runtimes } = store.getState();
    return async () => {
      const { dataset } = store.getState().outputs;
      if (dataset !== outputs.dataset) return;
      rest.setModel(notebook.model);
      if (!outputs.training) return;
      try {
        await rest.selectRun(outputs.training.run);
      } catch {
        // The run before is no longer kept: what is shown is the last of the exercise, and said to be stale.
        return;
      }
      store.setState((now) => ({ notebook: { ...now.notebook, model: notebook.model } }));
      runner.output({ evaluation: outputs.evaluation, map: outputs.map, components: outputs.components });
      for (const cell of ['model', ...graph.downstream('model')]) {
        const { run } = store.getState().runtimes[cell];
        if (cell !== 'runs') dispatch(store, cell, { type: 'returned', run, to: atRest(runtimes[cell]) });
      }
    };
  }

  return {
    /** The exercises are there as soon as the data is. */
    async offerExercises(): Promise<void> {
      runner.requireDataset();
      await runner.run('exercises', undefined, async () => undefined);
    },

    /**
     * Trains and measures once for each plan, on pairs held out where the preset can hold out. Options of a plan go
     * over those of the model at hand, or over the defaults of the plan's own preset. The notebook is put back as it was.
     */
    trials: (id: string, plans: readonly TrialPlan[], onTrial: (trial: Trial) => void = () => undefined) =>
      exercise(id, async ({ signal, say }): Promise<Trial[]> => {
        runner.requireDataset();
        const { preset: at, options: own } = store.getState().notebook.model;
        const putBack = remember();
        const done: Trial[] = [];
        try {
          for (const [i, { name, preset = at, options }] of plans.entries()) {
            const share = i / plans.length;
            const place = `${i + 1} of ${plans.length}, ${name}`;
            say(`Training ${place}`, share);
            const base = preset === at ? own : {};
            const holds = presetById(preset).options.some((option) => option.id === 'holdOut');
            const wanted = { ...base, ...(holds && { holdOut: true }), ...options };
            const report = await rest.train({ preset, options: wanted }, { signal });
            signal.throwIfAborted();
            say(`Measuring ${place}`, share + 0.7 / plans.length);
            const evaluation = report.heldOutPairs > 0 ? await rest.evaluate({ signal }) : null;
            signal.throwIfAborted();
            const trial: Trial = { name, options, report, evaluation };
            done.push(trial);
            onTrial(trial);
          }
          return done;
        } finally {
          await putBack();
        }
      }),

    /** Predicts a field of metadata from the vectors of a side. */
    classify: (id: string, params: Omit<KernelMethods['classify']['params'], 'run'>) =>
      exercise(id, async ({ signal, say }) => {
        const run = runner.shownRun();
        const onProgress = ({ share }: { share: number }) => say('Fitting', share);
        return host.kernel.call('classify', { run, ...params }, { signal, onProgress });
      }),

    /** Neighbours of the selected entry before and after a change that runs the notebook anew. @throws StateError without a selection */
    beforeAfter: (id: string, change: () => Promise<void>) =>
      exercise(id, async ({ signal, say }): Promise<BeforeAfter> => {
        runner.shownRun();
        const { entity } = store.getState();
        if (!entity) throw new StateError('Expected a selected entry to compare neighbours of, found none.');
        const { side, label, id: name } = entity;
        const near = (ref: EntityRef) =>
          host.kernel.call('neighbours', {
            run: runner.shownRun(),
            side,
            ref,
            k: NEIGHBOURS,
            metric: 'cosine',
            least: false,
          });
        const before = await near({ index: entity.index });
        const stop = () => {
          for (const cell of graph.ids) runner.cancel(cell);
        };
        const release = onAbort(signal, stop);
        try {
          say('Running the notebook again', null);
          await change();
        } finally {
          release();
        }
        signal.throwIfAborted();
        runner.shownRun();
        const found = await rest.select(side, { id: name }).then(
          () => true,
          () => false,
        );
        return { side, label, before, after: found ? await near({ id: name }) : null };
      }),

    /** Ends the exercise under way; its runs so far are kept. */
    cancelExercise: () => controller?.abort(),
  };
}

/** A state to go back to: what was under way then is not any more. */
function atRest(runtime: CellRuntime): CellRuntime {
  const busy = runtime.status === 'running' || runtime.status === 'queued';
  return { ...runtime, status: busy ? (runtime.hasOutput ? 'stale' : 'idle') : runtime.status, progress: null };
}
