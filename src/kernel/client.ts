import { onAbort } from '../abort';
import type { NotLoaded } from '../engines/worker-program';
import { InputError, StateError } from '../errors';
import type { AnyMethods, Request, Response, WireError } from './protocol';

export interface CallOptions<G> {
  signal?: AbortSignal;
  onProgress?: (progress: G) => void;
  transfer?: Transferable[];
}

interface Pending {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
  onProgress?: (progress: never) => void;
}

/** The worker could not be loaded, or broke down; everything it had in hand is lost. */
export class WorkerFailedError extends StateError {
  override readonly name = 'WorkerFailedError';
}

const NOT_LOADED = 'The worker could not be loaded. Check that all files of this page are reachable, and reload.';

/** What the client needs of a Worker. */
export type WorkerLike = Pick<Worker, 'postMessage' | 'terminate' | 'addEventListener'>;

/** A port as a worker: what answers at its other end is started by somebody else. */
export function asWorker(port: MessagePort): WorkerLike {
  port.start();
  return {
    postMessage: (message: unknown, options?: unknown) => port.postMessage(message, options as Transferable[]),
    terminate: () => port.close(),
    addEventListener: (type: string, listener: unknown) => port.addEventListener(type, listener as EventListener),
  };
}

/**
 * Calls methods of a worker by name. A worker that fails rejects all that is pending, so that
 * nothing hangs, and the next call starts a new one.
 */
export class WorkerClient<M extends { [K in keyof M]: AnyMethods[string] }> {
  private worker: WorkerLike | null = null;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;

  constructor(
    private readonly start: () => WorkerLike,
    private readonly onFailure: (error: WorkerFailedError) => void = () => undefined,
    /** Makes the first calls of a worker that was started. */
    private readonly onStart: (client: WorkerClient<M>) => void = () => undefined,
  ) {}

  call<K extends keyof M & string>(
    method: K,
    params: M[K]['params'],
    { signal, onProgress, transfer = [] }: CallOptions<M[K]['progress']> = {},
  ): Promise<M[K]['result']> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(abortError());
        return;
      }
      const id = this.nextId++;
      let settle: () => void = () => undefined;
      this.pending.set(id, {
        resolve: (result) => {
          settle();
          resolve(result);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
        onProgress: onProgress as Pending['onProgress'],
      });
      try {
        this.post({ type: 'call', id, method, params }, transfer);
        settle = onAbort(signal, () => this.post({ type: 'abort', id }));
      } catch (error) {
        this.pending.delete(id);
        settle();
        reject(error);
      }
    });
  }

  /** Ends the worker at once; what was pending rejects as aborted. */
  terminate(): void {
    this.end(abortError());
  }

  private post(request: Request, transfer: Transferable[] = []): void {
    if (!this.worker) {
      this.worker = this.open();
      this.onStart(this);
    }
    this.worker.postMessage(request, transfer);
  }

  private open(): WorkerLike {
    const worker = this.start();
    const failed = (what: string) => {
      if (this.worker !== worker) return;
      const error = new WorkerFailedError(what);
      this.end(error);
      this.onFailure(error);
    };
    worker.addEventListener('message', (event) => {
      const { data } = event as MessageEvent<Response>;
      if (data.type === 'not-loaded') failed(NOT_LOADED);
      else this.receive(data);
    });
    worker.addEventListener('messageerror', () => failed('The worker sent a message that could not be read.'));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      const { message } = event as ErrorEvent;
      // Those who mend it read this; others read what it means for them.
      if (message) console.error(message);
      failed(message ? 'The worker broke down.' : NOT_LOADED);
    });
    return worker;
  }

  private end(error: Error): void {
    this.worker?.terminate();
    this.worker = null;
    const waiting = [...this.pending.values()];
    this.pending.clear();
    for (const { reject } of waiting) reject(error);
  }

  private receive(response: Exclude<Response, NotLoaded>): void {
    switch (response.type) {
      case 'ready':
        return;
      case 'progress':
        this.pending.get(response.id)?.onProgress?.(response.progress as never);
        return;
      case 'result':
        this.pending.get(response.id)?.resolve(response.result as never);
        this.pending.delete(response.id);
        return;
      case 'error':
        this.pending.get(response.id)?.reject(fromWire(response.error));
        this.pending.delete(response.id);
        return;
      default:
        response satisfies never;
    }
  }
}

function abortError(): Error {
  return new DOMException('The work was cancelled.', 'AbortError');
}

function fromWire({ kind, name, message, stack, place }: WireError): Error {
  const error = revived(kind, place);
  error.message = message;
  error.name = name;
  if (stack) error.stack = stack;
  return error;
}

function revived(kind: WireError['kind'], place: WireError['place']): Error {
  switch (kind) {
    case 'input':
      return new InputError('', place);
    case 'state':
      return new StateError();
    case 'memory':
      return new RangeError();
    case 'other':
      return new Error();
    default:
      return kind satisfies never;
  }
}
