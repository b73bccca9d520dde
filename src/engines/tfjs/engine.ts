import * as tf from '@tensorflow/tfjs';
import { InputError, logCause } from '../../errors';
import { brokenOff } from '../self-check';
import '@tensorflow/tfjs-backend-webgpu';
import { updatesPerPair } from '../../models/optimiser';
import type { ModelSpec } from '../../models/spec';
import { type DeviceDescription, DeviceLostError, type Engine, type EngineProbe } from '../engine';
import { registerKernels } from './kernels';
import { createTfjsScorer } from './scorer';
import { selfCheck } from './self-check';
import { createTfjsPredictor, createTfjsTrainer, type TfjsHost } from './trainer';

type Backend = 'webgpu' | 'webgl' | 'cpu';

/** Silences tfjs's console advice. */
tf.env().set('PROD', true);

/** The GPU, by WebGPU. `allowSoftware` takes an adapter that only imitates one: right, and slow. */
export function probeWebgpu(allowSoftware: boolean): EngineProbe {
  return async () => {
    const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
    if (!gpu) return { missing: 'This browser has no WebGPU.' };
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
    if (!adapter) return { missing: 'WebGPU found no graphics processor here.' };
    const { isFallbackAdapter, vendor, architecture, description } = adapter.info;
    if (isFallbackAdapter && !allowSoftware) {
      return { missing: 'WebGPU here only imitates a graphics processor in software, which is slower than WASM.' };
    }
    const name = description || [vendor, architecture].filter(Boolean).join(' ') || 'graphics processor';
    return start('webgpu', isFallbackAdapter ? `${name} (software)` : name, () =>
      isFallbackAdapter
        ? 'Chosen by hand: WebGPU imitated in software, slower than WASM.'
        : 'WebGPU runs on the graphics processor of this machine.',
    );
  };
}

/** The GPU, by WebGL, if its gradients are right. `allowSoftware` takes a renderer that imitates a GPU. */
export function probeWebgl(allowSoftware: boolean): EngineProbe {
  return async () => {
    const renderer = webglRenderer();
    if (renderer === null) return { missing: 'This browser has no WebGL 2 in a worker.' };
    const software = /swiftshader|llvmpipe|software|basic render/i.test(renderer);
    if (software && !allowSoftware) {
      return { missing: 'WebGL here only imitates a graphics processor in software.' };
    }
    const found = await start('webgl', software ? `${renderer} (software)` : renderer, () =>
      software
        ? 'Chosen by hand: WebGL imitated in software; its gradients passed a self-check.'
        : 'WebGL on the graphics processor; its gradients passed a self-check.',
    );
    if ('missing' in found) return found;
    const problem = await selfCheck(found.engine).catch(brokenOff);
    if (problem === null) return found;
    found.engine.dispose();
    return { missing: `WebGL is not used: ${problem}.` };
  };
}

/** What draws for WebGL 2 here, or null where there is none. */
function webglRenderer(): string | null {
  if (typeof OffscreenCanvas === 'undefined') return null;
  const context = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!context) return null;
  const details = context.getExtension('WEBGL_debug_renderer_info');
  const name = String(context.getParameter(details ? details.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return name;
}

/** The processor, by plain JavaScript. */
export const probeCpu: EngineProbe = async () => {
  registerKernels();
  return start('cpu', 'JavaScript', () => 'Plain JavaScript on the processor of this machine.');
};

async function start(
  backend: Backend,
  adapter: string,
  reason: () => string,
): Promise<{ engine: Engine } | { missing: string }> {
  try {
    // tfjs answers false, and silently moves to another backend, when one does not start.
    const started = await tf.setBackend(backend);
    await tf.ready();
    // Work on another backend may have come in between.
    if (started) workOn(backend);
    if (!started || tf.getBackend() !== backend) return { missing: `tfjs could not start its ${backend} backend.` };
  } catch (error) {
    logCause(error);
    return { missing: `tfjs could not start its ${backend} backend.` };
  }
  return { engine: tfjsEngine(backend, { engine: backend, adapter, reason: reason() }) };
}

function refuses({ optimiser }: ModelSpec): string | null {
  return updatesPerPair(optimiser)
    ? 'Where each rating moves its row and column at once, it has to wait for the one before it, at which tensors and graphics processors are slow.'
    : null;
}

/** Takes up a backend that has started: tfjs does so at once, its promise only comes later. */
function workOn(backend: Backend): void {
  void tf.setBackend(backend);
}

function tfjsEngine(backend: Backend, description: DeviceDescription): Engine {
  let lost: string | null = null;
  let lose: (reason: Error) => void = () => undefined;
  const whenLost = new Promise<never>((_, reject) => {
    lose = reject;
  });
  whenLost.catch(() => undefined);
  const device = backend === 'webgpu' ? (tf.backend() as unknown as { device: GPUDevice }).device : null;
  const markLost = (reason: string) => {
    if (lost !== null) return;
    lost = reason;
    lose(new DeviceLostError(reason));
  };
  device?.lost.then(({ message }) => {
    if (message) logCause(message);
    markLost('The graphics device was lost.');
  });
  const use = () => {
    if (lost !== null) throw new DeviceLostError(lost);
    if (tf.getBackend() !== backend) workOn(backend);
  };
  const host: TfjsHost = { use, whenLost };
  return {
    description,
    refuses,
    create(spec, state, data) {
      const refusal = refuses(spec);
      if (refusal !== null) throw new InputError(refusal);
      use();
      return createTfjsTrainer(spec, state, data, host);
    },
    predictor(spec, tables, data) {
      use();
      return createTfjsPredictor(spec, tables, data, host);
    },
    scorer(columns) {
      use();
      return createTfjsScorer(columns, host);
    },
    liveBuffers: () => tf.memory().numTensors,
    dispose() {
      markLost('The device was given up.');
      device?.destroy();
    },
  };
}

/** The device that tfjs works on, where `probeWebgpu` has found one: others may work on it too. */
export function webgpuDevice(): GPUDevice {
  return (tf.findBackend('webgpu') as unknown as { device: GPUDevice }).device;
}
