import { describe, expect, test } from 'vitest';
import { csrFromPairs } from '../../src/data/csr';
import { Random } from '../../src/data/random';
import { splitPairs } from '../../src/data/split';
import { ease, easeLambda, easeWeights } from '../../src/evaluation/baselines/ease';
import { ialsFactors } from '../../src/evaluation/baselines/ials';
import { ITEM_KNN_DEFAULTS, itemKnn, similarColumns } from '../../src/evaluation/baselines/item-knn';
import { popular } from '../../src/evaluation/baselines/popular';
import { evaluateRanking, type RankingScorer } from '../../src/evaluation/ranking';
import { baseline as biasedMean } from '../../src/evaluation/rating-baselines/biased-mean';
import { baseline as globalMean } from '../../src/evaluation/rating-baselines/global-mean';
import { baseline as ratingKnn } from '../../src/evaluation/rating-baselines/rating-knn';
import { evaluateRatings, type Ratings } from '../../src/evaluation/rating-error';
import { scorerOf } from '../support/factors';
import { sharedBlob, sharedFile } from '../support/shared-data';
import { task } from '../support/task';

const PATH = 'movielens-100k/u.data';
const world = { ...task(), seed: 1 };

/** Users, items and ratings in the order of the file, ids counted from 0. */
async function readRatings(): Promise<{ user: number; item: number; rating: number }[]> {
  const text = await sharedBlob(PATH).blob.text();
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [user, item, rating] = line.split('\t').map(Number);
      return { user: user - 1, item: item - 1, rating };
    });
}

describe.skipIf(!sharedFile(PATH))(`MovieLens 100k, skipped without shared/data/${PATH}`, () => {
  test('ratings of 3 and more: EASE and iALS before ItemKNN before Popular, at the known numbers', async () => {
    const liked = (await readRatings()).filter(({ rating }) => rating >= 3);
    const items = new Map<number, number>();
    for (const { item } of liked) if (!items.has(item)) items.set(item, items.size);
    const { matrix } = csrFromPairs(
      943,
      items.size,
      liked.map(({ user }) => user),
      liked.map(({ item }) => items.get(item) as number),
    );
    const { train, heldOut } = splitPairs({ matrix }, { fraction: 0.2, minimumDegree: 5, seed: 1 });
    const recall = async (scorer: RankingScorer) =>
      (await evaluateRanking({ train, heldOut }, scorer, 10, world))?.recall ?? 0;
    const found = {
      popular: await recall(popular(train)),
      itemKnn: await recall(itemKnn(train, await similarColumns(train, ITEM_KNN_DEFAULTS, task()))),
      ease: await recall(ease(train, await easeWeights(train, {}, world))),
      ials: await recall(
        scorerOf(await ialsFactors(train, { dimensions: 16, lambda: 40, alpha: 10, iterations: 5 }, 1, world)),
      ),
    };
    expect(easeLambda(train)).toBe(350);
    expect(found.popular).toBeGreaterThan(0.1);
    expect(found.itemKnn).toBeGreaterThan(found.popular + 0.03);
    expect(found.ials).toBeGreaterThan(found.itemKnn + 0.02);
    expect(found.ease).toBeGreaterThan(found.itemKnn + 0.03);
    expect(found.ease).toBeGreaterThan(0.235);
  });

  test('ratings: neighbours before biases before the mean, at the errors known of them', async () => {
    const ratings = new Random(1).shuffle(await readRatings());
    const part = (list: typeof ratings): Ratings => {
      const sorted = list.slice().sort((a, b) => a.user - b.user || a.item - b.item);
      const { matrix } = csrFromPairs(
        943,
        1682,
        sorted.map(({ user }) => user),
        sorted.map(({ item }) => item),
      );
      return { matrix, values: Float32Array.from(sorted, ({ rating }) => rating) };
    };
    const split = { train: part(ratings.slice(20_000)), heldOut: part(ratings.slice(0, 20_000)) };
    const rmse = async (baseline: typeof globalMean) =>
      (await evaluateRatings(split, await baseline.fit(split.train, world), world))?.rmse ?? 0;
    const found = [await rmse(globalMean), await rmse(biasedMean), await rmse(ratingKnn)];
    // Surprise tells 0.944 of BaselineOnly and 0.92 of KNNBaseline between items, over five folds.
    expect(found[0]).toBeGreaterThan(1.1);
    expect(found[1]).toBeGreaterThan(0.93);
    expect(found[1]).toBeLessThan(0.955);
    expect(found[2]).toBeGreaterThan(0.9);
    expect(found[2]).toBeLessThan(0.93);
  });
});
