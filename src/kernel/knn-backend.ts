import type { Comparing } from '../embedding/nearest-points';
import { probeWasm, type WasmDependencies } from '../engines/wasm/engine';
import { loadPart } from '../load-part';

/** Multiplications of a thread of the kernels in the time of umap-js's approximate search: about 100,000 points of 128 numbers. */
const KERNEL_WORK = 1.5e12;
/** The same without kernels: about 9,000 points. */
const PLAIN_WORK = 1e10;

/** Who compares points with each other, as far as that takes less time than the approximate search. */
export type KnnBackend = Pick<Comparing, 'scorer' | 'work'>;

export async function openKnnBackend(dependencies: WasmDependencies): Promise<KnnBackend> {
  const found = await probeWasm(dependencies)();
  if ('engine' in found) {
    const { scorer, description } = found.engine;
    return { scorer, work: (description.threads ?? 1) * KERNEL_WORK };
  }
  const { createReferenceEngine } = await loadPart(() => import('../engines/reference/engine'));
  return { scorer: createReferenceEngine().scorer, work: PLAIN_WORK };
}
