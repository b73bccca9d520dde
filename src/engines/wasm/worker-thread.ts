import { type NotLoaded, workerProgram } from '../worker-program';
import { NoThreadsError, type ThreadPort } from './threads';

/** Longer than this no worker takes to start, in milliseconds. */
const START_TIMEOUT_MS = 10_000;

/** A thread as a worker of a worker. @throws NoThreadsError where it could not share memory, or does not start */
export async function startWorkerThread(address: string): Promise<ThreadPort> {
  if (globalThis.crossOriginIsolated === false) throw new NoThreadsError('not-isolated', 'the page is not isolated');
  // WebKitGTK isolates pages and has no shared memory all the same.
  if (typeof SharedArrayBuffer === 'undefined') throw new NoThreadsError('no-shared-memory', 'no SharedArrayBuffer');
  const blob = URL.createObjectURL(new Blob([workerProgram(address)], { type: 'text/javascript' }));
  const worker = new Worker(blob, { type: 'module', name: 'thread' });
  return new Promise<ThreadPort>((resolve, reject) => {
    const fail = (message: string) => {
      worker.terminate();
      reject(new NoThreadsError('no-answer', message));
    };
    const late = setTimeout(fail, START_TIMEOUT_MS, 'a thread did not start in time');
    worker.addEventListener('error', (event) => {
      // Else it would be taken for a failure of the worker that this is a thread of.
      event.preventDefault();
      fail(`a thread did not start: ${event.message}`);
    });
    worker.addEventListener(
      'message',
      ({ data }: MessageEvent<'ready' | NotLoaded>) => {
        clearTimeout(late);
        if (data === 'ready')
          resolve({ post: (message) => worker.postMessage(message), terminate: () => worker.terminate() });
        else fail('the program of a thread could not be loaded');
      },
      { once: true },
    );
  }).finally(() => URL.revokeObjectURL(blob));
}
