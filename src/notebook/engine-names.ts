import type { EngineId } from '../engines/engine';

/** What engines are called on the page. */
export const ENGINE_NAMES: Readonly<Record<EngineId, string>> = {
  webgpu: 'WebGPU',
  wasm: 'WASM',
  webgl: 'WebGL',
  cpu: 'CPU',
  reference: 'Reference',
};
