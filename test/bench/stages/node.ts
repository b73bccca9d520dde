import { sharedBlob, sharedFile } from '../../support/shared-data';
import { startNodeThread } from '../../support/threads';
import { rows } from '../registry';
import type { Place } from '../row';
import { rowById } from '../row-names';
import { processorEngine } from '../works/engine';
import type { Stage } from './stage';

/** Node itself, where there is no Chromium. */
export function nodeStage(): Stage {
  return {
    name: `Node ${process.version}`,
    async start(row, work, threads) {
      const place: Place = {
        threads,
        startThread: startNodeThread,
        engine: () => processorEngine({ threads, startThread: startNodeThread }),
        wasmPaths: null,
        file: async (path) => (sharedFile(path) ? sharedBlob(path) : null),
        async memory() {
          (globalThis as { gc?: () => void }).gc?.();
          return process.memoryUsage().rss;
        },
      };
      const started = await rowById(row, rows).works[work](place);
      return {
        sizes: started.sizes,
        run: (seconds) => started.run(seconds),
        notes: async () => (await started.notes?.()) ?? [],
        end: async () => undefined,
      };
    },
    close: async () => undefined,
  };
}
