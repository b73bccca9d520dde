import type { ThreadRequest, ThreadStarted } from '../page-threads';
import { NoThreadsError, type ThreadPort } from './threads';

/** What of a worker's global scope is needed to ask its page. */
export interface ThreadScope {
  postMessage(request: ThreadRequest): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  removeEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

/** Longer than this no worker takes to start, in milliseconds. */
const START_TIMEOUT_MS = 10_000;

let started = 0;

/** A thread for a worker. @throws NoThreadsError where it could not share memory, or does not start */
export async function startWorkerThread(
  address: string,
  scope: ThreadScope = globalThis as unknown as ThreadScope,
): Promise<ThreadPort> {
  if (globalThis.crossOriginIsolated === false) throw new NoThreadsError('not-isolated', 'the page is not isolated');
  // WebKitGTK isolates pages and has no shared memory all the same.
  if (typeof SharedArrayBuffer === 'undefined') throw new NoThreadsError('no-shared-memory', 'no SharedArrayBuffer');
  const id = ++started;
  const terminate = () => scope.postMessage({ type: 'thread', id, ask: 'end' });
  return new Promise<ThreadPort>((resolve, reject) => {
    const settle = (problem: string | null) => {
      clearTimeout(late);
      scope.removeEventListener('message', heard);
      if (problem === null) {
        resolve({ post: (message) => scope.postMessage({ type: 'thread', id, ask: 'post', message }), terminate });
      } else {
        terminate();
        reject(new NoThreadsError('no-answer', problem));
      }
    };
    const heard = ({ data }: MessageEvent<ThreadStarted | { readonly type: 'call' | 'abort' }>) => {
      if (data.type === 'thread' && data.id === id) settle(data.problem);
    };
    const late = setTimeout(settle, START_TIMEOUT_MS, 'a thread did not start in time');
    scope.addEventListener('message', heard);
    scope.postMessage({ type: 'thread', id, ask: 'start', address });
  });
}
