import type { Engine } from '../../../src/engines/engine';
import { soundEngine } from './sound';
import { stockEngine } from './stock-engine';

/** This app's engine, and tfjs without this app on the same device. */
export interface GpuEngines {
  readonly ours: Engine;
  readonly stock: Engine;
}

/**
 * Starts the engines on the graphics processor that `openDawn` has opened.
 * @throws Error when it cannot run them, or when tfjs alone would stand in for our kernels
 */
export async function gpuEngines(software: boolean): Promise<GpuEngines> {
  // tfjs looks for WebGPU when it is loaded.
  const { probeWebgpu } = await import('../../../src/engines/webgpu/probe');
  const { selfCheck } = await import('../../../src/engines/webgpu/self-check');
  const { webgpuDevice } = await import('../../../src/engines/tfjs/engine');
  const found = await probeWebgpu(software)();
  if (!('engine' in found)) throw new Error(found.missing);
  const { engine } = found;
  const complaints: string[] = [];
  webgpuDevice().addEventListener('uncapturederror', ({ error }) => complaints.push(error.message));
  // Only an engine that draws by itself passes: what the page uses where our kernels fail does not.
  if ((await selfCheck(engine)) !== null) throw new Error(engine.description.reason);
  return { ours: soundEngine(engine, complaints), stock: soundEngine(await stockEngine(engine), complaints) };
}
