/** What a thread is given: the kernels, the memory and plan of a model, and which of its threads it is. */
export interface ThreadTask {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly plan: number;
  readonly thread: number;
  /** Number of the last order that is not for it. */
  readonly seen: number;
}

/** Another thread, as far as it concerns us. */
export interface ThreadPort {
  post(task: ThreadTask): void;
  terminate(): void;
}

/** Starts a thread and waits until it listens. @throws Error where there can be none */
export type StartThread = () => Promise<ThreadPort>;

/** Who can have the threads carry out orders. */
export interface Employer {
  task(thread: number): ThreadTask;
  /** Lets the threads go back to listening. */
  release(): void;
}

/** The threads besides the first. They work for one model at a time. */
export class ThreadPool {
  private employer: Employer | null = null;

  private constructor(private readonly threads: readonly ThreadPort[]) {}

  /** @throws Error when a thread does not start */
  static async start(count: number, start: StartThread): Promise<ThreadPool> {
    return new ThreadPool(await Promise.all(Array.from({ length: count }, start)));
  }

  /** Threads in all, the first included. */
  get size(): number {
    return this.threads.length + 1;
  }

  workFor(employer: Employer): void {
    if (this.employer === employer) return;
    this.employer?.release();
    this.employer = employer;
    this.threads.forEach((port, i) => {
      port.post(employer.task(i + 1));
    });
  }

  leave(employer: Employer): void {
    if (this.employer !== employer) return;
    employer.release();
    this.employer = null;
  }

  dispose(): void {
    this.employer = null;
    for (const port of this.threads) port.terminate();
  }
}

/** Life of a thread with one task: until it is told to quit. */
export function workAsThread({ module, memory, plan, thread, seen }: ThreadTask): void {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const kernels = instance.exports as unknown as {
    usePlan(at: number): void;
    serve(thread: number, seen: number): void;
  };
  kernels.usePlan(plan);
  kernels.serve(thread, seen);
}
