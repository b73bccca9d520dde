import type { ThreadPort } from './threads';

/** Longer than this no worker takes to start, in milliseconds. */
const PATIENCE = 10_000;

/**
 * A thread as a worker of a worker. It starts from a blob, since such a worker takes over the page's
 * policy. @throws Error when it does not start
 */
export function startWorkerThread(address: string): Promise<ThreadPort> {
  const source = `import ${JSON.stringify(address)};`;
  const blob = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(blob, { type: 'module', name: 'thread' });
  return new Promise<ThreadPort>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('a thread did not start in time')), PATIENCE);
    worker.addEventListener('error', (event) => {
      // Else it would be taken for a failure of the worker that this is a thread of.
      event.preventDefault();
      reject(new Error(`a thread did not start: ${event.message}`));
    });
    worker.addEventListener(
      'message',
      () => {
        clearTimeout(late);
        resolve({ post: (task) => worker.postMessage(task), terminate: () => worker.terminate() });
      },
      { once: true },
    );
  }).finally(() => URL.revokeObjectURL(blob));
}
