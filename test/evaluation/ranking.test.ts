import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csrFromPairs, rowOf } from '../../src/data/csr';
import { Random } from '../../src/data/random';
import { splitPairs } from '../../src/data/split';
import { topK } from '../../src/embedding/top-k';
import { RankingTotals } from '../../src/evaluation/metrics';
import { evaluateRanking } from '../../src/evaluation/ranking';
import { breathe, randomMatrix } from '../support/tiny';

test('metrics of two rows worked out by hand', () => {
  const totals = new RankingTotals(3, 10);
  // Found at places 1 and 3 of two wanted ones.
  totals.add([4, 7, 2], Uint32Array.of(2, 4));
  // One of three wanted found, at place 2.
  totals.add([0, 5, 7], Uint32Array.of(1, 5, 9));
  const ideal2 = 1 + 1 / Math.log2(3);
  const ideal3 = ideal2 + 1 / 2;
  expect(totals.result()).toEqual({
    recall: (1 + 1 / 3) / 2,
    ndcg: ((1 + 1 / 2) / ideal2 + 1 / Math.log2(3) / ideal3) / 2,
    hit: 1,
    coverage: 5 / 10,
    k: 3,
    rows: 2,
  });
});

test('a row without a find counts in the means', () => {
  const totals = new RankingTotals(2, 4);
  totals.add([0, 1], Uint32Array.of(3));
  totals.add([3, 1], Uint32Array.of(3));
  expect(totals.result()).toMatchObject({ recall: 0.5, hit: 0.5, ndcg: 0.5, coverage: 0.75 });
});

test('full ranking equals a brute-force evaluation', async () => {
  const split = splitPairs(randomMatrix(600, 40, 12), { fraction: 0.3, minimumDegree: 3, seed: 4 });
  const random = new Random(8);
  const scores = Array.from({ length: 600 }, () => Float32Array.from({ length: 40 }, () => random.next()));
  const found = await evaluateRanking(
    split,
    (rows) => {
      const block = new Float32Array(rows.length * 40);
      rows.forEach((row, b) => {
        block.set(scores[row], b * 40);
      });
      return block;
    },
    5,
    { breathe },
  );
  let recall = 0;
  let ndcg = 0;
  let hit = 0;
  let count = 0;
  const shown = new Set<number>();
  for (let r = 0; r < 600; r++) {
    const wanted = [...rowOf(split.heldOut, r)];
    if (wanted.length === 0) continue;
    count++;
    const known = [...rowOf(split.train, r)];
    const ranked = [...scores[r].keys()]
      .filter((column) => !known.includes(column))
      .sort((a, b) => scores[r][b] - scores[r][a])
      .slice(0, 5);
    for (const column of ranked) shown.add(column);
    const gains = ranked.map((column, i) => (wanted.includes(column) ? 1 / Math.log2(i + 2) : 0));
    const ideal = wanted.slice(0, 5).reduce((sum, _, i) => sum + 1 / Math.log2(i + 2), 0);
    recall += gains.filter(Boolean).length / wanted.length;
    ndcg += gains.reduce((a, b) => a + b, 0) / ideal;
    hit += gains.some(Boolean) ? 1 : 0;
  }
  expect(count).toBeGreaterThan(256);
  expect(found?.rows).toBe(count);
  expect(found?.recall).toBeCloseTo(recall / count, 10);
  expect(found?.ndcg).toBeCloseTo(ndcg / count, 10);
  expect(found?.hit).toBeCloseTo(hit / count, 10);
  expect(found?.coverage).toBe(shown.size / 40);
});

test('nothing held out is nothing to measure', async () => {
  const { matrix } = csrFromPairs(2, 2, [0, 1], [0, 1]);
  expect(await evaluateRanking(splitPairs(matrix, null), () => new Float32Array(0), 10, { breathe })).toBeNull();
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
