import { describe, expect, test } from 'vitest';
import { InputError, messageOf, StateError } from '../../src/errors';
import { WorkerClient, type WorkerLike } from '../../src/kernel/client';
import { type Handlers, type Port, serve } from '../../src/kernel/serve';

interface Methods {
  double: { params: { n: number }; result: number; progress: never };
  count: { params: { to: number }; result: Float32Array; progress: { at: number } };
  wait: { params: object; result: string; progress: never };
  fail: { params: { as: 'input' | 'state' | 'memory' | 'fault' }; result: never; progress: never };
}

const failures = {
  input: () => new InputError('expected 3 works, found 2', { file: 'works.csv', line: 4 }),
  state: () => new StateError('expected a dataset, found none'),
  memory: () => new RangeError('Array buffer allocation failed'),
  fault: () => new TypeError("Cannot read properties of undefined (reading 'x')"),
};

const handlers: Handlers<Methods> = {
  double: ({ n }) => 2 * n,
  count: async ({ to }, { progress }) => {
    for (let at = 0; at < to; at++) progress({ at });
    return Float32Array.from({ length: to }, (_, i) => i);
  },
  wait: (_, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  fail: ({ as }) => {
    throw failures[as]();
  },
};

type Listener = (event: unknown) => void;

/** A worker in this thread: the handlers at one end of a channel, the client at the other. */
function worker() {
  const { port1, port2 } = new MessageChannel();
  const listeners: Record<string, Listener[]> = { message: [], error: [], messageerror: [] };
  const like = {
    posted: 0,
    ended: false,
    postMessage(message: unknown, transfer: Transferable[]) {
      like.posted++;
      port1.postMessage(message, transfer);
    },
    terminate() {
      like.ended = true;
      port1.close();
    },
    addEventListener: (type: string, listener: Listener) => listeners[type].push(listener),
    emit: (type: string, event: object) => {
      for (const listener of listeners[type]) listener({ preventDefault: () => undefined, ...event });
    },
  };
  port1.onmessage = ({ data }) => like.emit('message', { data });
  serve<Methods>(port2 as unknown as Port, handlers, () => 0);
  return like;
}

function connect() {
  const workers: ReturnType<typeof worker>[] = [];
  const failures: string[] = [];
  const client = new WorkerClient<Methods>(
    () => {
      const next = worker();
      workers.push(next);
      return next as unknown as WorkerLike;
    },
    ({ message }) => failures.push(message),
  );
  return { client, workers, failures };
}

test('a call comes back with its result, and two at once with their own', async () => {
  const { client, workers } = connect();
  const results = await Promise.all([client.call('double', { n: 4 }), client.call('double', { n: 5 })]);
  expect(results).toEqual([8, 10]);
  expect(workers).toHaveLength(1);
  client.terminate();
});

test('progress comes in order before the result', async () => {
  const { client } = connect();
  const seen: number[] = [];
  const result = await client.call('count', { to: 4 }, { onProgress: ({ at }) => seen.push(at) });
  expect(seen).toEqual([0, 1, 2, 3]);
  expect([...result]).toEqual([0, 1, 2, 3]);
  client.terminate();
});

test.each([
  ['input', InputError, 'works.csv, line 4: expected 3 works, found 2'],
  ['state', StateError, 'Expected a dataset, found none'],
  ['memory', RangeError, 'This takes more memory than the browser gives this page. Try a smaller file or model.'],
  [
    'fault',
    Error,
    'Something went wrong in the page itself. Its console, among the browser’s developer tools, has the details.',
  ],
] as const)('an error of kind “%s” keeps its name, message and class', async (as, type, shown) => {
  const { client } = connect();
  const error = await client.call('fail', { as }).catch((caught: unknown) => caught);
  const { name, message } = failures[as]();
  expect(error).toMatchObject({ name, message });
  expect(error).toBeInstanceOf(type);
  expect(messageOf(error)).toBe(shown);
  client.terminate();
});

test('an unknown method is an error, not a silence', async () => {
  const { client } = connect();
  await expect(client.call('nope' as 'fail', { as: 'input' })).rejects.toThrow(
    'expected a method of the worker, found “nope”',
  );
  client.terminate();
});

test('an abort reaches the handler', async () => {
  const { client } = connect();
  const controller = new AbortController();
  const waiting = client.call('wait', {}, { signal: controller.signal });
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  await expect(client.call('wait', {}, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
  client.terminate();
});

describe('a worker that breaks', () => {
  test('rejects all that is pending, says so once, and the next call starts a new one', async () => {
    const { client, workers, failures } = connect();
    const pending = [client.call('wait', {}), client.call('wait', {})];
    workers[0].emit('error', { message: 'out of memory' });
    for (const call of pending) await expect(call).rejects.toThrow('The worker broke down.');
    expect(failures).toEqual(['The worker broke down.']);
    expect(workers[0].ended).toBe(true);
    expect(await client.call('double', { n: 1 })).toBe(2);
    expect(workers).toHaveLength(2);
    client.terminate();
  });

  test('a worker that cannot be loaded is told apart', async () => {
    const { client, workers } = connect();
    const call = client.call('wait', {});
    workers[0].emit('error', {});
    await expect(call).rejects.toMatchObject({
      name: 'WorkerFailedError',
      message: 'The worker could not be loaded. Check that all files of this page are reachable, and reload.',
    });
  });

  test('a message that cannot be read ends it too', async () => {
    const { client, workers } = connect();
    const call = client.call('wait', {});
    workers[0].emit('messageerror', {});
    await expect(call).rejects.toThrow('The worker sent a message that could not be read.');
  });
});

test('ending the worker rejects what was pending as cancelled', async () => {
  const { client } = connect();
  const call = client.call('wait', {});
  client.terminate();
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
});
