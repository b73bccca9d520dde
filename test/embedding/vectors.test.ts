import { describe, expect, test } from 'vitest';
import { type Csr, csrFromPairs, rowOf } from '../../src/data/csr';
import { toTrainedModel } from '../../src/embedding/trained-model';
import {
  dimensionsOf,
  finalVectors,
  scoreColumns,
  scorePairs,
  scoreRows,
  type VectorInputs,
} from '../../src/embedding/vectors';
import type { ModelState } from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import type { DataFacts } from '../../src/models/data-facts';
import { type FactorSpec, PLAIN_FACTORS } from '../../src/models/factor';
import type { NetworkSpec } from '../../src/models/network';
import { TORCH_ADAM } from '../../src/models/optimiser';
import { completeOptions, type OptionValues } from '../../src/models/option';
import { presets } from '../../src/models/registry';
import { BlockSampler } from '../../src/training/block-sampler';
import { initialState } from '../../src/training/initial-state';
import { createSampler } from '../../src/training/sampler';
import { engineDataOf, type TrainingData } from '../../src/training/training-data';
import { difference } from '../engines/cases';
import { randomMatrix } from '../support/tiny';

const ROWS = 30;
const COLUMNS = 12;
const MATRIX = randomMatrix(ROWS, COLUMNS, 5);
const FACTS: DataFacts = {
  rows: ROWS,
  columns: COLUMNS,
  pairs: MATRIX.indices.length,
  values: { mean: 3, minimum: 1, maximum: 5 },
  rowFeatures: 4,
  columnFeatures: 3,
};

/** Every factor preset, and again with features where it takes them. */
const CASES = presets.flatMap((preset) => {
  const given: [string, OptionValues][] = [[preset.id, {}]];
  if (preset.options.some(({ id }) => id === 'rowFeatures')) {
    given.push([`${preset.id} with features`, { rowFeatures: true, columnFeatures: true }]);
  }
  return given.flatMap(([name, options]) => {
    const { model, training } = preset.specify(completeOptions(preset.options, { dimensions: 5, ...options }), FACTS);
    return model.family === 'factor' ? [{ name, model, training }] : [];
  });
});

function dataFor({ rowFeatures, columnFeatures }: FactorSpec, train: Csr = MATRIX): TrainingData {
  return {
    train,
    heldOut: csrFromPairs(train.rows, train.columns, [], []).matrix,
    trainValues: Float32Array.from(train.indices, (column, i) => 1 + ((column + i) % 5)),
    heldOutValues: null,
    trainRepeats: null,
    rowFeatures: rowFeatures > 0 ? randomMatrix(train.rows, rowFeatures, 2, 5) : null,
    columnFeatures: columnFeatures > 0 ? randomMatrix(train.columns, columnFeatures, 2, 6) : null,
  };
}

describe.each(CASES)('$name', ({ model, training }) => {
  const data = dataFor(model);
  /** A trainer a few steps on, so that biases, links and features are no longer those of the start. */
  const trained = () => {
    const state = initialState(model, ROWS, COLUMNS, 1);
    const trainer = createReferenceEngine().create(model, state, engineDataOf(data));
    for (const batch of createSampler(data, model, training, 1).epoch(0)) trainer.step(batch, 0.05);
    return trainer;
  };
  const rows = Int32Array.from({ length: ROWS }, (_, r) => r);

  test('final vectors score as the engine does: by row, by column, by pair', async () => {
    const trainer = trained();
    const vectors = finalVectors(model, await trainer.save(), data);
    expect([dimensionsOf(vectors, 'row'), dimensionsOf(vectors, 'column')]).toEqual([5, 5]);
    let expected: Float32Array;
    if (training.batches.kind === 'blocks') {
      const sampler = new BlockSampler(data, model, training.batches, 1);
      expected = await trainer.score(rows, sampler.inputs(rows, null));
    } else {
      const all = Int32Array.from({ length: ROWS * COLUMNS }, (_, n) => Math.floor(n / COLUMNS));
      const columns = Int32Array.from({ length: ROWS * COLUMNS }, (_, n) => n % COLUMNS);
      expected = await trainer.logits({ rows: all, columns });
    }
    expect(new Set(expected).size).toBeGreaterThan(50);
    for (let r = 0; r < ROWS; r++) {
      const row = expected.subarray(r * COLUMNS, (r + 1) * COLUMNS);
      expect(difference(scoreColumns(vectors, r), row)).toBeLessThan(1e-4);
    }
    const column = Float32Array.from(rows, (r) => expected[r * COLUMNS + 7]);
    expect(difference(scoreRows(vectors, 7), column)).toBeLessThan(1e-4);
    const sevens = new Int32Array(ROWS).fill(7);
    expect(difference(scorePairs(vectors, rows, sevens), column)).toBeLessThan(1e-4);
  });
});

test('the two numbers of a link are folded into the temperature, the biases and the offset', () => {
  const model: FactorSpec = {
    ...PLAIN_FACTORS,
    dimensions: 2,
    temperature: 3,
    rowBias: true,
    columnBias: true,
    offset: 0.5,
    link: 'affine',
    loss: 'bce',
    initializer: { kind: 'normal', scale: 1 },
    optimiser: TORCH_ADAM,
  };
  const train = csrFromPairs(2, 2, [0, 1], [0, 1]).matrix;
  const state = initialState(model, 2, 2, 1);
  put(state, 'rowBias', [1, 2]);
  put(state, 'columnBias', [-1, 4]);
  put(state, 'link', [-2, 0.25]);
  const vectors = finalVectors(model, state, { train, rowFeatures: null, columnFeatures: null });
  expect(vectors).toMatchObject({ temperature: -6, offset: -0.75 });
  expect([...(vectors.rowBias ?? [])]).toEqual([-2, -4]);
  expect([...(vectors.bias ?? [])]).toEqual([2, -8]);
});

test('a row that no training pair is left of has a vector all the same', () => {
  const { matrix } = csrFromPairs(2, 3, [0, 0], [0, 1]);
  for (const { model } of CASES) {
    const data = dataFor(model, matrix);
    const { rows, columns } = finalVectors(model, initialState(model, 2, 3, 1), data);
    expect(rows.every(Number.isFinite)).toBe(true);
    expect(columns.every(Number.isFinite)).toBe(true);
  }
});

describe('what training never saw', () => {
  // Row 2 and column 3 have no pair.
  const train = csrFromPairs(4, 5, [0, 0, 1, 1, 3, 3], [0, 1, 1, 2, 4, 0]).matrix;
  const rowFeatures = csrFromPairs(4, 2, [0, 1, 2, 2], [0, 1, 0, 1]).matrix;
  const columnFeatures = csrFromPairs(5, 2, [0, 3, 4], [0, 1, 1]).matrix;
  const base: FactorSpec = {
    ...PLAIN_FACTORS,
    dimensions: 3,
    loss: 'bce',
    initializer: { kind: 'normal', scale: 1 },
    optimiser: TORCH_ADAM,
  };
  const none = { train, rowFeatures: null, columnFeatures: null };
  const both = { train, rowFeatures, columnFeatures };
  const vectorOf = (values: Float32Array, entry: number, d = 3) => [...values.subarray(entry * d, (entry + 1) * d)];

  test.each(['dot', 'cosine'] as const)('has no vector without features (%s)', (score) => {
    const model = { ...base, score };
    const { rows, columns } = finalVectors(model, initialState(model, 4, 5, 1), none);
    expect([vectorOf(rows, 2), vectorOf(columns, 3)]).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(vectorOf(rows, 1)).not.toContain(0);
    expect(vectorOf(columns, 4)).not.toContain(0);
  });

  test('has the sum of the vectors of its features; others have their own besides', () => {
    const model: FactorSpec = { ...base, rowFeatures: 2, columnFeatures: 2 };
    const state = initialState(model, 4, 5, 1);
    const before = structuredClone(state);
    const { rows, columns } = finalVectors(model, state, both);
    const table = (name: string) => state.tables.find((found) => found.name === name)?.values as Float32Array;
    const sum = (...parts: number[][]) => parts[0].map((_, i) => parts.reduce((total, part) => total + part[i], 0));
    const close = (found: number[], expected: number[]) => expect(difference(found, expected)).toBeLessThan(1e-6);
    close(vectorOf(rows, 2), sum(vectorOf(table('rowFeature'), 0), vectorOf(table('rowFeature'), 1)));
    close(vectorOf(columns, 3), vectorOf(table('columnFeature'), 1));
    close(vectorOf(rows, 1), sum(vectorOf(table('row'), 1), vectorOf(table('rowFeature'), 1)));
    close(vectorOf(columns, 1), vectorOf(table('column'), 1));
    // The state of a run can still be trained on.
    expect(state).toEqual(before);
  });

  test('a pooled row is the mean of its columns and features; with neither it has no vector', () => {
    const model: FactorSpec = { ...base, rowVector: 'pooled', rowFeatures: 2 };
    const state = initialState(model, 4, 5, 1);
    const input = state.tables[0].values;
    const pooled = finalVectors(model, state, { ...none, rowFeatures }).rows;
    const expected = vectorOf(input, 1).map((value, i) => (value + input[6 + i] + input[5 * 3 + 3 + i]) / 3);
    expect(difference(vectorOf(pooled, 1), expected)).toBeLessThan(1e-6);
    const alone = vectorOf(input, 5).map((value, i) => (value + input[6 * 3 + i]) / 2);
    expect(difference(vectorOf(pooled, 2), alone)).toBeLessThan(1e-6);
    const plain = initialState({ ...model, rowFeatures: 0 }, 4, 5, 1);
    expect(vectorOf(finalVectors({ ...model, rowFeatures: 0 }, plain, none).rows, 2)).toEqual([0, 0, 0]);
  });

  describe('by a network', () => {
    const network: NetworkSpec = {
      family: 'network',
      rowDimensions: 3,
      columnDimensions: 2,
      join: 'concat',
      embeddingDropout: 0.5,
      dropoutPlace: 'each',
      biases: true,
      productDimensions: 2,
      layers: [{ units: 4, dropout: 0.5 }],
      output: 'sigmoid',
      range: [1, 5],
      loss: 'mse',
      padding: true,
      initializer: { kind: 'normal', scale: 1 },
      denseStart: { kind: 'glorot' },
      denseBias: 0,
      rowFeatures: 0,
      columnFeatures: 0,
      optimiser: TORCH_ADAM,
    };
    const seen = [0, 1, 3];
    const seenColumns = [0, 1, 2, 4];
    const mean = (values: Float32Array, entries: readonly number[], d: number) =>
      Array.from({ length: d }, (_, i) => entries.reduce((sum, e) => sum + values[e * d + i], 0) / entries.length);

    test('gets the mean of what it saw, in every table of its side', () => {
      const state = initialState(network, 4, 5, 1);
      const before = structuredClone(state);
      const { vectors, network: learned, output } = toTrainedModel(network, state, none);
      expect(state).toEqual(before);
      expect(output).toEqual({ curve: 'sigmoid', range: [1, 5] });
      expect([vectors.dimensions, vectors.columnDimensions]).toEqual([3, 2]);
      expect([vectors.rows.length, vectors.columns.length]).toEqual([12, 10]);
      const original = (name: string) => state.tables.find((found) => found.name === name)?.values as Float32Array;
      const kept = (name: string) => learned?.tables.find((found) => found.name === name)?.values as Float32Array;
      const expectMean = (name: string, entry: number, entries: readonly number[], d: number) => {
        expect(difference(vectorOf(kept(name), entry, d), mean(original(name), entries, d))).toBeLessThan(1e-6);
        expect(vectorOf(kept(name), 0, d)).toEqual(vectorOf(original(name), 0, d));
      };
      expectMean('row', 2, seen, 3);
      expectMean('rowBias', 2, seen, 1);
      expectMean('rowProduct', 2, seen, 2);
      expectMean('column', 3, seenColumns, 2);
      expectMean('columnBias', 3, seenColumns, 1);
      expectMean('columnProduct', 3, seenColumns, 2);
      expect(kept('dense1')).toEqual(original('dense1'));
      expect(vectorOf(vectors.rows, 2)).toEqual(vectorOf(kept('row'), 2));
      expect(vectorOf(vectors.columns, 4, 2)).toEqual(vectorOf(original('column'), 4, 2));
    });

    test('with features has them added', () => {
      const model: NetworkSpec = { ...network, rowFeatures: 2, columnFeatures: 2 };
      const state = initialState(model, 4, 5, 1);
      const { vectors } = toTrainedModel(model, state, both);
      const table = (name: string) => state.tables.find((found) => found.name === name)?.values as Float32Array;
      for (const [row, known] of [[0], [1], [0, 1], []].entries()) {
        const own = row === 2 ? mean(table('row'), seen, 3) : vectorOf(table('row'), row);
        const expected = own.map((value, i) => known.reduce((sum, f) => sum + table('rowFeature')[f * 3 + i], value));
        expect([...rowOf(rowFeatures, row)]).toEqual(known);
        expect(difference(vectorOf(vectors.rows, row), expected)).toBeLessThan(1e-6);
      }
      const cold = mean(table('column'), seenColumns, 2).map((value, i) => value + table('columnFeature')[2 + i]);
      expect(difference(vectorOf(vectors.columns, 3, 2), cold)).toBeLessThan(1e-6);
    });
  });

  test('of a factor model the network is null and the output is that of its loss', () => {
    const inputs: VectorInputs = none;
    const learned = toTrainedModel(base, initialState(base, 4, 5, 1), inputs);
    expect([learned.network, learned.output]).toEqual([null, { curve: 'sigmoid', range: null }]);
    expect(learned.vectors).toEqual(finalVectors(base, initialState(base, 4, 5, 1), inputs));
  });
});

function put(state: ModelState, name: string, values: readonly number[]): void {
  state.tables.find((table) => table.name === name)?.values.set(values);
}
