import type { CellId } from './cell-graph';
import { duration } from './format';
import type { CellRuntime } from './transition';

/** Progress is said again at the earliest after so long. */
const SAY_EVERY_SECONDS = 10;

/** What there is to say of cells to someone who does not see them: begun, how far now and then, and how they ended. */
export class Announcements {
  private readonly said = new Map<CellId, { run: number; at: number }>();

  /** `clock` gives milliseconds. */
  constructor(private readonly clock: () => number) {}

  /** What a change of a cell is worth saying, or null. */
  of(cell: CellId, title: string, before: CellRuntime, after: CellRuntime): string | null {
    if (after === before) return null;
    if (after.status === 'running') return this.progress(cell, title, after);
    if (before.status !== 'running') return null;
    this.said.delete(cell);
    switch (after.status) {
      case 'done':
        return after.run === before.run && after.seconds !== null && after.seconds >= 0.1
          ? `${title}: done in ${duration(after.seconds)}`
          : `${title}: done`;
      case 'failed':
        return `${title} failed: ${after.error ?? ''}`;
      default:
        return `${title}: not finished`;
    }
  }

  private progress(cell: CellId, title: string, { run, progress }: CellRuntime): string | null {
    // What reports no progress is over before it is said.
    if (!progress?.text) return null;
    const said = this.said.get(cell);
    const now = this.clock();
    if (said?.run === run && now - said.at < 1000 * SAY_EVERY_SECONDS) return null;
    this.said.set(cell, { run, at: now });
    if (said?.run !== run) return `${title}: running`;
    return progress.share === null ? `${title}: still running` : `${title}: ${Math.round(100 * progress.share)} %`;
  }
}
