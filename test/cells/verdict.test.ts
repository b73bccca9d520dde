import { describe, expect, test } from 'vitest';
import { rankingVerdict, ratingVerdict } from '../../src/cells/evaluation/verdict';
import { RankingTotals } from '../../src/evaluation/metrics';
import type { Evaluation } from '../../src/kernel/protocol';

/** Metrics of rows of which this share found the one column that they had. */
function ranking(recall: number) {
  const totals = new RankingTotals(10, 100);
  for (let row = 0; row < 100; row++) totals.add([row < 100 * recall ? 7 : 8], Uint32Array.of(7));
  return totals.result();
}

function measured(
  model: number,
  interval: [number, number] | null,
  baselines: Record<string, number | null>,
  ratings: { model: number; baselines: Record<string, number> } | null = null,
): Evaluation {
  const titles: Record<string, string> = { popular: 'Popular', itemKnn: 'ItemKNN', ease: 'EASE', ials: 'iALS' };
  const errors = (rmse: number) => ({ rmse, mae: rmse / 2, pairs: 10 });
  const of = { mean: model, low: interval?.[0] ?? 0, high: interval?.[1] ?? 0 };
  const facts = { summary: '', refused: null, waiting: false, seconds: null };
  return {
    run: 1,
    k: 10,
    model: { ranking: ranking(model), ratings: ratings && errors(ratings.model) },
    intervals: interval && { recall: of, ndcg: of, hit: of },
    baselines: [
      ...Object.entries(baselines).map(([id, recall]) => ({
        ...facts,
        id,
        title: titles[id],
        ranking: recall === null ? null : ranking(recall),
        ratings: null,
        waiting: recall === null,
      })),
      ...Object.entries(ratings?.baselines ?? {}).map(([id, rmse]) => ({
        ...facts,
        id,
        title: id === 'globalMean' ? 'Mean of all ratings' : 'Mean with biases',
        ranking: null,
        ratings: errors(rmse),
      })),
    ],
    slices: [],
    leaks: [],
    left: { coldRows: 0, coldColumns: 0, low: 0 },
    ranked: null,
  };
}

const COLUMNS = { count: 100, many: 'tags' };

describe('the verdict on rankings', () => {
  test('names who is beaten, who is level within the interval, and who is ahead', () => {
    const all = measured(0.5, [0.46, 0.54], { popular: 0.1, itemKnn: 0.4, ease: 0.53, ials: 0.6 });
    expect(rankingVerdict(all, COLUMNS)).toBe(
      'The model beats Popular and ItemKNN. EASE is as good as it, as far as this test can tell. iALS still does better.',
    );
    const best = measured(0.7, [0.66, 0.74], { popular: 0.1, itemKnn: 0.4, ease: 0.5, ials: 0.6 });
    expect(rankingVerdict(best, COLUMNS)).toBe('The model beats Popular, ItemKNN, EASE and iALS.');
  });

  test('says nothing of what was not fitted', () => {
    expect(rankingVerdict(measured(0.5, [0.4, 0.6], { popular: 0.1, ease: null }), COLUMNS)).toBe(
      'The model beats Popular.',
    );
  });

  test('does not trust a model that Popular equals, nor lists that hold almost everything', () => {
    expect(rankingVerdict(measured(0.1, [0.05, 0.2], { popular: 0.1, itemKnn: 0.05 }), COLUMNS)).toContain(
      'does not beat Popular',
    );
    expect(rankingVerdict(measured(0.9, [0.8, 0.95], { popular: 0.1 }), { count: 20, many: 'tags' })).toBe(
      'With only 20 tags a list of 10 shows little: almost all fit in.',
    );
  });
});

test('the verdict on ratings goes by the error', () => {
  const of = (model: number, baselines: Record<string, number>) =>
    ratingVerdict(measured(0.5, null, {}, { model, baselines }));
  expect(of(0.9, { globalMean: 1.1, biasedMean: 0.95 })).toBe(
    'The model beats Mean of all ratings and Mean with biases.',
  );
  expect(of(1, { globalMean: 1.1, biasedMean: 0.95 })).toBe(
    'The model beats Mean of all ratings. Mean with biases still does better.',
  );
  expect(of(1.2, { globalMean: 1.1, biasedMean: 0.95 })).toContain('no better than the mean of all ratings');
  expect(ratingVerdict(measured(0.5, null, {}))).toBe('');
});
