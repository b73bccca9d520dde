import { describe, expect, test } from 'vitest';
import { checkpoint, yieldToEventLoop } from '../src/task';
import { task } from './support/task';

describe('a checkpoint of a task', () => {
  test('reports, and lets messages in once a frame at most', async () => {
    let now = 0;
    let yields = 0;
    const shares: number[] = [];
    const work = task({
      clock: () => now,
      progress: (share: number) => shares.push(share),
      yieldNow: async () => {
        yields++;
      },
    });
    for (let part = 0; part < 100; part++) {
      now += 2;
      await checkpoint(work, part);
    }
    expect(shares).toEqual(Array.from({ length: 100 }, (_, part) => part));
    // 200 ms in turns of 16.
    expect(yields).toBeGreaterThan(10);
    expect(yields).toBeLessThan(14);
    await checkpoint(work);
    expect(shares).toHaveLength(100);
  });

  test('ends the task by the reason of its signal, also where the abort came in with the turn', async () => {
    const control = new AbortController();
    const work = task({
      signal: control.signal,
      yieldNow: async () => control.abort(new Error('enough')),
    });
    await expect(checkpoint(work)).rejects.toThrow('enough');
  });
});

test('a turn of the event loop lets a message in', async () => {
  const { port1, port2 } = new MessageChannel();
  const came = new Promise<boolean>((resolve) => {
    port1.onmessage = () => resolve(true);
  });
  port2.postMessage(null);
  await yieldToEventLoop();
  expect(await Promise.race([came, yieldToEventLoop().then(() => false)])).toBe(true);
  port1.close();
});
