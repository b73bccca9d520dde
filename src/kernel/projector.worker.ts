import { Random } from '../data/random';
import { nearestBy } from '../embedding/nearest-points';
import threadAddress from '../engines/wasm/thread.worker?worker&url';
import { startWorkerThread } from '../engines/wasm/worker-thread';
import { completeOptions } from '../models/option';
import { projectionQuality } from '../projection/quality';
import { methodById } from '../projection/registry';
import { asWorker, WorkerClient } from './client';
import { type KnnBackend, openKnnBackend } from './knn-backend';
import type { ProjectorMethods, VectorSource } from './protocol';
import { type Port, serve, transfer } from './serve';

const thread = new URL(threadAddress, import.meta.url).href;
let kernel: WorkerClient<VectorSource> | null = null;
let knn: Promise<KnnBackend> | null = null;

serve<ProjectorMethods>(
  globalThis as unknown as Port,
  {
    connect({ port }) {
      kernel = new WorkerClient<VectorSource>(() => asWorker(port));
    },

    async project({ vectors, method: id, options, seed }, task) {
      if (!kernel) throw new Error('expected a port to the kernel, found none');
      const method = methodById(id);
      const { values, dimensions } = await kernel.call('vectors', vectors, { signal: task.signal });
      const output = await method.project({ values, dimensions }, completeOptions(method.options, options), {
        ...task,
        progress: (share, stage, positions) =>
          task.progress(transfer({ share, stage, positions }, positions?.x, positions?.y)),
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
      const quality = projectionQuality(values, dimensions, output, random);
      return transfer({ ...output, quality }, output.x, output.y);
    },
  },
  () => performance.now(),
);
