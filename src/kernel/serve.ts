import { InputError, StateError } from '../errors';
import { type TaskContext, yieldToEventLoop } from '../task';
import type { Request, Response, WireError } from './protocol';

/** A handler for every method of a map; the compiler finds the one that is missing. */
export type Handlers<M> = {
  [K in keyof M]: M[K] extends { params: infer P; result: infer R; progress: infer G }
    ? (params: P, task: TaskContext<[G]>) => Promise<R> | R
    : never;
};

/** What a worker's global scope offers. */
export interface Port {
  postMessage(message: Response, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

/** Answers calls on a port until it closes. Each handler runs wholly inside one try. */
export function serve<M>(port: Port, handlers: Handlers<M>, clock: () => number): void {
  const running = new Map<number, AbortController>();
  const send = (message: Response) => port.postMessage(message, transferables(message));

  port.onmessage = async ({ data }: MessageEvent) => {
    const request = data as Request;
    switch (request.type) {
      case 'abort':
        running.get(request.id)?.abort();
        return;
      // Whoever asked for a thread listens for it.
      case 'thread':
        return;
      case 'call': {
        const { id, method, params } = request;
        const controller = new AbortController();
        running.set(id, controller);
        try {
          const handler = (handlers as Record<string, (p: unknown, t: TaskContext<[unknown]>) => unknown>)[method];
          if (!handler) throw new Error(`expected a method of the worker, found “${method}”`);
          const result = await handler(params, {
            signal: controller.signal,
            progress: (progress) => send({ type: 'progress', id, progress }),
            yieldNow: yieldToEventLoop,
            clock,
          });
          send({ type: 'result', id, result });
        } catch (error) {
          send({ type: 'error', id, error: toWire(error) });
        } finally {
          running.delete(id);
        }
        return;
      }
      default:
        request satisfies never;
    }
  };
  send({ type: 'ready' });
}

function toWire(error: unknown): WireError {
  if (!(error instanceof Error)) return { kind: 'other', name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  if (error instanceof InputError) return { kind: 'input', name, message, stack, place: error.place };
  const kind = error instanceof StateError ? 'state' : error instanceof RangeError ? 'memory' : 'other';
  return { kind, name, message, stack };
}

/** Buffers that go with an answer, by the answer. */
const leaving = new WeakMap<object, readonly ArrayBufferLike[]>();

/**
 * Says that these arrays, whole, leave with an answer or a report: they are moved instead of copied, and whoever gives
 * them away has them no more. Only what was made for the answer may be given.
 */
export function transfer<T extends object>(value: T, ...arrays: readonly (ArrayBufferView | null | undefined)[]): T {
  leaving.set(
    value,
    arrays.flatMap((array) => array?.buffer ?? []),
  );
  return value;
}

function transferables(message: Response): Transferable[] {
  const content = message.type === 'result' ? message.result : message.type === 'progress' ? message.progress : null;
  const buffers = typeof content === 'object' && content !== null ? leaving.get(content) : undefined;
  // Memory that is shared is neither moved nor copied.
  return [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
}
