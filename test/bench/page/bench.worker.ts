import plain from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url';
import type { StartThread } from '../../../src/engines/wasm/threads';
import { type Port, serve } from '../../../src/kernel/serve';
import { rows } from '../registry';
import type { Work } from '../row';
import { rowById } from '../row-names';
import { processorEngine } from '../works/engine';
import type { BenchMethods } from './methods';

const absolute = (path: string) => new URL(path, import.meta.url).href;

const startThread: StartThread = () =>
  new Promise((resolve, reject) => {
    const address = new URL('../../../src/engines/wasm/thread.worker.ts', import.meta.url);
    const worker = new Worker(address, { type: 'module' });
    worker.onerror = ({ message }) => reject(new Error(message || 'its program could not be loaded'));
    worker.onmessage = () => resolve({ post: (task) => worker.postMessage(task), terminate: () => worker.terminate() });
  });

let work: Work | null = null;

serve<BenchMethods>(
  globalThis as unknown as Port,
  {
    async start({ row, work: name, threads, memory }) {
      work = await rowById(row, rows).works[name]({
        threads,
        startThread,
        engine: () => processorEngine({ threads, startThread }),
        wasmPaths: {
          'tfjs-backend-wasm.wasm': absolute(plain),
          'tfjs-backend-wasm-simd.wasm': absolute(simd),
          'tfjs-backend-wasm-threaded-simd.wasm': absolute(threaded),
        },
        async file(path) {
          const answer = await fetch(`/shared-data/${path}`);
          return answer.ok ? { name: path.split('/').at(-1) as string, blob: await answer.blob() } : null;
        },
        memory: () =>
          new Promise((resolve) => {
            memory.onmessage = ({ data }) => resolve(data as number);
            memory.postMessage(null);
          }),
      });
      return work.sizes;
    },
    run: ({ seconds }) => running().run(seconds),
    notes: async () => (await running().notes?.()) ?? [],
  },
  () => performance.now(),
);

function running(): Work {
  if (!work) throw new Error('expected a work that was started, found none');
  return work;
}
