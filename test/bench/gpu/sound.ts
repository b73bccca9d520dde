import type { Engine, ModelTrainer } from '../../../src/engines/engine';

/**
 * The engine with trainers that tell when they break down: kernels that a device refuses to run do nothing, and very
 * quickly. `complaints` are those of the device, taken off as they are told.
 */
export function soundEngine(engine: Engine, complaints: string[]): Engine {
  return { ...engine, create: (...all) => soundTrainer(engine.create(...all), complaints) };
}

function soundTrainer(trainer: ModelTrainer, complaints: string[]): ModelTrainer {
  return {
    step: (batch, rate) => trainer.step(batch, rate),
    draw: trainer.draw && ((epoch, first, rates) => trainer.draw?.(epoch, first, rates)),
    /** @throws Error with the device's complaint, or where a loss is not a number */
    async losses() {
      const losses = await trainer.losses();
      const [complaint] = complaints.splice(0);
      if (complaint !== undefined) throw new Error(`expected a device that carries out all, found: ${complaint}`);
      const broken = losses.find((loss) => !Number.isFinite(loss));
      if (broken !== undefined) throw new Error(`expected losses that are numbers, found ${broken}`);
      return losses;
    },
    metrics: () => trainer.metrics(),
    score: (rows, inputs) => trainer.score(rows, inputs),
    logits: (pairs) => trainer.logits(pairs),
    save: () => trainer.save(),
    load: (state) => trainer.load(state),
    dispose: () => trainer.dispose(),
  };
}
