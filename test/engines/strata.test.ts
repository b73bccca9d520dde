import { describe, expect, test } from 'vitest';
import { csrFromPairs } from '../../src/data/csr';
import { Random } from '../../src/data/random';
import { drawPairs, negativePool } from '../../src/engines/draw';
import type { PairSource } from '../../src/engines/engine';
import { STRATA, stratify, stratumRuns } from '../../src/engines/strata';
import { randomMatrix } from '../support/tiny';

const MATRIX = randomMatrix(400, 130, 40, 3);
const PAIRS = MATRIX.indices.length;
const rowOfPair = Uint32Array.from(MATRIX.indices, (_, i) => MATRIX.offsets.findLastIndex((offset) => offset <= i));
const placeOfPair = Uint32Array.from(MATRIX.indices, (_, i) => i);
const SORTED = stratify(MATRIX, rowOfPair, placeOfPair, new Random(9));

/** Numbers of pairs at places from..to of an epoch. */
const visited = (key: number, from = 0, to = PAIRS) =>
  stratumRuns(SORTED.strata, key, from, to).flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, i) => first + i),
  );
const pairAt = (i: number) => ({ row: SORTED.rowOfPair[i], column: MATRIX.indices[SORTED.placeOfPair[i]] });
/** The blocks of a stratum, each with its pairs. */
const stratum = (d: number) =>
  Array.from({ length: STRATA }, (_, g) => {
    const block = d * STRATA + g;
    const begin = SORTED.strata[block];
    return Array.from({ length: SORTED.strata[block + 1] - begin }, (_unused, i) => pairAt(begin + i));
  });

describe('blocks of pairs', () => {
  test('hold every pair once, with its own place', () => {
    expect([...SORTED.placeOfPair].toSorted((a, b) => a - b)).toEqual([...placeOfPair]);
    SORTED.placeOfPair.forEach((place, i) => {
      expect(SORTED.rowOfPair[i]).toBe(rowOfPair[place]);
    });
    expect(SORTED.strata[STRATA * STRATA]).toBe(PAIRS);
  });

  test('of one stratum share neither rows nor columns', () => {
    for (let d = 0; d < STRATA; d++) {
      for (const side of ['row', 'column'] as const) {
        const blocks = stratum(d).map((pairs) => new Set(pairs.map((pair) => pair[side])));
        const together = blocks.reduce((sum, { size }) => sum + size, 0);
        expect(new Set(blocks.flatMap((entries) => [...entries])).size).toBe(together);
      }
    }
  });

  test('have about as many pairs in each group, however popular some columns are', () => {
    const skewed = Array.from({ length: 6000 }, (_, i) => [
      i % 300,
      Math.floor(160 * (((i * 7919) % 6000) / 6000) ** 3),
    ]);
    const { matrix } = csrFromPairs(
      300,
      160,
      skewed.map(([row]) => row),
      skewed.map(([, column]) => column),
    );
    const rows = Uint32Array.from(matrix.indices, (_, i) => matrix.offsets.findLastIndex((offset) => offset <= i));
    const { strata } = stratify(
      matrix,
      rows,
      Uint32Array.from(matrix.indices, (_, i) => i),
      new Random(1),
    );
    const share = matrix.indices.length / STRATA;
    for (let d = 0; d < STRATA; d++) {
      const size = strata[(d + 1) * STRATA] - strata[d * STRATA];
      expect(size).toBeGreaterThan(share / 2);
      expect(size).toBeLessThan(share * 2);
    }
  });

  test('no pairs at all are no blocks', () => {
    const { matrix } = csrFromPairs(3, 3, [], []);
    const none = new Uint32Array(0);
    expect(stratify(matrix, none, none, new Random(1)).strata).toEqual(new Uint32Array(STRATA * STRATA + 1));
    expect(stratumRuns(new Uint32Array(STRATA * STRATA + 1), 1, 0, 0)).toEqual([]);
  });
});

describe('an epoch', () => {
  test('visits every pair once, in another order for another key', () => {
    const all = Array.from({ length: PAIRS }, (_, i) => i);
    expect(visited(1).toSorted((a, b) => a - b)).toEqual(all);
    expect(visited(2).toSorted((a, b) => a - b)).toEqual(all);
    expect(visited(1)).not.toEqual(visited(2));
    expect(visited(1)).toEqual(visited(1));
  });

  test('visits one stratum after another', () => {
    const stratumOf = (i: number) => Math.floor(SORTED.strata.findLastIndex((begin) => begin <= i) / STRATA);
    const order = visited(5).map(stratumOf);
    const changes = order.filter((d, at) => at === 0 || d !== order[at - 1]);
    expect(changes).toHaveLength(STRATA);
    expect(new Set(changes).size).toBe(STRATA);
  });

  test('can be entered anywhere', () => {
    const whole = visited(7);
    for (const [from, to] of [
      [0, 1],
      [10, 500],
      [333, 334],
      [PAIRS - 20, PAIRS],
    ]) {
      expect(visited(7, from, to)).toEqual(whole.slice(from, to));
    }
  });

  test('is cut into the batches that are drawn', () => {
    const source: PairSource = {
      train: MATRIX,
      values: Float32Array.from(MATRIX.indices, (_, i) => i / 4),
      ...SORTED,
      spec: { kind: 'pairs', batchPairs: 300, order: 'strata', target: 'value', repeats: false, negatives: null },
      seed: 4,
    };
    const steps = Math.ceil(PAIRS / 300);
    const batches = Array.from({ length: steps }, (_, step) => drawPairs(source, negativePool(source), 2, step));
    expect(batches.map(({ rows }) => rows.length)).toEqual([
      ...new Array(steps - 1).fill(300),
      PAIRS - 300 * (steps - 1),
    ]);
    // Values tell pairs apart.
    const values = batches.flatMap(({ targets }) => [...targets]);
    expect(values.toSorted((a, b) => a - b)).toEqual(Array.from({ length: PAIRS }, (_, i) => i / 4));
    for (const { rows, columns, targets } of batches) {
      targets.forEach((value, n) => {
        expect([rows[n], columns[n]]).toEqual([rowOfPair[4 * value], MATRIX.indices[4 * value]]);
      });
    }
  });
});
