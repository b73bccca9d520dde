import type { FactorSpec } from '../../models/factor';
import { DeviceLostError, type EngineData, type ModelState, type ModelTrainer, type PairSource } from '../engine';
import { FusedModel, type WebgpuHost } from './model';

/** Trains a factor model on batches of pairs, all of it on the device. @throws RangeError for one that is too large for it */
export function createWebgpuTrainer(
  spec: FactorSpec,
  start: ModelState,
  data: EngineData,
  source: PairSource,
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
      if (batch.kind !== 'pairs') throw new TypeError('expected a batch of pairs, found a block');
      model.writtenStep(batch, rate);
    },
    async losses() {
      alive();
      await model.sound();
      return model.results.takeLosses();
    },
    async figures() {
      alive();
      return model.results.takeFigures();
    },
    async score(rows) {
      alive();
      const { columns } = data;
      return model.ask(rows.length * columns, (n) => [rows[Math.floor(n / columns)], n % columns], false);
    },
    async logits({ rows, columns }) {
      alive();
      return model.ask(rows.length, (n) => [rows[n], columns[n]], true);
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
