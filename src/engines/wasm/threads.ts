import type { OneThread } from '../engine';

/** What a thread is given: the kernels, the memory and plan of a model, and which of its threads it is. */
export interface ThreadTask {
  readonly kind: 'task';
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly plan: number;
  readonly thread: number;
  /** Number of the last command that is not for it. */
  readonly seen: number;
}

/** Asks a thread to write 1 into its place of a shared memory. */
export interface ThreadTrial {
  readonly kind: 'trial';
  readonly memory: WebAssembly.Memory;
  readonly thread: number;
}

/** Another thread, as far as it concerns us. */
export interface ThreadPort {
  post(message: ThreadTask | ThreadTrial): void;
  terminate(): void;
}

/** There can be no threads, and why. */
export class NoThreadsError extends Error {
  override readonly name = 'NoThreadsError';

  constructor(
    readonly reason: OneThread,
    message: string,
  ) {
    super(message);
  }
}

/** Starts a thread and waits until it listens. @throws NoThreadsError where there can be none */
export type StartThread = () => Promise<ThreadPort>;

/** Whoever has the threads execute commands. */
export interface ThreadPoolClient {
  task(thread: number): ThreadTask;
  /** Lets the threads go back to listening. */
  release(): void;
}

/** The threads besides the first. They work for one model at a time. */
export class ThreadPool {
  private client: ThreadPoolClient | null = null;

  private constructor(private readonly threads: readonly ThreadPort[]) {}

  /** Starts threads and has them share a memory. @throws NoThreadsError where one does not, and ends the others */
  static async start(count: number, start: StartThread): Promise<ThreadPool> {
    const starts = await Promise.allSettled(Array.from({ length: count }, async () => start()));
    const threads = starts.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    try {
      for (const result of starts) if (result.status === 'rejected') throw result.reason;
      await tryMemory(threads);
    } catch (error) {
      for (const port of threads) port.terminate();
      throw error;
    }
    return new ThreadPool(threads);
  }

  /** Threads in all, the first included. */
  get size(): number {
    return this.threads.length + 1;
  }

  attach(client: ThreadPoolClient): void {
    if (this.client === client) return;
    this.client?.release();
    this.client = client;
    this.threads.forEach((port, i) => {
      port.post(client.task(i + 1));
    });
  }

  detach(client: ThreadPoolClient): void {
    if (this.client !== client) return;
    client.release();
    this.client = null;
  }

  dispose(): void {
    this.client = null;
    for (const port of this.threads) port.terminate();
  }
}

/** Longer than this no thread that listens takes to answer, in milliseconds. */
const TIMEOUT_MS = 3000;

/** A page may be isolated in a browser that posts no shared memory, or posts a copy: WebKitGTK 2.50 does the former. */
async function tryMemory(threads: readonly ThreadPort[]): Promise<void> {
  let answers: Int32Array;
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    answers = new Int32Array(memory.buffer, 0, threads.length);
    for (const [thread, port] of threads.entries()) port.post({ kind: 'trial', memory, thread });
  } catch (error) {
    throw new NoThreadsError('no-shared-memory', `a shared memory cannot be posted: ${String(error)}`);
  }
  for (let waited = 0; answers.some((_, thread) => Atomics.load(answers, thread) === 0); waited++) {
    if (waited === TIMEOUT_MS) throw new NoThreadsError('no-answer', 'a thread did not write into the shared memory');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Life of a thread with one message: a task ends with the quit command. */
export function workAsThread(message: ThreadTask | ThreadTrial): void {
  if (message.kind === 'trial') {
    Atomics.store(new Int32Array(message.memory.buffer), message.thread, 1);
    return;
  }
  const { module, memory, plan, thread, seen } = message;
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const kernels = instance.exports as unknown as {
    usePlan(at: number): void;
    serve(thread: number, seen: number): void;
  };
  kernels.usePlan(plan);
  kernels.serve(thread, seen);
}
