import { Random } from '../data/random';
import { nearestBy } from '../embedding/nearest-points';
import threadAddress from '../engines/wasm/thread.worker?worker&url';
import { startWorkerThread } from '../engines/wasm/worker-thread';
import { completeOptions } from '../models/option';
import { projectionQuality } from '../projection/quality';
import { methodById } from '../projection/registry';
import { type KnnBackend, openKnnBackend } from './knn-backend';
import type { ProjectorMethods } from './protocol';
import { type Port, serve } from './serve';

const thread = new URL(threadAddress, import.meta.url).href;
let knn: Promise<KnnBackend> | null = null;

serve<ProjectorMethods>(
  globalThis as unknown as Port,
  {
    async project({ values, dimensions, method: id, options, seed }, task) {
      const method = methodById(id);
      const output = await method.project({ values, dimensions }, completeOptions(method.options, options), {
        ...task,
        progress: (share, stage, positions) => task.progress({ share, stage, positions }),
        random: Random.derive(seed, 'projection', id),
        async nearest(...question) {
          knn ??= openKnnBackend({
            cores: navigator.hardwareConcurrency,
            startThread: () => startWorkerThread(thread),
          });
          return nearestBy({ ...(await knn), random: Random.derive(seed, 'neighbours') })(...question);
        },
      });
      const random = Random.derive(seed, 'quality');
      return { ...output, quality: projectionQuality(values, dimensions, output, random) };
    },
  },
  () => performance.now(),
);
