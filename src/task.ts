/**
 * What long work is given, and the one way in which it is cancelled, reports how far it is, lets messages in and reads
 * the time.
 */
export interface TaskContext<Progress extends readonly unknown[] = [share: number, stage?: string]> {
  /** Aborted when the work is no longer wanted. */
  readonly signal: AbortSignal;
  /** Reports how far the work is: its share in [0, 1], or what the task says instead. */
  progress(...report: Progress): void;
  /** Lets the event loop deliver what waits: messages, and aborts with them. */
  yieldNow(): Promise<void>;
  /** Milliseconds on a clock that does not go back. */
  clock(): number;
}

/** Work that holds the event loop longer than this makes a page wait: about one frame. In milliseconds. */
const YIELD_INTERVAL_MS = 16;

/** When each task last let messages in. */
const lastYields = new WeakMap<object, number>();

/**
 * Between two parts of a task: reports, lets messages in where the last time is long enough ago, and ends the task
 * where that was asked for. Parts shorter than YIELD_INTERVAL_MS cost no turn of the event loop.
 * @throws AbortError
 */
export async function checkpoint<Progress extends readonly unknown[]>(
  task: TaskContext<Progress>,
  ...report: Progress | []
): Promise<void> {
  if (report.length > 0) task.progress(...(report as Progress));
  const last = lastYields.get(task);
  if (last === undefined || task.clock() - last >= YIELD_INTERVAL_MS) {
    await task.yieldNow();
    lastYields.set(task, task.clock());
  }
  task.signal.throwIfAborted();
}

/** One turn of the event loop, without the clamp of setTimeout. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** A task that nobody watches or cancels, for work that is short. */
export function unattended<Progress extends readonly unknown[]>(clock: () => number): TaskContext<Progress> {
  return {
    signal: new AbortController().signal,
    progress: () => undefined,
    yieldNow: async () => undefined,
    clock,
  };
}
