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

/** Typed arrays that own their whole buffer travel without a copy: results are made to be given away. */
function transferables(message: Response): Transferable[] {
  if (message.type !== 'result' && message.type !== 'progress') return [];
  const found = new Set<Transferable>();
  const visit = (value: unknown, depth: number) => {
    if (depth > 3 || value === null || typeof value !== 'object') return;
    if (ArrayBuffer.isView(value)) {
      if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength) found.add(value.buffer);
      return;
    }
    if (Array.isArray(value) && value.length > 50) return;
    for (const child of Object.values(value)) visit(child, depth + 1);
  };
  visit(message.type === 'result' ? message.result : message.progress, 0);
  return [...found];
}
