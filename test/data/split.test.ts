import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Csr, columnDegrees, csrFromPairs, rowDegrees, rowOf } from '../../src/data/csr';
import { type HoldOut, splitPairs } from '../../src/data/split';
import { InputError } from '../../src/errors';
import { holdOutOf, holdOutOptions } from '../../src/models/hold-out-options';
import { completeOptions, type OptionSpec } from '../../src/models/option';
import { sharedBlob, sharedFile } from '../support/shared-data';
import { randomInteractions, randomMatrix } from '../support/tiny';

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
        const { train, heldOut } = splitPairs({ matrix }, holdOut);
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
    const { train, heldOut } = splitPairs(
      { matrix: randomMatrix(40, 500, 60) },
      { fraction: 0.4, minimumDegree: 2, seed: 1 },
    );
    for (const part of [train, heldOut]) {
      for (let r = 0; r < part.rows; r++) {
        expect(listOf(part, r)).toEqual(listOf(part, r).sort((a, b) => a - b));
      }
    }
  });

  test('takes the rounded share, at least one, never all, and none below the minimum', () => {
    fc.assert(
      fc.property(splits, ({ matrix, holdOut }) => {
        const held = rowDegrees(splitPairs({ matrix }, holdOut).heldOut);
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
    const { heldOut } = splitPairs({ matrix }, { fraction: 0.34, minimumDegree: 4, seed: 0 });
    expect([...rowDegrees(heldOut)]).toEqual([0, 0, 0, 1, 2]);
  });

  test('gives the same split for the same seed', () => {
    fc.assert(
      fc.property(splits, ({ matrix, holdOut }) => {
        expect(splitPairs({ matrix }, { ...holdOut })).toEqual(splitPairs({ matrix }, holdOut));
      }),
    );
  });

  test('gives another split for another seed', () => {
    const matrix = randomMatrix(50, 100, 20);
    const held = [1, 2, 3, 4].map((seed) =>
      splitPairs({ matrix }, { fraction: 0.3, minimumDegree: 2, seed }).heldOut.indices.join(),
    );
    expect(new Set(held).size).toBe(4);
  });

  test('does not prefer the low columns of a row', () => {
    const columns = Array.from({ length: 1000 }, (_, c) => c);
    const { matrix } = csrFromPairs(1, 1000, new Array<number>(1000).fill(0), columns);
    const { heldOut } = splitPairs({ matrix }, { fraction: 0.5, minimumDegree: 2, seed: 3 });
    const low = heldOut.indices.filter((c) => c < 500).length;
    expect(low).toBeGreaterThan(200);
    expect(low).toBeLessThan(300);
  });

  test('without a hold-out trains on every pair', () => {
    const matrix = randomMatrix(8, 12, 5);
    const { train, heldOut } = splitPairs({ matrix }, null);
    expect(train).toEqual(matrix);
    expect([...rowDegrees(heldOut)]).toEqual(new Array(8).fill(0));
    expect([heldOut.rows, heldOut.columns, heldOut.indices.length]).toEqual([8, 12, 0]);
  });
});

/** Row and column of each pair, in the order of the matrix. */
const pairsOf = (matrix: Csr) =>
  Array.from({ length: matrix.rows }, (_, row) => listOf(matrix, row).map((column) => ({ row, column }))).flat();

const data = fc
  .record({ rows: fc.integer({ min: 2, max: 25 }), columns: fc.integer({ min: 2, max: 25 }), seed: fc.nat() })
  .map(({ rows, columns, seed }) => randomInteractions(rows, columns, 10, seed));

const methods = ['rows', 'random', 'time', 'last', 'fold'] as const;

describe.each(methods)('method %s', (method) => {
  const holdOut = (seed: number): Partial<HoldOut> => ({ method, seed, fraction: 0.3, folds: 3, fold: 1 });

  test('gives every pair to one part, and tells where it was', () => {
    fc.assert(
      fc.property(data, fc.nat({ max: 9 }), (interactions, seed) => {
        const all = pairsOf(interactions.matrix);
        const { train, heldOut, trainAt, heldOutAt, counts } = splitPairs(interactions, holdOut(seed));
        expect(pairsOf(train)).toEqual(Array.from(trainAt, (at) => all[at]));
        expect(pairsOf(heldOut)).toEqual(Array.from(heldOutAt, (at) => all[at]));
        expect([...trainAt, ...heldOutAt].sort((a, b) => a - b)).toEqual(all.map((_, i) => i));
        expect(counts).toEqual({ coldRows: 0, coldColumns: 0, low: 0 });
        expect(splitPairs(interactions, holdOut(seed)).heldOutAt).toEqual(heldOutAt);
      }),
    );
  });

  test('drops from the test alone what is cold, then what is low, and counts both', () => {
    let dropped = 0;
    fc.assert(
      fc.property(data, fc.nat({ max: 9 }), (interactions, seed) => {
        const all = pairsOf(interactions.matrix);
        const values = interactions.values as Float32Array;
        const whole = splitPairs(interactions, holdOut(seed));
        const strict = splitPairs(interactions, { ...holdOut(seed), cold: 'drop', minimumTestValue: 4 });
        expect(strict.trainAt).toEqual(whole.trainAt);
        const trained = Array.from(whole.trainAt, (at) => all[at]);
        const counts = { coldRows: 0, coldColumns: 0, low: 0 };
        const kept = [...whole.heldOutAt].filter((at) => {
          if (!trained.some(({ row }) => row === all[at].row)) counts.coldRows++;
          else if (!trained.some(({ column }) => column === all[at].column)) counts.coldColumns++;
          else if (values[at] < 4) counts.low++;
          else return true;
          return false;
        });
        expect([...strict.heldOutAt]).toEqual(kept);
        expect(strict.counts).toEqual(counts);
        dropped += counts.coldColumns + counts.low;
      }),
      { numRuns: 50 },
    );
    expect(dropped).toBeGreaterThan(50);
  });

  test('with a leak trains on the held-out pairs and on nothing else, as the seed does', () => {
    const interactions = randomInteractions(20, 15, 10);
    const split = splitPairs(interactions, { ...holdOut(1), leak: true });
    expect(split.leak).toBe(true);
    expect(split.train).toEqual(split.heldOut);
    expect(split.heldOutAt).toEqual(splitPairs(interactions, holdOut(1)).heldOutAt);
    // What was dropped from the test is not trained on either.
    const low = splitPairs(interactions, { ...holdOut(1), leak: true, minimumTestValue: 5 });
    expect(low.trainAt).toEqual(low.heldOutAt);
    expect(low.trainAt.length).toBe(split.trainAt.length - low.counts.low);
  });
});

describe('which pairs are held out', () => {
  test('random: the rounded share of all, others by another seed', () => {
    fc.assert(
      fc.property(data, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (interactions, fraction) => {
        const pairs = interactions.matrix.indices.length;
        const { heldOutAt } = splitPairs(interactions, { method: 'random', fraction, seed: 3 });
        expect(heldOutAt.length).toBe(Math.min(pairs - 1, Math.max(1, Math.round(fraction * pairs))));
      }),
    );
    const wide = randomInteractions(50, 50, 20);
    const held = [1, 2, 3].map((seed) => splitPairs(wide, { method: 'random', seed }).heldOutAt.join());
    expect(new Set(held).size).toBe(3);
  });

  test('time: the last of the pairs in order of time, of equal times the last by position', () => {
    fc.assert(
      fc.property(data, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (interactions, fraction) => {
        const times = Array.from(interactions.timestamps as Float64Array, (time) => Math.floor(time / 5));
        const order = times.map((_, i) => i).sort((a, b) => times[a] - times[b] || a - b);
        const take = Math.min(order.length - 1, Math.max(1, Math.round(fraction * order.length)));
        const { heldOutAt } = splitPairs(
          { ...interactions, timestamps: Float64Array.from(times) },
          { method: 'time', fraction },
        );
        expect([...heldOutAt]).toEqual(order.slice(-take).sort((a, b) => a - b));
      }),
    );
  });

  test('time: a pair without one counts as the earliest', () => {
    const { matrix } = csrFromPairs(2, 4, [0, 0, 0, 0, 1], [0, 1, 2, 3, 0]);
    const timestamps = Float64Array.of(Number.NaN, 5, Number.NaN, 7, 6);
    expect([...splitPairs({ matrix, timestamps }, { method: 'time', fraction: 0.4 }).heldOutAt]).toEqual([3, 4]);
    expect([...splitPairs({ matrix, timestamps }, { method: 'last' }).heldOutAt]).toEqual([3]);
  });

  test('last: the latest of each row with enough pairs, else a random one', () => {
    fc.assert(
      fc.property(data, fc.integer({ min: 0, max: 5 }), (interactions, minimumDegree) => {
        const { matrix } = interactions;
        const times = interactions.timestamps as Float64Array;
        const latest: number[] = [];
        const degrees = rowDegrees(matrix);
        degrees.forEach((degree, r) => {
          const row = Array.from({ length: degree }, (_, i) => matrix.offsets[r] + i);
          if (degree >= Math.max(2, minimumDegree))
            latest.push(row.sort((a, b) => times[a] - times[b] || a - b)[degree - 1]);
        });
        expect([...splitPairs(interactions, { method: 'last', minimumDegree }).heldOutAt]).toEqual(latest);
        const without = splitPairs({ matrix }, { method: 'last', minimumDegree, seed: 2 });
        expect([...rowDegrees(without.heldOut)]).toEqual(
          [...degrees].map((degree) => (degree >= Math.max(2, minimumDegree) ? 1 : 0)),
        );
      }),
    );
    const wide = { matrix: randomMatrix(60, 100, 30) };
    const held = [1, 2].map((seed) => splitPairs(wide, { method: 'last', seed }).heldOutAt.join());
    expect(held[0]).not.toBe(held[1]);
  });

  test('fold: the folds of one seed are disjoint, hold every pair, and are of one size', () => {
    fc.assert(
      fc.property(data, fc.integer({ min: 2, max: 6 }), fc.nat(), (interactions, folds, seed) => {
        const held = Array.from({ length: folds }, (_, fold) => [
          ...splitPairs(interactions, { method: 'fold', folds, fold, seed }).heldOutAt,
        ]);
        const pairs = interactions.matrix.indices.length;
        expect(held.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: pairs }, (_, i) => i));
        for (const fold of held) expect(Math.abs(fold.length - pairs / folds)).toBeLessThan(1);
      }),
    );
  });

  test('what the data lacks is an error that says so', () => {
    const { matrix } = randomInteractions(5, 5, 4);
    expect(() => splitPairs({ matrix }, { method: 'time' })).toThrow(
      new InputError('expected timestamps to hold out the latest pairs by, found none in this data'),
    );
    expect(() => splitPairs({ matrix }, { minimumTestValue: 4 })).toThrow(
      new InputError('expected values, such as ratings, to drop held-out pairs by, found none'),
    );
    expect(() => splitPairs({ matrix }, { method: 'fold', folds: 3, fold: 3 })).toThrow(
      new InputError('expected a fold from 1 to 3, found 4'),
    );
  });
});

describe('the hold-out of options', () => {
  test('each method by its options, and what a preset leaves out has its default', () => {
    const specs = holdOutOptions();
    expect(holdOutOf(completeOptions(specs, {}))).toEqual({
      method: 'rows',
      fraction: 0.2,
      minimumDegree: 5,
      cold: 'keep',
      folds: 5,
      fold: 0,
      seed: 1,
      leak: false,
    });
    expect(
      holdOutOf(
        completeOptions(specs, { holdOutMethod: 'fold', folds: 3, fold: 3, testMinimum: 4, holdOutCold: 'drop' }),
      ),
    ).toMatchObject({ method: 'fold', folds: 3, fold: 2, minimumTestValue: 4, cold: 'drop' });
    expect(holdOutOf({ holdOut: true, seed: 9 })).toEqual({ seed: 9, leak: false });
    expect(holdOutOf(completeOptions(specs, { holdOut: false }))).toBeNull();
  });

  test('training on the held-out pairs is offered only where a preset asks for it', () => {
    const ids = (specs: readonly OptionSpec[]) => specs.map(({ id }) => id);
    expect(ids(holdOutOptions())).not.toContain('leak');
    const specs = holdOutOptions({ leak: true, method: 'time', cold: 'drop', testMinimum: 4 });
    expect(ids(specs)).toContain('leak');
    expect(holdOutOf(completeOptions(specs, {}))).toMatchObject({
      leak: true,
      method: 'time',
      cold: 'drop',
      minimumTestValue: 4,
    });
    expect(() => completeOptions(holdOutOptions(), { holdOutMethod: 'tea leaves' })).toThrow('Which pairs: expected');
  });
});

const RATINGS = 'movielens-100k/u.data';
test.skipIf(!sharedFile(RATINGS))(
  `${RATINGS}: by time, 751 users and 1,616 films to train on (needs shared data)`,
  async () => {
    const text = await sharedBlob(RATINGS).blob.text();
    const lines = text
      .trim()
      .split('\n')
      .map((line) => line.split('\t').map(Number))
      .sort(([u, i], [v, j]) => u - v || i - j);
    const { matrix } = csrFromPairs(
      944,
      1683,
      lines.map(([user]) => user),
      lines.map(([, item]) => item),
    );
    const interactions = {
      matrix,
      values: Float32Array.from(lines, ([, , rating]) => rating),
      timestamps: Float64Array.from(lines, ([, , , time]) => time),
    };
    const { train, heldOut, counts } = splitPairs(interactions, {
      method: 'time',
      fraction: 0.2,
      cold: 'drop',
      minimumTestValue: 4,
    });
    expect(train.indices.length).toBe(80_000);
    expect(rowDegrees(train).filter((degree) => degree > 0).length).toBe(751);
    expect(columnDegrees(train).filter((degree) => degree > 0).length).toBe(1616);
    expect(heldOut.indices.length + counts.coldRows + counts.coldColumns + counts.low).toBe(20_000);
    // The users whom the two-tower seed tests on.
    expect(rowDegrees(heldOut).filter((degree) => degree > 0).length).toBe(95);
  },
);
