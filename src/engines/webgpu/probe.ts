import type { EngineProbe } from '../engine';
import { brokenOff } from '../self-check';
import { probeWebgpu as probeTfjs, webgpuDevice } from '../tfjs/engine';
import { createWebgpuEngine } from './engine';
import { selfCheck } from './self-check';

/**
 * The GPU, by our own kernels and by tfjs for all that they do not do; by tfjs alone where they do not
 * train as the reference does. `allowSoftware` takes an adapter that only imitates a GPU.
 */
export function probeWebgpu(allowSoftware: boolean): EngineProbe {
  return async () => {
    const found = await probeTfjs(allowSoftware)();
    if (!('engine' in found)) return found;
    const { engine: tfjs } = found;
    const engine = createWebgpuEngine(tfjs, webgpuDevice());
    const problem = await selfCheck(engine).catch(brokenOff);
    if (problem === null) return { engine };
    const { description } = tfjs;
    const reason = `${description.reason} tfjs does all of it, because our own kernels failed: ${problem}.`;
    return { engine: { ...tfjs, description: { ...description, reason } } };
  };
}
