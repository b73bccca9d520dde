import type { ScoreMatrixPreview } from '../../kernel/protocol';
import { significant } from '../../notebook/format';

/** What the picture of scores shows, in words: their range, and how far pairs that exist stand out. */
export function scorePreviewText({ scores, pairs }: Pick<ScoreMatrixPreview, 'scores' | 'pairs'>): string {
  if (scores.length === 0) return 'There are no scores.';
  let [low, high, all] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const score of scores) {
    low = Math.min(low, score);
    high = Math.max(high, score);
    all += score;
  }
  const own = pairs.reduce((sum, at) => sum + scores[at], 0);
  const range = `They go from ${significant(low, 3)} to ${significant(high, 3)}.`;
  const others = scores.length - pairs.length;
  if (pairs.length === 0 || others === 0) return range;
  return `${range} Pairs that exist have ${significant(own / pairs.length, 3)} on average, the others ${significant((all - own) / others, 3)}.`;
}
