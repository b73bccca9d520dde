import type { RankingMetrics } from '../../evaluation/metrics';
import type { RatingErrors } from '../../evaluation/rating-error';

/** One metric as tables show it. `help` has {row}, {rows}, {column} and {columns} for the data's words. */
interface Shown<K extends string> {
  readonly key: K;
  readonly title: (k: number) => string;
  readonly help: string;
  readonly digits: number;
  /** Where more of it is better. */
  readonly better: 'high' | 'low' | 'neither';
}

export type RankingKey = Exclude<keyof RankingMetrics, 'k' | 'rows'>;
export type RatingKey = Exclude<keyof RatingErrors, 'pairs'>;

export const FIRST_METRICS: readonly Shown<RankingKey>[] = [
  {
    key: 'recall',
    title: (k) => `Recall@${k}`,
    help: 'Share of the held-out pairs of a {row} that are in the list.',
    digits: 3,
    better: 'high',
  },
  {
    key: 'ndcg',
    title: (k) => `NDCG@${k}`,
    help: 'The same, with pairs near the top of the list counting more.',
    digits: 3,
    better: 'high',
  },
  {
    key: 'hit',
    title: () => 'Hit rate',
    help: 'Share of {rows} with at least one held-out pair in the list.',
    digits: 3,
    better: 'high',
  },
  {
    key: 'mrr',
    title: () => 'MRR',
    help: 'Mean of one over the rank of the first held-out pair found, 0 where none is found.',
    digits: 3,
    better: 'high',
  },
  {
    key: 'map',
    title: () => 'MAP',
    help: 'Mean of the precision at the rank of each held-out pair found.',
    digits: 3,
    better: 'high',
  },
  {
    key: 'coverage',
    title: () => 'Coverage',
    help: 'Share of the {columns} in training that are in any list.',
    digits: 3,
    better: 'high',
  },
];

export const MORE_METRICS: readonly Shown<RankingKey>[] = [
  {
    key: 'precision',
    title: (k) => `Precision@${k}`,
    help: 'Share of a list that is held out.',
    digits: 3,
    better: 'high',
  },
  {
    key: 'novelty',
    title: () => 'Novelty',
    help: 'How rare the {columns} shown are: one more for each halving of the {rows} that have them.',
    digits: 2,
    better: 'neither',
  },
  {
    key: 'gini',
    title: () => 'Gini',
    help: '0 where all {columns} are shown equally often, 1 where it is always the same one.',
    digits: 3,
    better: 'low',
  },
];

export const RATING_METRICS: readonly Shown<RatingKey>[] = [
  {
    key: 'rmse',
    title: () => 'RMSE',
    help: 'Root of the mean squared error, in units of the rating: large errors count more. Less is better.',
    digits: 3,
    better: 'low',
  },
  {
    key: 'mae',
    title: () => 'MAE',
    help: 'Mean of the errors without their sign, in units of the rating. Less is better.',
    digits: 3,
    better: 'low',
  },
];

/** Which of the values of a metric are the best, as far as its digits show; none where there is nothing to compare. */
export function bestOf(
  { better, digits }: Pick<Shown<string>, 'better' | 'digits'>,
  values: readonly (number | null)[],
): readonly boolean[] {
  const known = values.filter((value) => value !== null).map((value) => Number(value.toFixed(digits)));
  if (better === 'neither' || known.length < 2) return values.map(() => false);
  const best = better === 'high' ? Math.max(...known) : Math.min(...known);
  return values.map((value) => value !== null && Number(value.toFixed(digits)) === best);
}
