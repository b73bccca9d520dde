import type { CellGraph, CellId } from '../cell-graph';
import type { Notices } from '../notices';
import type { NotebookStore } from '../store';
import type { CellRunner } from './cell-runner';

/** Runs cells in their order, each after what it needs. A later plan takes the place of the one before. */
export class Plan {
  private number = 0;

  constructor(
    private readonly graph: CellGraph,
    private readonly store: NotebookStore,
    private readonly runner: CellRunner,
    private readonly notices: Notices,
    private readonly work: (cell: CellId) => Promise<unknown>,
  ) {}

  /** Runs a cell and, first, what it needs and has not got. Failures show in the cell, or else as a notice; gives whether it ran. */
  async run(cell: CellId): Promise<boolean> {
    for (const need of this.graph.cell(cell).needs) {
      await this.settled(need);
      if (this.store.getState().runtimes[need].status !== 'done' && !(await this.run(need))) return false;
    }
    try {
      await this.work(cell);
      return true;
    } catch (error) {
      this.notices.failed(error);
      return false;
    }
  }

  /** Waits for a cell that is running already: to start it again would end what someone else has asked for. */
  settled(cell: CellId): Promise<void> {
    const busy = () => this.store.getState().runtimes[cell].status === 'running';
    if (!busy()) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.store.subscribe(() => {
        if (busy()) return;
        stop();
        resolve();
      });
    });
  }

  /** One after another; what hangs on a cell that fails is left as it was. */
  async runList(cells: readonly CellId[]): Promise<void> {
    const own = ++this.number;
    let waiting = [...cells];
    while (waiting.length > 0) {
      for (const cell of waiting) this.runner.queue(cell);
      const [next, ...rest] = waiting;
      const ok = await this.run(next);
      if (own !== this.number) return;
      const blocked = ok ? [] : this.graph.downstream(next);
      for (const cell of blocked) this.runner.unqueue(cell);
      waiting = rest.filter((cell) => !blocked.includes(cell));
    }
  }

  runFrom(cell: CellId): Promise<void> {
    return this.runList([cell, ...this.graph.downstream(cell)]);
  }

  runStale(): Promise<void> {
    const { runtimes } = this.store.getState();
    return this.runList(
      this.graph.ids.filter((cell) => !['done', 'running', 'queued'].includes(runtimes[cell].status)),
    );
  }

  /** Ends the list being run; what waits is left as it was. */
  end(): void {
    this.number++;
    for (const cell of this.graph.ids) this.runner.unqueue(cell);
  }
}
