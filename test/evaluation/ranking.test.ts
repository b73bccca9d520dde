import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csrFromPairs, rowOf } from '../../src/data/csr';
import { Random } from '../../src/data/random';
import { splitPairs } from '../../src/data/split';
import { topK } from '../../src/embedding/top-k';
import { giniIndex, RankingTotals } from '../../src/evaluation/metrics';
import { evaluateRanking, type RankingScorer, rankHeldOut } from '../../src/evaluation/ranking';
import { task } from '../support/task';
import { randomMatrix } from '../support/tiny';

test('metrics of two rows worked out by hand', () => {
  const totals = new RankingTotals(3, 10);
  // Found at places 1 and 3 of two wanted ones.
  totals.add([4, 7, 2], Uint32Array.of(2, 4));
  // One of three wanted found, at place 2.
  totals.add([0, 5, 7], Uint32Array.of(1, 5, 9));
  const ideal2 = 1 + 1 / Math.log2(3);
  const ideal3 = ideal2 + 1 / 2;
  const { map, gini, ...rest } = totals.result();
  expect(rest).toEqual({
    recall: (1 + 1 / 3) / 2,
    precision: 3 / 6,
    ndcg: ((1 + 1 / 2) / ideal2 + 1 / Math.log2(3) / ideal3) / 2,
    mrr: (1 + 1 / 2) / 2,
    hit: 1,
    coverage: 5 / 10,
    novelty: null,
    k: 3,
    rows: 2,
  });
  // Precision at the finds: 1 and 2/3, of two that could be found; 1/2, of three.
  expect(map).toBeCloseTo(((1 + 2 / 3) / 2 + 1 / 2 / 3) / 2, 12);
  // Column 7 shown twice, four once, five never: weights 1, 3, 5, 7 and 9 · 2 over 9 · 6.
  expect(gini).toBeCloseTo(34 / 54, 12);
});

test('a row without a find counts in the means', () => {
  const totals = new RankingTotals(2, 4);
  totals.add([0, 1], Uint32Array.of(3));
  totals.add([3, 1], Uint32Array.of(3));
  expect(totals.result()).toMatchObject({ recall: 0.5, hit: 0.5, ndcg: 0.5, coverage: 0.75 });
});

test('novelty is the mean surprise of what is shown, in bits', () => {
  // Of eight rows, four have column 0, one has column 1 and none has column 2.
  const totals = new RankingTotals(2, 3, { degrees: [4, 1, 0], rows: 8 });
  totals.add([0, 1], Uint32Array.of(0));
  totals.add([0, 2], Uint32Array.of(0));
  expect(totals.result().novelty).toBeCloseTo((1 + 3 + 1 + 3) / 4, 12);
});

test('the Gini index is 0 when all are shown alike and 1 when one is always shown', () => {
  expect(giniIndex(Uint32Array.of(3, 3, 3))).toBe(0);
  expect(giniIndex(Uint32Array.of(0, 0, 7, 0))).toBe(1);
  expect(giniIndex(Uint32Array.of(0, 0))).toBe(0);
});

test('full ranking equals a brute-force evaluation', async () => {
  const split = splitPairs({ matrix: randomMatrix(600, 40, 12) }, { fraction: 0.3, minimumDegree: 3, seed: 4 });
  const random = new Random(8);
  const scores = Array.from({ length: 600 }, () => Float32Array.from({ length: 40 }, () => random.next()));
  const ranking = await rankHeldOut(
    split,
    (rows) => {
      const block = new Float32Array(rows.length * 40);
      rows.forEach((row, b) => {
        block.set(scores[row], b * 40);
      });
      return block;
    },
    { k: 5 },
    task(),
  );
  const metrics = ranking?.metrics;
  let recall = 0;
  let ndcg = 0;
  let hit = 0;
  let found = 0;
  let reciprocal = 0;
  let average = 0;
  let bits = 0;
  let count = 0;
  const shown = new Map<number, number>();
  for (let r = 0; r < 600; r++) {
    const wanted = [...rowOf(split.heldOut, r)];
    if (wanted.length === 0) continue;
    count++;
    const known = [...rowOf(split.train, r)];
    const ranked = [...scores[r].keys()]
      .filter((column) => !known.includes(column))
      .sort((a, b) => scores[r][b] - scores[r][a])
      .slice(0, 5);
    for (const column of ranked) {
      shown.set(column, (shown.get(column) ?? 0) + 1);
      bits -= Math.log2(split.train.indices.filter((other) => other === column).length / 600);
    }
    const gains = ranked.map((column, i) => (wanted.includes(column) ? 1 / Math.log2(i + 2) : 0));
    const ideal = wanted.slice(0, 5).reduce((sum, _, i) => sum + 1 / Math.log2(i + 2), 0);
    recall += gains.filter(Boolean).length / wanted.length;
    ndcg += gains.reduce((a, b) => a + b, 0) / ideal;
    hit += gains.some(Boolean) ? 1 : 0;
    const places = ranked.flatMap((column, i) => (wanted.includes(column) ? [i + 1] : []));
    found += places.length;
    reciprocal += places.length > 0 ? 1 / places[0] : 0;
    average += places.reduce((sum, place, i) => sum + (i + 1) / place, 0) / Math.min(5, wanted.length);
    expect(ranking?.perRow.rows[count - 1]).toBe(r);
    expect(ranking?.perRow.recall[count - 1]).toBeCloseTo(places.length / wanted.length, 6);
    expect(ranking?.perRow.hit[count - 1]).toBe(places.length > 0 ? 1 : 0);
    const start = split.heldOut.offsets[r];
    expect([...(ranking?.places.slice(start, start + wanted.length) ?? [])]).toEqual(
      wanted.map((column) => ranked.indexOf(column) + 1),
    );
  }
  const counts = Array.from({ length: 40 }, (_, c) => shown.get(c) ?? 0);
  let apart = 0;
  for (const a of counts) for (const b of counts) apart += Math.abs(a - b);
  expect(count).toBeGreaterThan(256);
  expect(metrics?.rows).toBe(count);
  expect(metrics?.recall).toBeCloseTo(recall / count, 10);
  expect(metrics?.ndcg).toBeCloseTo(ndcg / count, 10);
  expect(metrics?.hit).toBeCloseTo(hit / count, 10);
  expect(metrics?.coverage).toBe(shown.size / 40);
  expect(metrics?.precision).toBeCloseTo(found / count / 5, 10);
  expect(metrics?.mrr).toBeCloseTo(reciprocal / count, 10);
  expect(metrics?.map).toBeCloseTo(average / count, 10);
  const total = counts.reduce((a, b) => a + b, 0);
  expect(metrics?.novelty).toBeCloseTo(bits / total, 10);
  // The index as the mean difference of two columns, over twice the mean.
  expect(metrics?.gini).toBeCloseTo(apart / (2 * 39 * total), 10);
});

test('nothing held out is nothing to measure', async () => {
  const { matrix } = csrFromPairs(2, 2, [0, 1], [0, 1]);
  expect(await evaluateRanking(splitPairs({ matrix }, null), () => new Float32Array(0), 10, task())).toBeNull();
});

// Row 0 has columns 0 and 1 in training and 2 held out; row 1 has 3 and 0 held out.
const small = {
  train: csrFromPairs(2, 4, [0, 0, 1], [0, 1, 3]).matrix,
  heldOut: csrFromPairs(2, 4, [0, 1], [2, 0]).matrix,
};
const falling: RankingScorer = (rows) => Float32Array.from({ length: rows.length * 4 }, (_, i) => -(i % 4));

test('seen columns are never shown, not even where too few others are left', async () => {
  const ranked = await rankHeldOut(small, falling, { k: 4 }, task());
  // Row 0 is shown 2 and 3, row 1 is shown 0, 1 and 2.
  expect([...(ranked?.places ?? [])]).toEqual([1, 1]);
  expect(ranked?.metrics).toMatchObject({ coverage: 1, precision: 2 / 8, mrr: 1 });
  expect(ranked?.metrics.gini).toBeCloseTo((-3 * 1 - 1 * 1 + 1 * 1 + 3 * 2) / (3 * 5), 12);
});

test('seen columns may be shown, and then they take places', async () => {
  const ranked = await rankHeldOut(small, falling, { k: 2, excludeSeen: false }, task());
  expect([...(ranked?.places ?? [])]).toEqual([0, 1]);
  expect(ranked?.metrics.recall).toBe(0.5);
});

test('a limit ranks a seeded choice of the rows', async () => {
  const split = splitPairs({ matrix: randomMatrix(300, 30, 9) }, { fraction: 0.3, minimumDegree: 3, seed: 4 });
  const scorer: RankingScorer = (rows) => new Float32Array(rows.length * 30);
  const rowsOf = async (seed: number) =>
    (await rankHeldOut(split, scorer, { k: 3, rows: { limit: 50, seed } }, task()))?.perRow.rows;
  const rows = await rowsOf(1);
  expect(rows?.length).toBe(50);
  expect(rows).toEqual(rows?.slice().sort());
  expect(await rowsOf(1)).toEqual(rows);
  expect(await rowsOf(2)).not.toEqual(rows);
  for (const row of rows ?? []) expect(rowOf(split.heldOut, row).length).toBeGreaterThan(0);
});

test('ranking ends where it is asked to', async () => {
  const control = new AbortController();
  control.abort();
  await expect(rankHeldOut(small, falling, { k: 2 }, task({ signal: control.signal }))).rejects.toThrow('abort');
});

test('top-k equals sorting, whatever the scores', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 60 }),
      fc.integer({ min: 0, max: 70 }),
      (scores, k) => {
        const expected = scores
          .map((score, index) => ({ score, index }))
          .filter(({ index }) => index % 7 !== 3)
          .sort((a, b) => b.score - a.score || a.index - b.index)
          .slice(0, Math.min(k, scores.length))
          .map(({ index }) => index);
        expect([...topK(scores, k, (index) => index % 7 === 3)]).toEqual(expected);
      },
    ),
  );
});

test('top-k never picks what is not a number', () => {
  expect([...topK([Number.NaN, 2, Number.NaN, 1], 3)]).toEqual([1, 3]);
});
