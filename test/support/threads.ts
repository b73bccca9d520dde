import { Worker } from 'node:worker_threads';
import type { StartThread } from '../../src/engines/wasm/threads';

/** What `workAsThread` does, in the plain JavaScript that a thread of Node can run. */
const PROGRAM = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ module, memory, plan, thread, seen }) => {
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
      resolve({ post: (task) => worker.postMessage(task), terminate: () => void worker.terminate() }),
    );
  });
