import { type TaskContext, unattended } from '../../src/task';

/** A task by a clock that stands still, which nobody watches or cancels but as it is said here. */
export function task<Progress extends readonly unknown[]>(
  change: Partial<TaskContext<Progress>> = {},
): TaskContext<Progress> {
  return { ...unattended<Progress>(() => 0), ...change };
}
