import type { FactorSpec } from '../../models/factor';
import { DeviceLostError, type EngineData, type ModelState, type ModelTrainer, type PairSource } from '../engine';
import { FusedModel, type WebgpuHost } from './model';

/** Trains a factor model, all of it on the device. @throws InputError for one that is too large for it */
export function createWebgpuTrainer(
  spec: FactorSpec,
  start: ModelState,
  data: EngineData,
  source: PairSource | undefined,
  host: WebgpuHost,
): ModelTrainer {
  const alive = () => {
    const reason = host.life.lost();
    if (reason !== null) throw new DeviceLostError(reason);
  };
  alive();
  const model = new FusedModel(spec, start, data, source, host);
  const trainer: ModelTrainer = {
    step(batch, rate) {
      alive();
      if (batch.kind === 'pairs') model.pairStep(batch, rate);
      else model.blockStep(batch, rate);
    },
    async losses() {
      alive();
      return model.losses();
    },
    async metrics() {
      alive();
      return model.metrics();
    },
    async score(rows, inputs) {
      alive();
      return model.score(rows, inputs);
    },
    async logits(pairs) {
      alive();
      return model.logits(pairs);
    },
    async save() {
      alive();
      return model.save();
    },
    load: (state) => model.load(state),
    dispose: () => model.dispose(),
  };
  if (!model.draws) return trainer;
  return {
    ...trainer,
    draw(epoch, first, rates) {
      alive();
      model.drawnSteps(epoch, first, rates);
    },
  };
}
