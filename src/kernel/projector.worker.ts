import { Random } from '../data/random';
import { nearestBy } from '../embedding/nearest-points';
import threadAddress from '../engines/wasm/thread.worker?worker&url';
import { startWorkerThread } from '../engines/wasm/worker-thread';
import { completeOptions } from '../models/option';
import { projectionQuality } from '../projection/quality';
import { methodById } from '../projection/registry';
import { type KnnBackend, openKnnBackend } from './knn-backend';
import type { ProjectorMethods } from './protocol';
import { type Port, serve, yieldNow } from './serve';

const thread = new URL(threadAddress, import.meta.url).href;
let comparer: Promise<KnnBackend> | null = null;

serve<ProjectorMethods>(globalThis as unknown as Port, {
  async project({ values, dimensions, method: id, options, seed }, { signal, report }) {
    const method = methodById(id);
    const output = await method.project({ values, dimensions }, completeOptions(method.options, options), {
      random: Random.derive(seed, 'projection', id),
      clock: () => performance.now(),
      yieldNow,
      async nearest(...question) {
        comparer ??= openKnnBackend({
          cores: navigator.hardwareConcurrency,
          startThread: () => startWorkerThread(thread),
        });
        return nearestBy({ ...(await comparer), random: Random.derive(seed, 'neighbours') })(...question);
      },
      signal,
      onProgress: report,
    });
    const random = Random.derive(seed, 'quality');
    return { ...output, quality: projectionQuality(values, dimensions, output, random) };
  },
});
