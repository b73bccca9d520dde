import { Worker } from 'node:worker_threads';
import type { StartThread } from '../../src/engines/wasm/threads';

/** What `workAsThread` does, in the plain JavaScript that a thread of Node can run. */
const PROGRAM = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ kind, module, memory, plan, thread, seen }) => {
  if (kind === 'trial') return Atomics.store(new Int32Array(memory.buffer), thread, 1);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  exports.usePlan(plan);
  exports.serve(thread, seen);
});
parentPort.postMessage('ready');
`;

/** Starts threads of Node in the place of a browser's workers. */
export const startNodeThread: StartThread = () =>
  new Promise((resolve, reject) => {
    const worker = new Worker(PROGRAM, { eval: true });
    worker.unref();
    worker.once('error', reject);
    worker.once('message', () =>
      resolve({ post: (message) => worker.postMessage(message), terminate: () => void worker.terminate() }),
    );
  });
