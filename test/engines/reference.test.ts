import { describe, expect, test } from 'vitest';
import type { Batch, ModelState } from '../../src/engines/engine';
import { adamStep } from '../../src/engines/reference/adam';
import { blockGradients } from '../../src/engines/reference/block-gradients';
import { networkGradients } from '../../src/engines/reference/network-gradients';
import { pairGradients } from '../../src/engines/reference/pair-gradients';
import { TORCH_ADAM } from '../../src/models/optimiser';
import type { ModelSpec } from '../../src/models/spec';
import { batchesOf, CASES, FACTOR_CASES, MATRIX, start } from './cases';

function gradients(spec: ModelSpec, state: ModelState, batch: Batch) {
  if (batch.kind === 'block' && spec.family === 'factor') return blockGradients(spec, state, batch, MATRIX.columns);
  if (batch.kind === 'pairs' && spec.family === 'factor') return pairGradients(spec, state, batch);
  if (batch.kind === 'pairs' && spec.family === 'network') return networkGradients(spec, state, batch);
  throw new Error('no such case');
}

/** Few pairs for a network, so that no unit of it crosses zero between the two ends of a difference. */
function fewer(batch: Batch, spec: ModelSpec): Batch {
  if (batch.kind === 'block' || spec.family === 'factor' || batch.rowFeatures) return batch;
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
    const { tables } = gradients(example.spec, state, batch);
    const step = 1e-3;
    let checked = 0;
    state.tables.forEach((table, t) => {
      for (let i = 0; i < table.values.length; i += 7) {
        const before = table.values[i];
        const lossAt = (value: number) => {
          table.values[i] = value;
          // The stored value is rounded to single precision; what was stored is what moved.
          const moved = table.values[i];
          const { loss } = gradients(example.spec, state, batch);
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
    first: new Float32Array(values.length),
    second: new Float32Array(values.length),
  });
  const block = {
    kind: 'block' as const,
    rows: Int32Array.of(0),
    columns: Int32Array.of(1, 0),
    positiveRows: Int32Array.of(0),
    positiveColumns: Int32Array.of(0),
    logChance: null,
    inputs: null,
    rowFeatures: null,
    columnFeatures: null,
  };
  const state = { step: 0, tables: [table('row', [2]), table('column', [-1, 0.5])] };
  // Scores 1 (the pair) and −2 (no pair): (log(1 + e⁻¹) + log(1 + e⁻²)) / 2.
  const { loss } = blockGradients(spec, state, block, 2);
  expect(loss).toBeCloseTo((Math.log(1 + Math.exp(-1)) + Math.log(1 + Math.exp(-2))) / 2, 6);
  const softmax = blockGradients({ ...spec, loss: 'softmax' }, state, block, 2);
  expect(softmax.loss).toBeCloseTo(Math.log(1 + Math.exp(-3)), 6);
});

test('the first Adam step moves every touched parameter by the rate, against its gradient', () => {
  const table = {
    name: 'row',
    shape: [3, 1] as const,
    values: new Float32Array(3),
    first: new Float32Array(3),
    second: new Float32Array(3),
  };
  adamStep(table, Float64Array.of(4, -0.01, 0), TORCH_ADAM, 1, 0.1);
  expect(table.values[0]).toBeCloseTo(-0.1, 5);
  expect(table.values[1]).toBeCloseTo(0.1, 5);
  expect(table.values[2]).toBe(0);
  // And the second goes on from its moments: m = 0.9·0.4 = 0.36, v = 0.999·0.016.
  adamStep(table, Float64Array.of(0, 0, 0), TORCH_ADAM, 2, 0.1);
  const m = 0.36 / (1 - 0.81);
  const v = (0.999 * 0.016) / (1 - 0.999 ** 2);
  expect(table.values[0]).toBeCloseTo(-0.1 - (0.1 * m) / Math.sqrt(v), 5);
});
