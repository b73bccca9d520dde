import { describe, expect, test } from 'vitest';
import type { Batch, EngineData, ModelState } from '../../src/engines/engine';
import { blockGradients } from '../../src/engines/reference/block-gradients';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { networkGradients } from '../../src/engines/reference/network-gradients';
import { optimiserStep } from '../../src/engines/reference/optimisers';
import { pairGradients } from '../../src/engines/reference/pair-gradients';
import { groupLoss } from '../../src/models/group-loss';
import { type OptimiserSpec, TORCH_ADAGRAD, TORCH_ADAM } from '../../src/models/optimiser';
import type { ModelSpec } from '../../src/models/spec';
import { batchesOf, CASES, DESCENT_CASES, difference, engineData, FACTOR_CASES, start } from './cases';

function gradients(spec: ModelSpec, state: ModelState, batch: Batch, data: EngineData) {
  if (batch.kind === 'block' && spec.family === 'factor') return blockGradients(spec, state, batch, data);
  if (batch.kind === 'pairs' && spec.family === 'factor') return pairGradients(spec, state, batch, data);
  if (batch.kind === 'pairs' && spec.family === 'network') return networkGradients(spec, state, batch, data);
  throw new Error('no such case');
}

/** Few pairs for a network, so that no unit of it crosses zero between the two ends of a difference. */
function fewer(batch: Batch, spec: ModelSpec): Batch {
  if (batch.kind === 'block' || spec.family === 'factor' || spec.rowFeatures > 0) return batch;
  return {
    ...batch,
    rows: batch.rows.slice(0, 6),
    columns: batch.columns.slice(0, 6),
    targets: batch.targets.slice(0, 6),
  };
}

describe.each(CASES)('$name', (example) => {
  test('gradients agree with finite differences of the loss', () => {
    const state = start(example);
    const batch = fewer(batchesOf(example, 1)[0], example.spec);
    const data = engineData(example.spec);
    const { tables } = gradients(example.spec, state, batch, data);
    const step = 1e-3;
    let checked = 0;
    state.tables.forEach((table, t) => {
      for (let i = 0; i < table.values.length; i += 7) {
        const before = table.values[i];
        const lossAt = (value: number) => {
          table.values[i] = value;
          // The stored value is rounded to single precision; what was stored is what moved.
          const moved = table.values[i];
          const { loss } = gradients(example.spec, state, batch, data);
          table.values[i] = before;
          return { loss, moved };
        };
        const up = lossAt(before + step);
        const down = lossAt(before - step);
        const slope = (up.loss - down.loss) / (up.moved - down.moved);
        expect(tables[t][i]).toBeCloseTo(slope, 5);
        if (Math.abs(slope) > 1e-6) checked++;
      }
    });
    expect(checked).toBeGreaterThan(10);
  });
});

test('the loss of a tiny block is the number worked out by hand', () => {
  const spec = { ...FACTOR_CASES[0].spec, dimensions: 1 };
  const table = (name: string, values: number[]) => ({
    name,
    shape: [values.length, 1] as const,
    values: Float32Array.from(values),
    m: new Float32Array(values.length),
    v: new Float32Array(values.length),
  });
  const block = {
    kind: 'block' as const,
    rows: Int32Array.of(0),
    columns: Int32Array.of(1, 0),
    positiveRows: Int32Array.of(0),
    positiveColumns: Int32Array.of(0),
    logChance: null,
    inputs: null,
  };
  const data = { rows: 1, columns: 2, rowFeatures: null, columnFeatures: null };
  const state = { step: 0, tables: [table('row', [2]), table('column', [-1, 0.5])] };
  // Scores 1 (the pair) and −2 (no pair): (log(1 + e⁻¹) + log(1 + e⁻²)) / 2.
  const { loss } = blockGradients(spec, state, block, data);
  expect(loss).toBeCloseTo((Math.log(1 + Math.exp(-1)) + Math.log(1 + Math.exp(-2))) / 2, 6);
  const softmax = blockGradients({ ...spec, loss: 'softmax' }, state, block, data);
  expect(softmax.loss).toBeCloseTo(Math.log(1 + Math.exp(-3)), 6);
});

test('the first Adam step moves every touched parameter by the rate, against its gradient', () => {
  const table = {
    name: 'row',
    shape: [3, 1] as const,
    values: new Float32Array(3),
    m: new Float32Array(3),
    v: new Float32Array(3),
  };
  optimiserStep(table, Float64Array.of(4, -0.01, 0), TORCH_ADAM, 1, 0.1, null);
  expect(table.values[0]).toBeCloseTo(-0.1, 5);
  expect(table.values[1]).toBeCloseTo(0.1, 5);
  expect(table.values[2]).toBe(0);
  // And the second goes on from its moments: m = 0.9·0.4 = 0.36, v = 0.999·0.016.
  optimiserStep(table, Float64Array.of(0, 0, 0), TORCH_ADAM, 2, 0.1, null);
  const m = 0.36 / (1 - 0.81);
  const v = (0.999 * 0.016) / (1 - 0.999 ** 2);
  expect(table.values[0]).toBeCloseTo(-0.1 - (0.1 * m) / Math.sqrt(v), 5);
});

describe('losses that compare a pair with its negatives', () => {
  // Two groups of a pair and two negatives.
  const z = Float64Array.of(1, -2, 3, 0, 0, -1);
  const softplus = (x: number) => Math.log1p(Math.exp(x));

  test('BPR is the mean over negatives of −log σ(z₀ − z_j)', () => {
    const { loss, metric } = groupLoss(z, 3, 'bpr');
    expect(loss).toBeCloseTo((softplus(-3) + softplus(2) + softplus(0) + softplus(-1)) / 4, 12);
    // −2 and −1 lie below their pair; 3 does not, and neither does what is equal.
    expect(metric).toBe(0.5);
  });

  test('softmax is the mean over groups of −log of the pair’s share', () => {
    const { loss, metric } = groupLoss(z, 3, 'softmax');
    const share = (a: number, b: number, c: number) => Math.exp(a) / (Math.exp(a) + Math.exp(b) + Math.exp(c));
    expect(loss).toBeCloseTo(-(Math.log(share(1, -2, 3)) + Math.log(share(0, 0, -1))) / 2, 12);
    expect(metric).toBe(0.5);
  });

  test.each(['bpr', 'softmax'] as const)(
    '%s stays a number far out, and its gradients are those of its differences',
    (loss) => {
      const far = groupLoss(Float64Array.of(-800, 800, 0), 3, loss);
      expect(far.loss).toBeCloseTo(loss === 'bpr' ? 1200 : 1600, 6);
      expect([...far.logitGradients].every(Number.isFinite)).toBe(true);
      const { logitGradients } = groupLoss(z, 3, loss);
      z.forEach((value, i) => {
        const at = (moved: number) => groupLoss(z.with(i, moved), 3, loss).loss;
        expect(logitGradients[i]).toBeCloseTo((at(value + 1e-5) - at(value - 1e-5)) / 2e-5, 8);
      });
    },
  );
});

describe('optimisers that move only the batch', () => {
  const table = () => ({
    name: 'row',
    shape: [3, 2] as const,
    values: Float32Array.of(1, -1, 2, -2, 3, -3),
    m: new Float32Array(6),
    v: new Float32Array(6),
  });
  const gradient = Float64Array.of(0.5, -0.25, 0, 0, 2, 0);

  test('Adagrad divides by the root of all squares so far', () => {
    const moved = table();
    optimiserStep(moved, gradient, TORCH_ADAGRAD, 1, 0.1, null);
    // The first step is the rate, whatever the slope.
    expect(moved.values[0]).toBeCloseTo(0.9, 6);
    expect(moved.values[1]).toBeCloseTo(-0.9, 6);
    expect(moved.values[2]).toBe(2);
    optimiserStep(moved, gradient, TORCH_ADAGRAD, 2, 0.1, null);
    expect(moved.values[0]).toBeCloseTo(0.9 - 0.1 / Math.SQRT2, 6);
    expect(moved.v[4]).toBeCloseTo(8, 6);
  });

  test('gradient descent takes the rate times the slope, with weight decay added to it', () => {
    const moved = table();
    optimiserStep(moved, gradient, { kind: 'sgd', updates: 'batch', weightDecay: 0.1 }, 1, 0.2, null);
    expect(moved.values[0]).toBeCloseTo(1 - 0.2 * (0.5 + 0.1), 6);
    expect(moved.values[3]).toBeCloseTo(-2 + 0.2 * 0.2, 6);
  });

  test.each<[string, OptimiserSpec]>([
    ['lazy Adam', { ...TORCH_ADAM, lazy: true, weightDecay: 0.1 }],
    ['lazy Adam with decoupled decay', { ...TORCH_ADAM, lazy: true, weightDecay: 0.1, decoupled: true }],
    ['Adagrad', { ...TORCH_ADAGRAD, weightDecay: 0.1 }],
    ['gradient descent', { kind: 'sgd', updates: 'batch', weightDecay: 0.1 }],
  ])('%s: named rows move once as they would with all, and the others rest', (_name, spec) => {
    const [all, some, before] = [table(), table(), table()];
    for (let step = 1; step <= 3; step++) {
      optimiserStep(all, gradient, spec, step, 0.1, null);
      optimiserStep(some, gradient, spec, step, 0.1, Int32Array.of(2, 0, 2));
    }
    for (const list of ['values', 'm', 'v'] as const) {
      expect(some[list].slice(0, 2)).toEqual(all[list].slice(0, 2));
      expect(some[list].slice(2, 4)).toEqual(before[list].slice(2, 4));
      expect(some[list].slice(4)).toEqual(all[list].slice(4));
    }
    expect(all.values[2]).not.toBe(2);
  });
});

test.each(DESCENT_CASES)('$name: steps as batches of one pair would', async (example) => {
  const { spec, training } = example;
  if (spec.optimiser.kind === 'adam') throw new Error('expected an optimiser that can move after each pair');
  const data = engineData(spec);
  const engine = createReferenceEngine();
  const each = engine.create(spec, start(example), data);
  const alone = engine.create({ ...spec, optimiser: { ...spec.optimiser, updates: 'batch' } }, start(example), data);
  const batches = batchesOf(example, 2);
  const wanted: number[] = [];
  for (const batch of batches) {
    if (batch.kind !== 'pairs') throw new Error('expected pairs');
    each.step(batch, training.learningRate);
    for (let n = 0; n < batch.rows.length; n++) {
      const [rows, columns, targets] = [batch.rows, batch.columns, batch.targets].map((list) => list.slice(n, n + 1));
      alone.step({ ...batch, rows, columns, targets } as typeof batch, training.learningRate);
    }
    const losses = await alone.losses();
    wanted.push(losses.reduce((sum, loss) => sum + loss, 0) / losses.length);
  }
  const losses = await each.losses();
  expect(difference(losses, wanted)).toBeLessThan(1e-4);
  const half = losses.length / 2;
  const mean = (list: Float32Array) => list.reduce((sum, loss) => sum + loss, 0) / list.length;
  expect(mean(losses.slice(half))).toBeLessThan(mean(losses.slice(0, half)));
  const [a, b] = [await each.save(), await alone.save()];
  a.tables.forEach((table, t) => {
    expect(difference(table.values, b.tables[t].values)).toBeLessThan(1e-4);
    expect(difference(table.v, b.tables[t].v)).toBeLessThan(1e-3);
  });
  expect(a.step).toBe(batches.length);
});
