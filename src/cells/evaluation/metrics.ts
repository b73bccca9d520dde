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
    help: 'Share of the kept pairs of a {row} that its list holds.',
    digits: 3,
    better: 'high',
  },
  {
    key: 'ndcg',
    title: (k) => `NDCG@${k}`,
    help: 'The same, with early places counting more.',
    digits: 3,
    better: 'high',
  },
  {
    key: 'hit',
    title: () => 'Hit rate',
    help: 'Share of {rows} whose list holds at least one.',
    digits: 3,
    better: 'high',
  },
  {
    key: 'mrr',
    title: () => 'MRR',
    help: 'One over the place of the first one found, 0 where none is: 1 if it always stands first.',
    digits: 3,
    better: 'high',
  },
  {
    key: 'map',
    title: () => 'MAP',
    help: 'Mean of the precision at the place of each one found.',
    digits: 3,
    better: 'high',
  },
  {
    key: 'coverage',
    title: () => 'Coverage',
    help: 'Share of all {columns} that are in any list.',
    digits: 3,
    better: 'high',
  },
];

export const MORE_METRICS: readonly Shown<RankingKey>[] = [
  {
    key: 'precision',
    title: (k) => `Precision@${k}`,
    help: 'Share of a list that was kept from training.',
    digits: 3,
    better: 'high',
  },
  {
    key: 'novelty',
    title: () => 'Novelty',
    help: 'How rare what is shown is: 1 bit more for each half as many {rows} that have it.',
    digits: 2,
    better: 'neither',
  },
  {
    key: 'gini',
    title: () => 'Gini',
    help: '0 where all {columns} are shown alike, 1 where it is always the same one.',
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
