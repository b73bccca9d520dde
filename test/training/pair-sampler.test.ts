import { describe, expect, test } from 'vitest';
import { columnDegrees, csrFromPairs, has, rowOf } from '../../src/data/csr';
import { drawPairs, negativePool } from '../../src/engines/draw';
import type { PairBatch } from '../../src/engines/engine';
import { type FactorSpec, PLAIN_FACTORS } from '../../src/models/factor';
import { TORCH_ADAM } from '../../src/models/optimiser';
import type { NegativeSpec, PairSpec } from '../../src/models/training';
import { PairSampler } from '../../src/training/pair-sampler';
import { createSampler } from '../../src/training/sampler';
import { pairsOnly, type TrainingData } from '../../src/training/training-data';
import { randomMatrix } from '../support/tiny';

const MATRIX = randomMatrix(60, 20, 9);
const PAIRS = MATRIX.indices.length;
const NOTHING = csrFromPairs(60, 20, [], []).matrix;
/** Ratings that tell their pair, and every third pair twice. */
const DATA: TrainingData = {
  ...pairsOnly(MATRIX, NOTHING),
  trainValues: Float32Array.from({ length: PAIRS }, (_, i) => i / 8),
  trainRepeats: Uint32Array.from({ length: PAIRS }, (_, i) => (i % 3 === 0 ? 2 : 1)),
};
const SPEC: PairSpec = {
  kind: 'pairs',
  batchPairs: 16,
  order: 'shuffle',
  target: 'one',
  repeats: false,
  negatives: null,
};
const UNIFORM: NegativeSpec = { perPositive: 4, draw: 'column', by: 'uniform', reject: true, target: 0 };

const batches = (change: Partial<PairSpec>, epoch = 0, seed = 1, data = DATA): PairBatch[] => [
  ...new PairSampler(data, { ...SPEC, ...change }, seed).epoch(epoch),
];
const named = (list: readonly PairBatch[]) =>
  list.flatMap(({ rows, columns }) => Array.from(rows, (row, n) => `${row}/${columns[n]}`));
const everyPair = Array.from({ length: 60 }, (_, r) => [...rowOf(MATRIX, r)].map((c) => `${r}/${c}`)).flat();

describe('every pair once an epoch', () => {
  test('in a new order each time, the last batch smaller', () => {
    const found = batches({});
    expect(named(found).toSorted()).toEqual(everyPair.toSorted());
    const whole = Math.floor(PAIRS / 16);
    expect(found.map(({ rows }) => rows.length)).toEqual([...new Array(whole).fill(16), PAIRS % 16]);
    expect(new PairSampler(DATA, SPEC, 1).stepsPerEpoch).toBe(whole + 1);
    expect(named(batches({}, 1))).not.toEqual(named(found));
    expect(named(batches({}, 1)).toSorted()).toEqual(everyPair.toSorted());
  });

  test('or as often as it came', () => {
    const expected = everyPair.flatMap((pair, i) => (i % 3 === 0 ? [pair, pair] : [pair]));
    expect(named(batches({ repeats: true })).toSorted()).toEqual(expected.toSorted());
    const once = { ...DATA, trainRepeats: null };
    expect(named(batches({ repeats: true }, 0, 1, once)).toSorted()).toEqual(everyPair.toSorted());
  });

  test('with its own value, or with a 1', () => {
    for (const { rows, columns, targets } of batches({ target: 'value' })) {
      rows.forEach((row, n) => {
        const place = MATRIX.indices.indexOf(columns[n], MATRIX.offsets[row]);
        expect(targets[n]).toBe(place / 8);
      });
    }
    expect(batches({}).every(({ targets }) => targets.every((target) => target === 1))).toBe(true);
  });

  test('values that are not there are asked for', () => {
    expect(() => new PairSampler(pairsOnly(MATRIX, NOTHING), { ...SPEC, target: 'value' }, 1)).toThrow(
      'expected pairs with values, such as ratings, found pairs without',
    );
  });
});

describe('each batch a draw of its own', () => {
  test('as many whole batches as fit, no pair twice in one, over time all alike', () => {
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < 200; epoch++) {
      const found = batches({ order: 'sample' }, epoch);
      expect(found).toHaveLength(Math.floor(PAIRS / 16));
      for (const batch of found) {
        const pairs = named([batch]);
        expect(new Set(pairs).size).toBe(16);
        for (const pair of pairs) counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    const expected = (200 * Math.floor(PAIRS / 16) * 16) / PAIRS;
    expect(counts.size).toBe(PAIRS);
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(expected));
  });

  test('fewer pairs than a batch make one batch of them all', () => {
    const [only, ...rest] = batches({ order: 'sample', batchPairs: 5000 });
    expect(rest).toEqual([]);
    expect(named([only]).toSorted()).toEqual(everyPair.toSorted());
  });
});

describe('negatives', () => {
  const negatives = (change: Partial<NegativeSpec>, epochs = 1, given: Partial<PairSpec> = {}) => {
    const spec = { ...UNIFORM, ...change };
    const each = 1 + spec.perPositive;
    const found: { row: number; column: number; target: number; of: string }[] = [];
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const { rows, columns, targets } of batches({ ...given, negatives: spec }, epoch)) {
        rows.forEach((row, n) => {
          const first = n - (n % each);
          const of = `${rows[first]}/${columns[first]}`;
          if (n === first) expect([has(MATRIX, row, columns[n]), targets[n]]).toEqual([true, 1]);
          else found.push({ row, column: columns[n], target: targets[n], of });
        });
      }
    }
    return found;
  };

  test('follow their pair, on its row, and are no training pair', () => {
    const found = negatives({});
    expect(found).toHaveLength(4 * PAIRS);
    for (const { row, column, target, of } of found) {
      expect(of.startsWith(`${row}/`)).toBe(true);
      expect(has(MATRIX, row, column)).toBe(false);
      expect(target).toBe(0);
    }
  });

  test('may be training pairs, as in the seed, when none is thrown away', () => {
    const found = negatives({ reject: false }, 20);
    const share = found.filter(({ row, column }) => has(MATRIX, row, column)).length / found.length;
    // A pair’s row has this share of the columns: longer rows count as often as they have pairs.
    const degrees = Array.from({ length: 60 }, (_, r) => rowOf(MATRIX, r).length);
    const expected = degrees.reduce((sum, degree) => sum + degree * (degree / 20), 0) / PAIRS;
    expect(share).toBeCloseTo(expected, 1.5);
  });

  test('are −1 for a regression on the cosine', () => {
    expect(new Set(negatives({ target: -1 }).map(({ target }) => target))).toEqual(new Set([-1]));
  });

  test('of another row and another column', () => {
    const found = negatives({ draw: 'pair' }, 5);
    expect(found.some(({ row, column }) => has(MATRIX, row, column))).toBe(false);
    const elsewhere = found.filter(({ row, of }) => !of.startsWith(`${row}/`)).length;
    expect(elsewhere / found.length).toBeGreaterThan(0.95);
    expect(new Set(found.map(({ row }) => row)).size).toBe(60);
  });

  test.each(['uniform', 'popularity'] as const)('are drawn %s', (by) => {
    const found = negatives({ by, reject: false }, 40);
    const counts = new Float64Array(20);
    for (const { column } of found) counts[column]++;
    const degrees = columnDegrees(MATRIX);
    counts.forEach((count, column) => {
      const expected = found.length * (by === 'uniform' ? 1 / 20 : degrees[column] / PAIRS);
      expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(expected));
    });
  });

  test('of a row that has every column are what there is, rather than no end', () => {
    const full = csrFromPairs(1, 2, [0, 0], [0, 1]).matrix;
    const [batch] = batches({ negatives: UNIFORM }, 0, 1, pairsOnly(full, NOTHING));
    expect(batch.rows).toHaveLength(10);
  });

  test('are drawn among the rows and columns that training has', () => {
    // Row 1 and column 3 are held out altogether.
    const train = csrFromPairs(3, 4, [0, 0, 2], [0, 1, 2]).matrix;
    const draw = { ...UNIFORM, draw: 'pair', reject: false } as const;
    const data = pairsOnly(train, csrFromPairs(3, 4, [], []).matrix);
    const found = Array.from({ length: 40 }, (_, epoch) => batches({ negatives: draw }, epoch, 1, data)).flat();
    expect(new Set(found.flatMap(({ rows }) => [...rows]))).toEqual(new Set([0, 2]));
    expect(new Set(found.flatMap(({ columns }) => [...columns]))).toEqual(new Set([0, 1, 2]));
  });

  test('stand in groups behind their pair, and a pair without any is a group of one', () => {
    expect(new Set(batches({ negatives: UNIFORM }).map(({ group }) => group))).toEqual(new Set([5]));
    expect(new Set(batches({}).map(({ group }) => group))).toEqual(new Set([1]));
  });

  test('count among the pairs of a step', () => {
    expect(new PairSampler(DATA, { ...SPEC, negatives: UNIFORM }, 1).pairsPerStep).toBe(80);
  });
});

test('the same seed and epoch give the same batches; another seed or epoch gives others', () => {
  const change = { negatives: { ...UNIFORM, draw: 'pair' }, order: 'sample' } as const;
  expect(batches(change, 4, 9)).toEqual(batches(change, 4, 9));
  expect(named(batches(change, 4, 9))).not.toEqual(named(batches(change, 4, 10)));
  expect(named(batches(change, 4, 9))).not.toEqual(named(batches(change, 5, 9)));
});

test('no two steps of a run leave out by the same dropout, and a run that goes on has the same', () => {
  const seeds = [0, 1, 2].flatMap((epoch) => batches({}, epoch).map(({ dropoutSeed }) => dropoutSeed));
  expect(new Set(seeds).size).toBe(seeds.length);
  expect(batches({}, 2).map(({ dropoutSeed }) => dropoutSeed)).toEqual(seeds.slice(-batches({}, 2).length));
});

test('what it draws from is told, so that an engine can draw the same by itself', () => {
  const sampler = new PairSampler(DATA, { ...SPEC, repeats: true, target: 'value', negatives: UNIFORM }, 3);
  const { source } = sampler;
  const pool = negativePool(source);
  expect(Array.from({ length: sampler.stepsPerEpoch }, (_, step) => drawPairs(source, pool, 2, step))).toEqual([
    ...sampler.epoch(2),
  ]);
  expect(source.values).toBe(DATA.trainValues);
  // Values are no business of a run that does not learn them.
  expect(new PairSampler(DATA, SPEC, 3).source.values).toBeNull();
});

test('a run that asks for pairs gets them', () => {
  const model: FactorSpec = {
    ...PLAIN_FACTORS,
    dimensions: 2,
    loss: 'bce',
    initializer: { kind: 'normal', scale: 1 },
    optimiser: TORCH_ADAM,
  };
  const training = { epochs: 1, learningRate: 0.1, schedule: { kind: 'constant' }, patience: null } as const;
  const sampler = createSampler(DATA, model, { ...training, batches: { ...SPEC, negatives: UNIFORM } }, 1);
  expect([...sampler.epoch(3)]).toEqual(batches({ negatives: UNIFORM }, 3));
});
