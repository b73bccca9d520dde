import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { Engine } from '../../src/engines/engine';
import { probeWasm } from '../../src/engines/wasm/engine';
import { NoThreadsError, type StartThread, ThreadPool, type ThreadPort } from '../../src/engines/wasm/threads';
import { startWorkerThread } from '../../src/engines/wasm/worker-thread';
import { openKnnBackend } from '../../src/kernel/knn-backend';
import { startNodeThread } from '../support/threads';
import { batchesOf, caseNamed, engineData, FACTOR_CASES, start } from './cases';

/** Threads that are started, and how many of them are ended. */
function counted(startOne: StartThread) {
  const counts = { started: 0, ended: 0 };
  const startThread: StartThread = async () => {
    const port = await startOne();
    counts.started++;
    const terminate = () => {
      counts.ended++;
      port.terminate();
    };
    return { post: (message) => port.post(message), terminate };
  };
  return { counts, startThread };
}

/** As WebKitGTK 2.50 does in a page that is isolated: threads start, and no shared memory goes to them. */
const unclonable: StartThread = async () => {
  const port = await startNodeThread();
  const post = () => {
    throw new DOMException('The object can not be cloned.', 'DataCloneError');
  };
  return { ...port, post };
};

/** Threads that get a copy of what should be shared. */
const copying: StartThread = async () => {
  const port = await startNodeThread();
  const post: ThreadPort['post'] = (message) =>
    port.post({ ...message, memory: new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }) });
  return { ...port, post };
};

/** Threads that start and never answer again. */
const mute: StartThread = () =>
  new Promise((resolve) => {
    const worker = new Worker(
      "const { parentPort } = require('node:worker_threads'); parentPort.on('message', () => {}); parentPort.postMessage('ready')",
      { eval: true },
    );
    worker.unref();
    worker.once('message', () =>
      resolve({ post: (message) => worker.postMessage(message), terminate: () => void worker.terminate() }),
    );
  });

async function engineWith(startThread: StartThread): Promise<Engine> {
  const found = await probeWasm({ cores: 3, startThread })();
  if ('missing' in found) throw new Error(found.missing);
  return found.engine;
}

async function lossesOf(engine: Engine): Promise<Float32Array> {
  const example = caseNamed(FACTOR_CASES, 'pairs with negatives, dot');
  const trainer = engine.create(example.spec, start(example), engineData(example.spec));
  for (const batch of batchesOf(example).slice(0, 4)) trainer.step(batch, 0.01);
  const losses = await trainer.losses();
  trainer.dispose();
  return losses;
}

test.each([
  ['a shared memory cannot be posted', unclonable, 'no-shared-memory'],
  ['a memory arrives as a copy', copying, 'no-answer'],
  ['threads do not answer', mute, 'no-answer'],
] as const)('%s: one thread trains, the others are ended, and the engine says why', async (_, startOne, reason) => {
  const { counts, startThread } = counted(startOne);
  const engine = await engineWith(startThread);
  expect(engine.description).toMatchObject({
    reason: 'WebAssembly with SIMD on the processor of this machine, in one thread.',
    threads: 1,
    oneThread: reason,
  });
  expect(counts).toEqual({ started: 2, ended: 2 });
  const losses = await lossesOf(engine);
  expect(losses).toHaveLength(4);
  // One thread and several give the same bits.
  const several = await engineWith(startNodeThread);
  expect(several.description).toMatchObject({ threads: 3, oneThread: undefined });
  expect(await lossesOf(several)).toEqual(losses);
  engine.dispose();
  several.dispose();
});

test('one thread that does not start ends those that did', async () => {
  const { counts, startThread } = counted(startNodeThread);
  let calls = 0;
  const start: StartThread = () => {
    calls++;
    if (calls === 2) throw new NoThreadsError('no-answer', 'a thread did not start in time');
    return startThread();
  };
  await expect(ThreadPool.start(3, start)).rejects.toThrow('a thread did not start in time');
  expect(counts).toEqual({ started: 2, ended: 2 });
});

test('a page that is not isolated, and a browser without shared memory, start none', async () => {
  const scope = globalThis as { crossOriginIsolated?: boolean; SharedArrayBuffer?: unknown };
  const shared = scope.SharedArrayBuffer;
  const reasonOf = () =>
    startWorkerThread('thread.js').then(
      () => 'started',
      (error: NoThreadsError) => error.reason,
    );
  try {
    scope.crossOriginIsolated = false;
    expect(await reasonOf()).toBe('not-isolated');
    scope.crossOriginIsolated = true;
    scope.SharedArrayBuffer = undefined;
    expect(await reasonOf()).toBe('no-shared-memory');
  } finally {
    delete scope.crossOriginIsolated;
    scope.SharedArrayBuffer = shared;
  }
});

test('the comparison of points counts on the threads that there are', async () => {
  const [one, three] = await Promise.all(
    [unclonable, startNodeThread].map((startThread) => openKnnBackend({ cores: 3, startThread })),
  );
  expect(three.work).toBe(3 * one.work);
});
