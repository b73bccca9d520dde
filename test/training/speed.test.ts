import { expect, test } from 'vitest';
import { csrFromPairs } from '../../src/data/csr';
import type { Engine, ModelTrainer } from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { PLAIN_FACTORS } from '../../src/models/factor';
import { TORCH_ADAM } from '../../src/models/optimiser';
import { measureSpeed } from '../../src/training/speed';
import type { TrainingRun } from '../../src/training/trainer';
import { pairsOnly } from '../../src/training/training-data';
import { task } from '../support/task';
import { randomMatrix } from '../support/tiny';

const RUN: TrainingRun = {
  model: {
    ...PLAIN_FACTORS,
    dimensions: 2,
    loss: 'bce',
    initializer: { kind: 'normal', scale: 1 },
    optimiser: TORCH_ADAM,
  },
  training: {
    epochs: 2,
    learningRate: 0.001,
    schedule: { kind: 'one-cycle' },
    patience: null,
    batches: { kind: 'pairs', batchPairs: 10, order: 'shuffle', target: 'one', repeats: false, negatives: null },
  },
  data: pairsOnly(randomMatrix(40, 20, 8), csrFromPairs(40, 20, [], []).matrix),
  seed: 1,
};

/** An engine whose first step takes a second, to compile, and every other four milliseconds. */
function slowAtFirst(time: { now: number }, own: (trainer: ModelTrainer) => Partial<ModelTrainer>): Engine {
  const reference = createReferenceEngine();
  return {
    ...reference,
    create(...given) {
      const trainer = reference.create(...given);
      time.now += 1000;
      return { ...trainer, ...own(trainer) };
    },
  };
}

test('what the first steps take does not count, and epochs go on as long as there is time', async () => {
  const time = { now: 0 };
  let steps = 0;
  const engine = slowAtFirst(time, (trainer) => ({
    step(batch, rate) {
      expect(rate).toBeGreaterThan(0);
      trainer.step(batch, rate);
      time.now += steps++ === 0 ? 1000 : 4;
    },
  }));
  expect(await measureSpeed(RUN, engine, task({ clock: () => time.now }))).toBeCloseTo(10 * 250);
  expect(steps).toBeGreaterThan(400);
});

test('an engine that draws by itself is asked for many steps at a time', async () => {
  const time = { now: 0 };
  const calls: number[] = [];
  const engine = slowAtFirst(time, () => ({
    draw(_epoch, _first, rates) {
      calls.push(rates.length);
      time.now += rates.length;
    },
    losses: async () => new Float32Array(0),
    metrics: async () => new Float32Array(0),
  }));
  expect(await measureSpeed(RUN, engine, task({ clock: () => time.now }))).toBeCloseTo(10 * 1000);
  expect(Math.max(...calls)).toBeGreaterThan(8);
  expect(calls.reduce((sum, count) => sum + count, 0)).toBeLessThan(2200);
});

test('it can be cancelled, and gives back what it held', async () => {
  const engine = createReferenceEngine();
  const time = { now: 0 };
  const controller = new AbortController();
  const measuring = measureSpeed(
    RUN,
    engine,
    task({
      clock: () => {
        time.now += 10;
        return time.now;
      },
      signal: controller.signal,
      progress: (share) => {
        if (share > 0.5) controller.abort();
      },
    }),
  );
  await expect(measuring).rejects.toThrow('aborted');
  expect(engine.liveBuffers()).toBe(0);
});
