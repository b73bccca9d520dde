import type { TaskContext } from '../../src/task';
import { task } from './task';

/** A call that nobody aborts and nobody watches. */
export const context = <G>(): TaskContext<[G]> => task({ clock: () => performance.now() });

/** A call whose progress is kept. */
export function watched<G>(): { context: TaskContext<[G]>; reports: G[] } {
  const reports: G[] = [];
  return { context: { ...context<G>(), progress: (report) => reports.push(report) }, reports };
}
