import { InputError } from '../../errors';
import type { ModelSpec } from '../../models/spec';
import {
  type Batch,
  DeviceLostError,
  type EngineData,
  type ModelState,
  type ModelTrainer,
  type PairSource,
} from '../engine';
import { FactorModel } from './factor-model';
import { STEPS_PER_COMMAND, type WasmHost } from './kernel-model';
import { NetworkModel } from './network-model';

/** Trains a model with the fused kernels. */
export function createWasmTrainer(
  spec: ModelSpec,
  start: ModelState,
  data: EngineData,
  source: PairSource | undefined,
  host: WasmHost,
): ModelTrainer {
  const model =
    spec.family === 'factor'
      ? new FactorModel(spec, start, data, source, host)
      : new NetworkModel(spec, start, data, source, host);
  host.count(1);
  const alive = () => {
    const reason = host.lost();
    if (reason !== null) throw new DeviceLostError(reason);
  };
  let losses: number[] = [];
  let metrics: number[] = [];
  const take = (steps: number, withMetrics: boolean) => {
    const sums = model.sums(steps);
    losses.push(...sums.losses);
    if (withMetrics) metrics.push(...sums.metrics);
  };
  const trainer: ModelTrainer = {
    step(batch: Batch, rate: number) {
      alive();
      if (batch.kind === 'pairs') model.pairStep(batch, rate);
      else if (model instanceof FactorModel) model.blockStep(batch, rate);
      else throw new InputError('expected a batch of pairs for a network, found a block');
      take(1, batch.kind === 'pairs');
    },
    async losses() {
      alive();
      const taken = Float32Array.from(losses);
      losses = [];
      return taken;
    },
    async metrics() {
      const taken = Float32Array.from(metrics);
      metrics = [];
      return taken;
    },
    async score(rows, inputs) {
      alive();
      if (!(model instanceof FactorModel)) throw new InputError('expected a factor model to score, found a network');
      return model.scores(rows, inputs);
    },
    async logits(pairs) {
      alive();
      return model.logits(pairs);
    },
    async save() {
      alive();
      return model.save();
    },
    load(state) {
      model.load(state);
      losses = [];
      metrics = [];
    },
    dispose() {
      model.dispose();
      host.count(-1);
    },
  };
  if (!source) return trainer;
  return {
    ...trainer,
    draw(epoch, first, rates) {
      alive();
      for (let done = 0; done < rates.length; done += STEPS_PER_COMMAND) {
        const part = rates.subarray(done, done + STEPS_PER_COMMAND);
        model.drawnSteps(epoch, first + done, part);
        take(part.length, true);
      }
    },
  };
}
