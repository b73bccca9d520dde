import { describe, expect, test } from 'vitest';
import { bestOf, FIRST_METRICS, MORE_METRICS, RATING_METRICS } from '../../src/cells/evaluation/metrics';
import { scorePreviewText } from '../../src/cells/model/score-preview-text';
import { predictedText } from '../../src/cells/predictions/ScoreList';
import { speedText } from '../../src/models/cost';

const metric = (key: string) => {
  const found = [...FIRST_METRICS, ...MORE_METRICS, ...RATING_METRICS].find((one) => one.key === key);
  if (!found) throw new Error(`expected a metric, found ${key}`);
  return found;
};

describe('the best of a column', () => {
  test('is the highest, or the lowest error, and all that the digits do not tell apart', () => {
    expect(bestOf(metric('recall'), [0.5874, 0.5871, 0.3, null])).toEqual([true, true, false, false]);
    expect(bestOf(metric('rmse'), [0.9, 0.85])).toEqual([false, true]);
    expect(bestOf(metric('gini'), [0.2, 0.1])).toEqual([false, true]);
  });

  test('is nothing where there is nothing to compare, or neither end is better', () => {
    expect(bestOf(metric('recall'), [0.5, null])).toEqual([false, false]);
    expect(bestOf(metric('novelty'), [8, 9])).toEqual([false, false]);
  });
});

test('a picture of scores in words', () => {
  const scores = Float32Array.of(-2, 0.5, 1, 3);
  expect(scorePreviewText({ scores, pairs: Uint32Array.of(2, 3) })).toBe(
    'They go from −2.00 to 3.00. Pairs that exist have 2.00 on average, the others −0.750.',
  );
  expect(scorePreviewText({ scores, pairs: Uint32Array.of() })).toBe('They go from −2.00 to 3.00.');
  expect(scorePreviewText({ scores: new Float32Array(0), pairs: Uint32Array.of() })).toBe('There are no scores.');
});

test('scores have a true minus, and slow speeds are no fractions of millions', () => {
  expect(predictedText(-3.214, null, 'pairs')).toBe('−3.21');
  expect([78_123, 999_999, 1.234e6, 5.6e8].map(speedText)).toEqual([
    '78,000 pairs/s',
    '1,000,000 pairs/s',
    '1.23 M pairs/s',
    '560 M pairs/s',
  ]);
});
