import { describe, expect, test } from 'vitest';
import { csrFromPairs } from '../../src/data/csr';
import type { Engine } from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { probeWasm } from '../../src/engines/wasm/engine';
import { type FactorSpec, PLAIN_FACTORS } from '../../src/models/factor';
import { TORCH_ADAM } from '../../src/models/optimiser';
import { findRate } from '../../src/training/rate-finder';
import type { TrainingRun } from '../../src/training/trainer';
import { pairsOnly } from '../../src/training/training-data';
import { task } from '../support/task';
import { randomMatrix } from '../support/tiny';

const MATRIX = randomMatrix(40, 20, 8);
const MODEL: FactorSpec = {
  ...PLAIN_FACTORS,
  dimensions: 4,
  rowBias: true,
  columnBias: true,
  loss: 'mse',
  initializer: { kind: 'normal', scale: 0.1 },
  optimiser: TORCH_ADAM,
};
/** Ratings of 4 and a model that begins at 0: the loss is a bowl, and the way down is far. */
const RUN: TrainingRun = {
  model: MODEL,
  training: {
    epochs: 1,
    learningRate: 1,
    schedule: { kind: 'constant' },
    patience: null,
    batches: { kind: 'pairs', batchPairs: 30, order: 'shuffle', target: 'value', repeats: false, negatives: null },
  },
  data: {
    ...pairsOnly(MATRIX, csrFromPairs(40, 20, [], []).matrix),
    trainValues: new Float32Array(MATRIX.indices.length).fill(4),
  },
  seed: 1,
};

/** An engine whose loss is this function of the rate, to know what has to be found. */
function sloped(lossAt: (rate: number) => number): Engine {
  const engine = createReferenceEngine();
  return {
    ...engine,
    create: (...args) => {
      const trainer = engine.create(...args);
      let loss = 0;
      return {
        ...trainer,
        step: (_, rate) => {
          loss = lossAt(rate);
        },
        losses: async () => Float32Array.of(loss),
      };
    },
  };
}

describe('on a bowl', () => {
  test('the loss falls steepest within the sweep, which ends when the loss explodes', async () => {
    const engine = createReferenceEngine();
    const { rates, losses, steepest, tenthOfLowest } = await findRate(RUN, engine, task());
    expect(rates).toHaveLength(losses.length);
    expect(rates[0]).toBeCloseTo(1e-6, 12);
    // Each rate is the one before times the same.
    const factor = rates[1] / rates[0];
    rates.forEach((rate, i) => {
      if (i > 0) expect(rate / rates[i - 1]).toBeCloseTo(factor, 8);
    });
    expect(rates.length).toBeLessThan(120);
    const lowest = losses.indexOf(Math.min(...losses));
    expect(losses[0]).toBeCloseTo(16, 0);
    expect(losses[lowest]).toBeLessThan(6);
    expect(losses.at(-1)).toBeGreaterThan(losses[lowest]);
    expect(losses.every((loss) => loss <= 4 * losses[lowest] || loss <= 17)).toBe(true);
    expect(steepest).toBeGreaterThan(1e-3);
    expect(steepest).toBeLessThan(rates[lowest]);
    expect(tenthOfLowest).toBe(rates[lowest] / 10);
    expect(engine.liveBuffers()).toBe(0);
  });

  test('the same seed finds the same, and the run’s own weights are not touched', async () => {
    const once = await findRate(RUN, createReferenceEngine(), task());
    expect(await findRate(RUN, createReferenceEngine(), task())).toEqual(once);
  });

  test('nothing is left alive on tfjs', async () => {
    const found = await probeWasm({ cores: 1, startThread: null })();
    if (!('engine' in found)) throw new Error(found.missing);
    const before = found.engine.liveBuffers();
    const { steepest } = await findRate(RUN, found.engine, task());
    expect(steepest).toBeGreaterThan(1e-3);
    expect(found.engine.liveBuffers()).toBe(before);
  });
});

test('the steepest place of a known curve is found, shifted no more than smoothing shifts it', async () => {
  // Falls from 1 to 0 over the logarithm of the rate, steepest at 0.01.
  const curve = (rate: number) => 1 / (1 + (rate / 0.01) ** 2) + 0.5;
  const { steepest, rates } = await findRate(RUN, sloped(curve), task());
  expect(rates).toHaveLength(120);
  expect(rates.at(-1)).toBeCloseTo(10, 8);
  expect(steepest).toBeGreaterThan(0.01 / 2);
  expect(steepest).toBeLessThan(0.01 * 5);
});

test.each([
  ['grows from the first step', (rate: number) => 1 + 1e7 * rate],
  ['is no number at once', () => Number.NaN],
])('a loss that %s leaves no rate to tell', async (_, curve) => {
  const { steepest, tenthOfLowest, rates } = await findRate(RUN, sloped(curve), task());
  expect([steepest, tenthOfLowest]).toEqual([null, null]);
  expect(rates.length).toBeLessThan(20);
});

test('progress grows to one, and an abort ends the search with nothing left alive', async () => {
  const shares: number[] = [];
  await findRate(
    RUN,
    sloped(() => 1),
    task({ progress: (share) => shares.push(share) }),
  );
  expect(shares).toHaveLength(120);
  expect(shares.at(-1)).toBe(1);
  const engine = createReferenceEngine();
  const controller = new AbortController();
  const search = findRate(
    RUN,
    engine,
    task({
      signal: controller.signal,
      progress: (share) => {
        if (share > 0.1) controller.abort();
      },
    }),
  );
  await expect(search).rejects.toMatchObject({ name: 'AbortError' });
  expect(engine.liveBuffers()).toBe(0);
});
