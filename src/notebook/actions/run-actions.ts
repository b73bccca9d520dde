import { StateError } from '../../errors';
import type { CallOptions } from '../../kernel/client';
import type {
  BaselineQuality,
  Comparison,
  EvaluateProgress,
  Evaluation,
  KernelMethods,
  RunId,
  RunSummary,
} from '../../kernel/protocol';
import type { CellId } from '../cell-graph';
import { dispatch } from '../store';
import type { TrainingLog } from '../training-log';
import type { CellRunner } from './cell-runner';
import type { ActionDependencies } from './dependencies';

/** What is measured; what is not chosen stays as it was. */
export interface EvaluationChoice extends CallOptions<never> {
  /** Length of the lists. */
  readonly k?: number;
  /** Fits the baselines that take long, too. */
  readonly all?: boolean;
}

/** Measuring a run, and the runs before it: listed, shown again, compared. */
export function createRunActions({ graph, store, host, mark }: ActionDependencies, runner: CellRunner) {
  /** Losses of the runs that are kept, so that the curve can be drawn again. */
  const logs = new Map<number, TrainingLog>();

  function show(runs: readonly RunSummary[]): void {
    runner.output({ runs });
    for (const run of logs.keys()) if (!runs.some((row) => row.run === run)) logs.delete(run);
  }

  /** Preset and options of a run. @throws StateError when nothing has been trained; InputError that names the runs there are */
  async function askedFor(run: RunId) {
    const { preset, options } = (await host.kernel.call('runDetails', { run })).report;
    return { preset, options };
  }

  async function refreshRuns(): Promise<readonly RunSummary[]> {
    return runner.run('runs', undefined, async ({ current }) => {
      const runs = await host.kernel.call('runs', {});
      if (current()) show(runs);
      return runs;
    });
  }

  return {
    refreshRuns,

    /** What a run that has just ended leaves on the page. */
    async keepRun(run: number): Promise<void> {
      const { log, runtimes } = store.getState();
      // A run that another one has ended finds the log of that one.
      if (log && runtimes.training.status === 'done') logs.set(run, log);
      // The list is worth no failure of what it follows.
      await refreshRuns().catch(() => undefined);
    },

    async evaluate({ k, all = false, signal }: EvaluationChoice = {}): Promise<Evaluation> {
      const run = runner.shownRun();
      const before = store.getState().listLength;
      store.setState({ listLength: k ?? before });
      const evaluation = await runner
        .run('evaluation', signal, async ({ signal: inner, progress }) => {
          const found = await host.kernel.call(
            'evaluate',
            { run, k: k ?? before, all },
            { signal: inner, onProgress: ({ what, share }) => progress(share, `Ranking for ${what}`) },
          );
          // Another run may have taken this one's place meanwhile.
          if (found.run === store.getState().outputs.training?.run) runner.output({ evaluation: found });
          return found;
        })
        .catch((error: unknown) => {
          // What is on the page is still of the length before.
          if (store.getState().listLength === k) store.setState({ listLength: before });
          throw error;
        });
      mark('evaluated');
      await refreshRuns().catch(() => undefined);
      return evaluation;
    },

    /**
     * Puts a kept run in the place of the one shown: its losses, its options and, where it was measured, its metrics.
     * @throws StateError while a run is under way; InputError that names the runs there are
     */
    async selectRun(run: number): Promise<void> {
      if (store.getState().runtimes.training.status === 'running') {
        throw new StateError('Expected no training under way, found one: stop it before showing another run.');
      }
      const { report, evaluation } = await host.kernel.call('runDetails', { run });
      const runs = await host.kernel.call('runs', {});
      const row = runs.find((candidate) => candidate.run === run);
      store.setState(({ notebook, logVersion, listLength }) => ({
        notebook: row ? { ...notebook, model: { preset: row.preset, options: row.changed } } : notebook,
        log: logs.get(run) ?? null,
        logVersion: logVersion + 1,
        listLength: evaluation?.k ?? listLength,
      }));
      // What is being measured is of the run before.
      runner.cancel('evaluation');
      runner.output({ training: report, evaluation });
      show(runs);
      runner.invalidate(graph.downstream('training'));
      // The form says again what this run was made of: nothing about it is stale.
      finish('training', report.seconds);
      if (evaluation) finish('evaluation');
      finish('runs');
    },

    /** The baselines of rankings on the split of a run, or of one that the chosen model would have, as far as they take no longer. */
    async baselines(
      { k, maximumSeconds, run }: { k: number; maximumSeconds: number | null; run?: RunId },
      call: CallOptions<EvaluateProgress> = {},
    ): Promise<readonly BaselineQuality[]> {
      runner.requireDataset();
      const model = run === undefined ? store.getState().notebook.model : await askedFor(run);
      return host.kernel.call('baselines', { ...model, k, maximumSeconds }, call);
    },

    listRuns: (): Promise<readonly RunSummary[]> => host.kernel.call('runs', {}),

    /** Two runs side by side; `a` minus `b` where they can be compared. */
    compareRuns: (a: number, b: number): Promise<Comparison> => host.kernel.call('compare', { a, b }),

    /** The first suggestions of each row, as a CSV file. */
    exportPredictions(
      params: Omit<KernelMethods['exportPredictions']['params'], 'run'>,
      { signal, onProgress }: CallOptions<{ share: number }> = {},
    ): Promise<Blob> {
      return host.kernel.call('exportPredictions', { run: runner.shownRun(), ...params }, { signal, onProgress });
    },

    /** What belongs to data that is gone. */
    forgetRuns(): void {
      logs.clear();
      runner.output({ runs: [] });
    },
  };

  /** The state of a cell whose output was made before. */
  function finish(cell: CellId, seconds = 0): void {
    dispatch(store, cell, { type: 'finished', run: store.getState().runtimes[cell].run, seconds });
  }
}
