import { expect, test } from 'vitest';
import { withThreads } from '../../src/engines/page-threads';
import { NoThreadsError } from '../../src/engines/wasm/threads';
import { startWorkerThread, type ThreadScope } from '../../src/engines/wasm/worker-thread';

/** One end of a worker or thread: what was posted to it, and a way to have it post. */
class Handle extends EventTarget {
  readonly posted: unknown[] = [];
  ended = false;
  /** Who hears what is posted to it. */
  hears: (message: unknown) => void = () => undefined;

  postMessage(message: unknown): void {
    this.posted.push(message);
    this.hears(message);
  }

  terminate(): void {
    this.ended = true;
  }

  says(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

/** A worker, its page, and the threads that the page made for it. */
function workerWithThreads() {
  const worker = new Handle();
  const threads: Handle[] = [];
  const addresses: string[] = [];
  const page = withThreads(worker as unknown as Worker, (address) => {
    const thread = new Handle();
    threads.push(thread);
    addresses.push(address);
    return thread as unknown as Worker;
  });
  const inside = new EventTarget();
  worker.hears = (data) => inside.dispatchEvent(new MessageEvent('message', { data }));
  const scope = {
    postMessage: (request: unknown) => worker.says(request),
    addEventListener: inside.addEventListener.bind(inside),
    removeEventListener: inside.removeEventListener.bind(inside),
  } as unknown as ThreadScope;
  return { worker, page, threads, addresses, start: (address: string) => startWorkerThread(address, scope) };
}

const TRIAL = { kind: 'trial', memory: null as unknown as WebAssembly.Memory, thread: 0 } as const;

test('the page starts a thread, hands on what is posted to it, and ends it', async () => {
  const { threads, addresses, start } = workerWithThreads();
  const [first, second] = [start('a.js'), start('b.js')];
  expect(addresses).toEqual(['a.js', 'b.js']);
  threads[1].says('ready');
  threads[0].says('ready');
  (await second).post({ ...TRIAL, thread: 1 });
  (await first).post(TRIAL);
  expect(threads.map(({ posted }) => posted)).toEqual([[TRIAL], [{ ...TRIAL, thread: 1 }]]);
  (await first).terminate();
  expect(threads.map(({ ended }) => ended)).toEqual([true, false]);
});

test('threads end with their worker', async () => {
  const { worker, page, threads, start } = workerWithThreads();
  const port = start('a.js');
  threads[0].says('ready');
  await port;
  page.terminate();
  expect([worker.ended, threads[0].ended]).toEqual([true, true]);
});

test('whoever listens to the worker hears its answers and nothing of threads', async () => {
  const { worker, page, threads, start } = workerWithThreads();
  const heard: unknown[] = [];
  page.addEventListener('message', (event) => heard.push((event as MessageEvent).data));
  const port = start('a.js');
  threads[0].says('ready');
  (await port).post(TRIAL);
  worker.says({ type: 'result', id: 1, result: 2 });
  expect(heard).toEqual([{ type: 'result', id: 1, result: 2 }]);
});

test.each([
  ['its program is not there', (thread: Handle) => thread.says({ type: 'not-loaded' }), 'could not be loaded'],
  [
    'it breaks down',
    (thread: Handle) => thread.dispatchEvent(Object.assign(new Event('error'), { message: 'no room' })),
    'no room',
  ],
])('a thread is refused and ended where %s', async (_, fail, says) => {
  const { threads, start } = workerWithThreads();
  const port = start('a.js');
  fail(threads[0]);
  await expect(port).rejects.toThrow(NoThreadsError);
  await expect(port).rejects.toThrow(says);
  expect(threads[0].ended).toBe(true);
});
