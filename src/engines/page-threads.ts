import type { ThreadTask, ThreadTrial } from './wasm/threads';
import { type NotLoaded, startWorker } from './worker-program';

/**
 * What a worker asks of its page for its threads. The page starts them and hands on what is posted: in Firefox (ESR
 * 153) a worker that makes a worker itself now and then never comes back from `new Worker`.
 */
export type ThreadRequest = { readonly type: 'thread'; readonly id: number } & (
  | { readonly ask: 'start'; readonly address: string }
  | { readonly ask: 'post'; readonly message: ThreadTask | ThreadTrial }
  | { readonly ask: 'end' }
);

/** A thread listens, or why it does not. */
export interface ThreadStarted {
  readonly type: 'thread';
  readonly id: number;
  readonly problem: string | null;
}

/** What is needed of a worker, and of a thread. */
type WorkerHandle = Pick<Worker, 'postMessage' | 'terminate' | 'addEventListener'>;

/** A worker whose threads the page starts for it; they end with it. Whoever listens to the worker hears nothing of them. */
export function withThreads(
  worker: WorkerHandle,
  start: (address: string) => WorkerHandle = startThread,
): WorkerHandle {
  const threads = new Map<number, WorkerHandle>();
  const end = (id: number) => {
    threads.get(id)?.terminate();
    threads.delete(id);
  };
  const answer = (id: number, problem: string | null) =>
    worker.postMessage({ type: 'thread', id, problem } satisfies ThreadStarted);

  function open(id: number, address: string): void {
    const thread = start(address);
    threads.set(id, thread);
    thread.addEventListener('message', (event) => {
      const { data } = event as MessageEvent<'ready' | NotLoaded>;
      answer(id, data === 'ready' ? null : 'the program of a thread could not be loaded');
    });
    thread.addEventListener('error', (event) => {
      event.preventDefault();
      answer(id, `a thread did not start: ${(event as ErrorEvent).message}`);
    });
  }

  worker.addEventListener('message', (event) => {
    const request = (event as MessageEvent<ThreadRequest | { readonly type: 'other' }>).data;
    if (request.type !== 'thread') return;
    event.stopImmediatePropagation();
    switch (request.ask) {
      case 'start':
        open(request.id, request.address);
        return;
      case 'post':
        threads.get(request.id)?.postMessage(request.message);
        return;
      case 'end':
        end(request.id);
        return;
      default:
        request satisfies never;
    }
  });
  return {
    postMessage: (message: unknown, options?: unknown) => worker.postMessage(message, options as Transferable[]),
    terminate() {
      worker.terminate();
      for (const id of [...threads.keys()]) end(id);
    },
    addEventListener: (type: string, listener: unknown) => worker.addEventListener(type, listener as EventListener),
  };
}

const startThread = (address: string) => startWorker(address, 'thread');
