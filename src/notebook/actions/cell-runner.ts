import { onAbort } from '../../abort';
import { isAbort, messageOf, StateError } from '../../errors';
import type { RunId } from '../../kernel/protocol';
import type { CellId } from '../cell-graph';
import type { Notices } from '../notices';
import { dispatch, type Outputs } from '../store';
import type { CellRuntime } from '../transition';
import type { ActionDependencies } from './dependencies';

/** What the work of a cell may use. */
export interface CellTask {
  readonly signal: AbortSignal;
  readonly progress: (share: number | null, text: string) => void;
  /** False once a later run, or other data, has taken this one's place. */
  readonly current: () => boolean;
}

/** Runs the work of cells: their states, their cancel, and nothing of an older run. */
export class CellRunner {
  private readonly controllers = new Map<CellId, AbortController>();
  private runNumber = 0;

  constructor(
    private readonly dependencies: Pick<ActionDependencies, 'store' | 'clock'>,
    private readonly notices: Notices,
  ) {}

  /** A failure shows in the cell; with `returned` the cell goes back to how it was. @throws what the work throws */
  async run<T>(
    cell: CellId,
    outer: AbortSignal | undefined,
    work: (task: CellTask) => Promise<T>,
    onFailure: 'failed' | 'returned' = 'failed',
  ): Promise<T> {
    const { store, clock } = this.dependencies;
    this.cancel(cell);
    const controller = new AbortController();
    this.controllers.set(cell, controller);
    const release = onAbort(outer, () => controller.abort());
    const before = store.getState().runtimes[cell];
    this.runNumber = Math.max(this.runNumber, before.run) + 1;
    const run = this.runNumber;
    const started = clock();
    dispatch(store, cell, { type: 'started', run });
    try {
      const result = await work({
        signal: controller.signal,
        progress: (share, text) => dispatch(store, cell, { type: 'progressed', run, share, text }),
        current: () => store.getState().runtimes[cell].run === run,
      });
      dispatch(store, cell, { type: 'finished', run, seconds: (clock() - started) / 1000 });
      return result;
    } catch (error) {
      if (isAbort(error) || onFailure === 'returned')
        dispatch(store, cell, { type: 'returned', run, to: atRest(before) });
      else {
        dispatch(store, cell, { type: 'failed', run, error: messageOf(error) });
        this.notices.markShown(error);
      }
      throw error;
    } finally {
      release();
      if (this.controllers.get(cell) === controller) this.controllers.delete(cell);
    }
  }

  cancel(cell: CellId): void {
    this.controllers.get(cell)?.abort();
  }

  /** What hangs on something that changed is stale. */
  invalidate(cells: readonly CellId[]): void {
    for (const cell of cells) dispatch(this.dependencies.store, cell, { type: 'invalidated' });
  }

  /** What belongs to data that is gone is dropped. */
  clear(cells: readonly CellId[]): void {
    for (const cell of cells) {
      this.cancel(cell);
      dispatch(this.dependencies.store, cell, { type: 'cleared' });
    }
  }

  queue(cell: CellId): void {
    const { run, status } = this.dependencies.store.getState().runtimes[cell];
    if (status !== 'running') dispatch(this.dependencies.store, cell, { type: 'queued', run });
  }

  unqueue(cell: CellId): void {
    const runtime = this.dependencies.store.getState().runtimes[cell];
    if (runtime.status === 'queued') {
      dispatch(this.dependencies.store, cell, { type: 'returned', run: runtime.run, to: atRest(runtime) });
    }
  }

  output(outputs: Partial<Outputs>): void {
    this.dependencies.store.setState((now) => ({ outputs: { ...now.outputs, ...outputs } }));
  }

  /** @throws StateError where there is no dataset */
  requireDataset(): void {
    if (this.dependencies.store.getState().outputs.dataset) return;
    throw new StateError('Expected a dataset, found none: load a file or the sample first.');
  }

  /** The run that the page shows. @throws StateError where there is none */
  shownRun(): RunId {
    const { outputs, runtimes } = this.dependencies.store.getState();
    if (outputs.training && runtimes.training.hasOutput) return outputs.training.run;
    throw new StateError('Expected a trained model, found none: train one first.');
  }
}

/** The state of a cell when nothing is done or waited for. */
function atRest(runtime: CellRuntime): CellRuntime {
  const busy = runtime.status === 'running' || runtime.status === 'queued';
  return { ...runtime, status: busy ? (runtime.hasOutput ? 'stale' : 'idle') : runtime.status, progress: null };
}
