import { logCause } from '../../errors';
import { DeviceLostError, type Engine } from '../engine';
import type { WebgpuBounds, WebgpuHost } from './model';
import { Pipelines } from './pipelines';
import { createWebgpuScorer } from './scorer';
import { createWebgpuTrainer } from './trainer';

/** The GPU: factor models are trained and scored by our own kernels, all else is left to `engine`, which is tfjs on the same device. */
export function createWebgpuEngine(engine: Engine, device: GPUDevice, bounds: Partial<WebgpuBounds> = {}): Engine {
  const { maxStorageBufferBindingSize, maxBufferSize, maxComputeWorkgroupsPerDimension } = device.limits;
  const bindingBytes = Math.min(maxStorageBufferBindingSize, maxBufferSize);
  const all: WebgpuBounds = {
    bindingBytes,
    partBytes: bindingBytes,
    workgroups: maxComputeWorkgroupsPerDimension,
    maxRecordedSteps: 16384,
    ...bounds,
  };
  let lost: string | null = null;
  let lose: (reason: Error) => void = () => undefined;
  const whenLost = new Promise<never>((_, reject) => {
    lose = reject;
  });
  whenLost.catch(() => undefined);
  const markLost = (reason: string) => {
    if (lost !== null) return;
    lost = reason;
    lose(new DeviceLostError(reason));
  };
  device.lost.then(({ message }) => {
    if (message) logCause(message);
    markLost('The graphics device was lost.');
  });
  let live = 0;
  const host: WebgpuHost = {
    device,
    life: {
      lost: () => lost,
      whenLost,
      count: (change) => {
        live += change;
      },
    },
    pipelines: new Pipelines(device, all.workgroups),
    bounds: all,
  };
  return {
    ...engine,
    create(spec, state, data, source) {
      // Biases of rows that are pooled stand in no table of ours; no model here has them.
      if (
        engine.refuses(spec) !== null ||
        spec.family === 'network' ||
        (spec.rowVector === 'pooled' && (spec.rowBias || source))
      ) {
        return engine.create(spec, state, data, source);
      }
      return createWebgpuTrainer(spec, state, data, source, host);
    },
    scorer: (columns) => createWebgpuScorer(columns, host),
    liveBuffers: () => engine.liveBuffers() + live,
    dispose() {
      markLost('The device was given up.');
      engine.dispose();
      device.destroy();
    },
  };
}
