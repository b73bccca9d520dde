import { describe, expect, test } from 'vitest';
import { csrFromPairs } from '../../src/data/csr';
import { nearest } from '../../src/embedding/neighbours';
import { finalVectors, scoreColumns, scoreRows } from '../../src/embedding/vectors';
import { pooledInputs } from '../../src/engines/pooled-inputs';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { completeOptions } from '../../src/models/option';
import { presetById, presets } from '../../src/models/registry';
import { startValues } from '../../src/training/start-values';
import { difference } from '../engines/cases';
import { randomMatrix } from '../support/tiny';

const VECTORS = Float32Array.of(1, 0, 2, 0.2, -1, 0, 0, 3);

describe('nearest', () => {
  test('by cosine', () => {
    const found = nearest(VECTORS, 2, 0, 3, 'cosine');
    expect(found.map(({ index }) => index)).toEqual([1, 3, 2]);
    expect(found[0].score).toBeCloseTo(2 / Math.hypot(2, 0.2), 6);
    expect(found[2].score).toBeCloseTo(-1, 6);
  });
  test('by dot product', () => {
    expect(nearest(VECTORS, 2, 1, 2, 'dot').map(({ index }) => index)).toEqual([0, 3]);
  });
  test('by distance, smallest first', () => {
    const found = nearest(VECTORS, 2, 0, 3, 'euclidean');
    expect(found.map(({ index }) => index)).toEqual([1, 2, 3]);
    expect(found[1].score).toBeCloseTo(2, 6);
  });
  test('never the entry itself, and no more than there are', () => {
    expect(
      nearest(VECTORS, 2, 2, 99, 'cosine')
        .map(({ index }) => index)
        .sort(),
    ).toEqual([0, 1, 3]);
  });
});

test.each(presets.map(({ id }) => id))('%s: final vectors score as the engine does', async (id) => {
  const matrix = randomMatrix(30, 12, 5);
  const preset = presetById(id);
  const { model } = preset.specify(completeOptions(preset.options, { dimensions: 5 }), {
    rows: 30,
    columns: 12,
    pairs: matrix.indices.length,
  });
  const state = startValues(model, 30, 12, 1);
  const trainer = createReferenceEngine().create(model, state, { rows: 30, columns: 12 });
  const rows = Int32Array.from({ length: 30 }, (_, r) => r);
  const inputs = model.rowVector === 'pooled' ? pooledInputs(matrix, rows, new Int32Array(12).fill(-1)) : null;
  const expected = await trainer.score(rows, inputs);
  const vectors = finalVectors(model, state, matrix);
  for (let r = 0; r < 30; r++) {
    expect(difference(scoreColumns(vectors, r), expected.subarray(r * 12, (r + 1) * 12))).toBeLessThan(1e-5);
  }
  const column = scoreRows(vectors, 7);
  expect(
    difference(
      column,
      Float32Array.from(rows, (r) => expected[r * 12 + 7]),
    ),
  ).toBeLessThan(1e-5);
});

test('a row that no training pair is left of has a vector all the same', () => {
  const { matrix } = csrFromPairs(2, 3, [0, 0], [0, 1]);
  const preset = presetById('cofactor-default');
  const { model } = preset.specify(completeOptions(preset.options, {}), { rows: 2, columns: 3, pairs: 2 });
  const { rows } = finalVectors(model, startValues(model, 2, 3, 1), matrix);
  expect(rows.every(Number.isFinite)).toBe(true);
});
