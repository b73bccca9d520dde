import type { Row } from '../row';
import { rowById } from '../row-names';
import type { Stage } from '../stages/stage';
import { type GpuEngines, gpuEngines } from './engine';
import { isByStock } from './rows';

/** Node with WebGPU by Dawn, in this process: all works of a row have one device. */
export function gpuStage(rows: readonly Row[], software: boolean): Stage {
  let engines: Promise<GpuEngines> | null = null;
  return {
    name: `Node ${process.version}`,
    async start(row, work, threads) {
      const started = await rowById(row, rows).works[work]({
        threads,
        startThread: () => Promise.reject(new Error('expected no thread, found one asked for')),
        async engine() {
          engines ??= gpuEngines(software);
          const { ours, stock } = await engines;
          return isByStock(work) ? stock : ours;
        },
        wasmPaths: null,
        // What is carried has no data: works that ask for a file generate pairs like those in it.
        file: async () => null,
        memory: async () => process.memoryUsage().rss,
      });
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
