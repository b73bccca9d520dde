import { NoThreadsError, type ThreadPort } from './threads';

/** Longer than this no worker takes to start, in milliseconds. */
const PATIENCE = 10_000;

/**
 * A thread as a worker of a worker. It starts from a blob, since such a worker takes over the page's
 * policy. @throws NoThreadsError where it could not share memory, or does not start
 */
export async function startWorkerThread(address: string): Promise<ThreadPort> {
  if (globalThis.crossOriginIsolated === false) throw new NoThreadsError('not-isolated', 'the page is not isolated');
  // WebKitGTK isolates pages and has no shared memory all the same.
  if (typeof SharedArrayBuffer === 'undefined') throw new NoThreadsError('no-shared-memory', 'no SharedArrayBuffer');
  const source = `import ${JSON.stringify(address)};`;
  const blob = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(blob, { type: 'module', name: 'thread' });
  return new Promise<ThreadPort>((resolve, reject) => {
    const fail = (message: string) => {
      worker.terminate();
      reject(new NoThreadsError('no-answer', message));
    };
    const late = setTimeout(fail, PATIENCE, 'a thread did not start in time');
    worker.addEventListener('error', (event) => {
      // Else it would be taken for a failure of the worker that this is a thread of.
      event.preventDefault();
      fail(`a thread did not start: ${event.message}`);
    });
    worker.addEventListener(
      'message',
      () => {
        clearTimeout(late);
        resolve({ post: (message) => worker.postMessage(message), terminate: () => worker.terminate() });
      },
      { once: true },
    );
  }).finally(() => URL.revokeObjectURL(blob));
}
