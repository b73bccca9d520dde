import { expect, test } from 'vitest';
import { asWorker, WorkerClient } from '../../src/kernel/client';
import { createKernel } from '../../src/kernel/kernel';
import type { VectorSource } from '../../src/kernel/protocol';
import { type Handlers, type Port, serve, transfer } from '../../src/kernel/serve';
import { context } from '../support/calling';
import { FILMS, ratingsFiles } from '../support/ratings-files';

/** A client of handlers at the other end of a channel. */
function clientOf<M extends { [K in keyof M]: { params: unknown; result: unknown; progress: unknown } }>(
  handlers: Handlers<M>,
): WorkerClient<M> {
  const { port1, port2 } = new MessageChannel();
  serve<M>(port2 as unknown as Port, handlers, () => 0);
  return new WorkerClient<M>(() => asWorker(port1));
}

test('the kernel answers for vectors on a port of its own, of all entries or of some, and on the last port alone', async () => {
  const kernel = createKernel();
  await kernel.device({ choose: 'reference' }, context());
  await kernel.load({ files: ratingsFiles(), options: {} }, context());
  const { run } = await kernel.train({ preset: 'two-tower', options: { epochs: 1, dimensions: 4 } }, context());
  const open = async () => {
    const { port1, port2 } = new MessageChannel();
    await kernel.connect({ port: port1 as unknown as MessagePort }, context());
    return new WorkerClient<VectorSource>(() => asWorker(port2 as unknown as MessagePort));
  };
  const client = await open();
  const all = await client.call('vectors', { run, side: 'column', indices: null });
  expect([all.dimensions, all.values.length]).toEqual([4, 4 * FILMS]);
  const some = await client.call('vectors', { run, side: 'column', indices: Int32Array.of(5, 2) });
  expect([...some.values]).toEqual([...all.values.subarray(20, 24), ...all.values.subarray(8, 12)]);
  await expect(client.call('vectors', { run: 9, side: 'row', indices: null })).rejects.toThrow(
    'expected a run of 1, found 9',
  );
  const next = await open();
  expect((await next.call('vectors', { run, side: 'row', indices: Int32Array.of(0) })).values).toHaveLength(4);
  client.terminate();
  next.terminate();
  // What was sent away is not missing here.
  expect((await kernel.vectors({ run, side: 'column', indices: null }, context())).values).toEqual(all.values);
});

test('only what is said to leave is moved', async () => {
  interface Methods {
    moved: { params: Record<string, never>; result: { list: Float32Array }; progress: never };
    copied: { params: Record<string, never>; result: { list: Float32Array }; progress: never };
  }
  const lists = { moved: Float32Array.of(1, 2), copied: Float32Array.of(3, 4) };
  const client = clientOf<Methods>({
    moved: () => transfer({ list: lists.moved }, lists.moved),
    copied: () => ({ list: lists.copied }),
  });
  expect([...(await client.call('moved', {})).list]).toEqual([1, 2]);
  expect([...(await client.call('copied', {})).list]).toEqual([3, 4]);
  expect([lists.moved.length, lists.copied.length]).toEqual([0, 2]);
  client.terminate();
});
