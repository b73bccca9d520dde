import { describe, expect, test } from 'vitest';
import { columnDegrees, csrFromPairs, has, rowOf } from '../../src/data/csr';
import { drawNegatives, drawPairs, epochKeys, negativePool } from '../../src/engines/draw';
import type { PairBatch, PairSource } from '../../src/engines/engine';
import type { NegativeSpec, PairSpec } from '../../src/models/training';
import { randomMatrix } from '../support/tiny';

const MATRIX = randomMatrix(50, 24, 8);
const PAIRS = MATRIX.indices.length;
const NEGATIVES: NegativeSpec = { perPositive: 3, draw: 'column', by: 'uniform', reject: true, target: 0 };
const SPEC: PairSpec = {
  kind: 'pairs',
  batchPairs: 20,
  order: 'shuffle',
  target: 'one',
  repeats: false,
  negatives: null,
};

function sourceOf(change: Partial<PairSpec> = {}, seed = 1, train = MATRIX): PairSource {
  const rowOfPair = Uint32Array.from(train.indices, (_, i) => train.offsets.findLastIndex((offset) => offset <= i));
  const placeOfPair = Uint32Array.from(train.indices, (_, i) => i);
  const values = Float32Array.from(train.indices, (_, i) => i / 4);
  return { train, values, rowOfPair, placeOfPair, strata: null, spec: { ...SPEC, ...change }, seed };
}

function epochOf(source: PairSource, epoch = 0, steps = Math.ceil(PAIRS / 20)): PairBatch[] {
  const pool = negativePool(source);
  return Array.from({ length: steps }, (_, step) => drawPairs(source, pool, epoch, step));
}

/** Pairs that exist, of batches of groups. */
const positives = (batches: readonly PairBatch[]) =>
  batches.flatMap(({ rows, columns, group }) =>
    Array.from({ length: rows.length / group }, (_, k) => `${rows[k * group]}/${columns[k * group]}`),
  );
/** Pairs that stand behind them. */
const negatives = (batches: readonly PairBatch[]) =>
  batches.flatMap(({ rows, columns, group }) =>
    Array.from(rows, (row, n) => ({
      row,
      column: columns[n],
      of: rows[n - (n % group)],
      first: n % group === 0,
    })).filter(({ first }) => !first),
  );
const EVERY = Array.from({ length: 50 }, (_, r) => [...rowOf(MATRIX, r)].map((c) => `${r}/${c}`)).flat();

describe('pairs that exist', () => {
  test('come once an epoch when they are shuffled, the last batch with the rest', () => {
    const batches = epochOf(sourceOf());
    expect(positives(batches).toSorted()).toEqual(EVERY.toSorted());
    expect(batches.map(({ rows }) => rows.length)).toEqual([
      ...new Array(Math.floor(PAIRS / 20)).fill(20),
      ...(PAIRS % 20 ? [PAIRS % 20] : []),
    ]);
    expect(positives(batches)).not.toEqual(EVERY);
  });

  test('come at most once in a batch that is a draw of its own, and over time alike', () => {
    const counts = new Map<string, number>();
    const source = sourceOf({ order: 'sample' });
    for (let epoch = 0; epoch < 150; epoch++) {
      for (const batch of epochOf(source, epoch)) {
        const found = positives([batch]);
        expect(found).toHaveLength(20);
        expect(new Set(found).size).toBe(20);
        for (const pair of found) counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    const expected = (150 * Math.ceil(PAIRS / 20) * 20) / PAIRS;
    expect(counts.size).toBe(PAIRS);
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(expected));
  });

  test('bring their own values where these are learned', () => {
    for (const { rows, columns, targets, group } of epochOf(sourceOf({ target: 'value' }))) {
      expect(group).toBe(1);
      rows.forEach((row, n) => {
        expect(targets[n]).toBe(MATRIX.indices.indexOf(columns[n], MATRIX.offsets[row]) / 4);
      });
    }
  });
});

describe('negatives', () => {
  test('stand behind their pair in groups, with what the model should say of them', () => {
    for (const batch of epochOf(sourceOf({ negatives: { ...NEGATIVES, target: -1 } }))) {
      expect(batch.group).toBe(4);
      expect(batch.rows.length % 4).toBe(0);
      batch.targets.forEach((target, n) => {
        expect(target).toBe(n % 4 === 0 ? 1 : -1);
        expect(has(MATRIX, batch.rows[n], batch.columns[n]) || n % 4 !== 0).toBe(true);
      });
    }
  });

  test.each(['column', 'pair'] as const)('of another %s never exist when those that do are rejected', (draw) => {
    const source = sourceOf({ negatives: { ...NEGATIVES, draw } });
    const found = Array.from({ length: 20 }, (_, epoch) => negatives(epochOf(source, epoch))).flat();
    expect(found).toHaveLength(20 * 3 * PAIRS);
    expect(found.some(({ row, column }) => has(MATRIX, row, column))).toBe(false);
    const elsewhere = found.filter(({ row, of }) => row !== of).length / found.length;
    if (draw === 'column') expect(elsewhere).toBe(0);
    else expect(elsewhere).toBeGreaterThan(0.9);
  });

  test('of a row that has every column are what there is, rather than no end', () => {
    const full = csrFromPairs(1, 2, [0, 0], [0, 1]).matrix;
    const source = sourceOf({ negatives: NEGATIVES }, 1, full);
    expect(drawPairs(source, negativePool(source), 0, 0).rows).toHaveLength(8);
  });

  test.each(['uniform', 'popularity'] as const)('are drawn %s', (by) => {
    const source = sourceOf({ negatives: { ...NEGATIVES, by, reject: false } });
    const counts = new Float64Array(24);
    let all = 0;
    for (let epoch = 0; epoch < 60; epoch++) {
      for (const { column } of negatives(epochOf(source, epoch))) {
        counts[column]++;
        all++;
      }
    }
    const degrees = columnDegrees(MATRIX);
    counts.forEach((count, column) => {
      const expected = all * (by === 'uniform' ? 1 / 24 : degrees[column] / PAIRS);
      expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(expected));
    });
  });

  test('come from the rows and columns that training has', () => {
    // Row 1 and column 3 have no pair.
    const train = csrFromPairs(3, 4, [0, 0, 2], [0, 1, 2]).matrix;
    const source = sourceOf({ negatives: { ...NEGATIVES, draw: 'pair', reject: false } }, 1, train);
    const pool = negativePool(source);
    expect([...pool.rows]).toEqual([0, 2]);
    expect([...pool.columns]).toEqual([0, 1, 2]);
    const found = Array.from({ length: 40 }, (_, epoch) => negatives([drawPairs(source, pool, epoch, 0)])).flat();
    expect(new Set(found.map(({ row }) => row))).toEqual(new Set([0, 2]));
    expect(new Set(found.map(({ column }) => column))).toEqual(new Set([0, 1, 2]));
  });

  test('of a pair alone are those that it has in its batch', () => {
    const source = sourceOf({ negatives: NEGATIVES });
    const pool = negativePool(source);
    const batch = drawPairs(source, pool, 2, 1);
    const [rows, columns] = [batch.rows.slice(8, 12), batch.columns.slice(8, 12)];
    const alone = { rows: Int32Array.of(rows[0], 0, 0, 0), columns: Int32Array.of(columns[0], 0, 0, 0) };
    drawNegatives(source, pool, epochKeys(1, 2).negatives, 20 + 2, alone, 0);
    expect(alone).toEqual({ rows, columns });
  });
});

describe.each(['shuffle', 'sample'] as const)('a %s', (order) => {
  const change = { order, negatives: { ...NEGATIVES, draw: 'pair' } } as const;

  test('is the same for the same seed, whichever step is asked for first', () => {
    const source = sourceOf(change, 9);
    const batches = epochOf(source, 4);
    expect(epochOf(sourceOf(change, 9), 4)).toEqual(batches);
    expect(drawPairs(source, negativePool(source), 4, 3)).toEqual(batches[3]);
  });

  test('is another one for another seed, epoch or step', () => {
    const [first, second] = epochOf(sourceOf(change, 9), 4);
    for (const other of [epochOf(sourceOf(change, 9), 5)[0], epochOf(sourceOf(change, 10), 4)[0], second]) {
      expect(positives([other])).not.toEqual(positives([first]));
      expect(negatives([other]).map(({ column }) => column)).not.toEqual(
        negatives([first]).map(({ column }) => column),
      );
      expect(other.dropoutSeed).not.toBe(first.dropoutSeed);
    }
  });
});
