import { WorkerClient } from '../../../src/kernel/client';
import type { Refusal, Sizes, Spent } from '../row';
import type { BenchMethods } from './methods';

declare global {
  interface Window {
    bench: typeof bench;
  }
  interface Performance {
    /** Bytes of this page and its workers, after a collection of garbage. */
    measureUserAgentSpecificMemory(): Promise<{ readonly bytes: number }>;
  }
}

const workers = new Map<number, WorkerClient<BenchMethods>>();

/** What the bench's program calls in the page: works, each in a module worker of its own as the kernel is. */
const bench = {
  async start(row: string, work: string, threads: number): Promise<{ id: number; sizes: Sizes } | Refusal> {
    const id = workers.size;
    const client = new WorkerClient<BenchMethods>(
      () => new Worker(new URL('./bench.worker.ts', import.meta.url), { type: 'module' }),
    );
    workers.set(id, client);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = async () => port1.postMessage((await performance.measureUserAgentSpecificMemory()).bytes);
    try {
      const sizes = await client.call('start', { row, work, threads, memory: port2 }, { transfer: [port2] });
      return { id, sizes };
    } catch (error) {
      client.terminate();
      return { cannot: error instanceof Error ? error.message : String(error) };
    }
  },
  run: (id: number, seconds: number): Promise<Spent> => workerOf(id).call('run', { seconds }),
  notes: (id: number): Promise<readonly string[]> => workerOf(id).call('notes', {}),
  end: (id: number): void => workerOf(id).terminate(),
};
window.bench = bench;

function workerOf(id: number): WorkerClient<BenchMethods> {
  const client = workers.get(id);
  if (!client) throw new RangeError(`expected a worker that was started, found ${id}`);
  return client;
}
