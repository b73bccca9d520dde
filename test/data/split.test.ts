import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Csr, csrFromPairs, rowDegrees, rowOf } from '../../src/data/csr';
import { splitPairs } from '../../src/data/split';
import { randomMatrix } from '../support/tiny';

const splits = fc.record({
  matrix: fc
    .record({
      rows: fc.integer({ min: 1, max: 30 }),
      columns: fc.integer({ min: 1, max: 30 }),
      most: fc.integer({ min: 1, max: 15 }),
      seed: fc.integer(),
    })
    .map(({ rows, columns, most, seed }) => randomMatrix(rows, columns, most, seed)),
  holdOut: fc.record({
    fraction: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    minimumDegree: fc.integer({ min: 0, max: 8 }),
    seed: fc.integer(),
  }),
});

const listOf = (matrix: Csr, row: number) => [...rowOf(matrix, row)];

describe('splitPairs', () => {
  test('puts each pair into train or held out, never into both', () => {
    fc.assert(
      fc.property(splits, ({ matrix, holdOut }) => {
        const { train, heldOut } = splitPairs(matrix, holdOut);
        for (const part of [train, heldOut]) {
          expect([part.rows, part.columns, part.offsets.length]).toEqual([
            matrix.rows,
            matrix.columns,
            matrix.rows + 1,
          ]);
        }
        for (let r = 0; r < matrix.rows; r++) {
          const both = [...listOf(train, r), ...listOf(heldOut, r)].sort((a, b) => a - b);
          expect(both).toEqual(listOf(matrix, r));
        }
      }),
    );
  });

  test('keeps each row ascending', () => {
    const { train, heldOut } = splitPairs(randomMatrix(40, 500, 60), { fraction: 0.4, minimumDegree: 2, seed: 1 });
    for (const part of [train, heldOut]) {
      for (let r = 0; r < part.rows; r++) {
        expect(listOf(part, r)).toEqual(listOf(part, r).sort((a, b) => a - b));
      }
    }
  });

  test('takes the rounded share, at least one, never all, and none below the minimum', () => {
    fc.assert(
      fc.property(splits, ({ matrix, holdOut }) => {
        const held = rowDegrees(splitPairs(matrix, holdOut).heldOut);
        for (const [r, degree] of rowDegrees(matrix).entries()) {
          if (degree < 2 || degree < holdOut.minimumDegree) {
            expect(held[r]).toBe(0);
          } else {
            expect(held[r]).toBeGreaterThanOrEqual(1);
            expect(held[r]).toBeLessThan(degree);
            const share = Math.round(holdOut.fraction * degree);
            if (share >= 1 && share < degree) expect(held[r]).toBe(share);
          }
        }
      }),
    );
  });

  test('takes from rows of exactly the minimum degree', () => {
    const degrees = [1, 2, 3, 4, 5];
    const rows = degrees.flatMap((degree, r) => new Array<number>(degree).fill(r));
    const columns = degrees.flatMap((degree) => Array.from({ length: degree }, (_, c) => c));
    const { matrix } = csrFromPairs(5, 5, rows, columns);
    const { heldOut } = splitPairs(matrix, { fraction: 0.34, minimumDegree: 4, seed: 0 });
    expect([...rowDegrees(heldOut)]).toEqual([0, 0, 0, 1, 2]);
  });

  test('gives the same split for the same seed', () => {
    fc.assert(
      fc.property(splits, ({ matrix, holdOut }) => {
        expect(splitPairs(matrix, { ...holdOut })).toEqual(splitPairs(matrix, holdOut));
      }),
    );
  });

  test('gives another split for another seed', () => {
    const matrix = randomMatrix(50, 100, 20);
    const held = [1, 2, 3, 4].map((seed) =>
      splitPairs(matrix, { fraction: 0.3, minimumDegree: 2, seed }).heldOut.indices.join(),
    );
    expect(new Set(held).size).toBe(4);
  });

  test('does not prefer the low columns of a row', () => {
    const columns = Array.from({ length: 1000 }, (_, c) => c);
    const { matrix } = csrFromPairs(1, 1000, new Array<number>(1000).fill(0), columns);
    const { heldOut } = splitPairs(matrix, { fraction: 0.5, minimumDegree: 2, seed: 3 });
    const low = heldOut.indices.filter((c) => c < 500).length;
    expect(low).toBeGreaterThan(200);
    expect(low).toBeLessThan(300);
  });

  test('without a hold-out trains on every pair', () => {
    const matrix = randomMatrix(8, 12, 5);
    const { train, heldOut } = splitPairs(matrix, null);
    expect(train).toEqual(matrix);
    expect([...rowDegrees(heldOut)]).toEqual(new Array(8).fill(0));
    expect([heldOut.rows, heldOut.columns, heldOut.indices.length]).toEqual([8, 12, 0]);
  });
});
