import type { Csr } from '../data/csr';
import type { TaskContext } from '../task';
import type { RatingPredictor, Ratings } from './rating-error';
import type { Factors, RankingScorer } from './scorer';

/** Estimated cost of fitting a baseline. */
interface BaselineCost {
  /** Bytes at the highest point, besides the data. */
  readonly bytes: number;
  /** Multiplications and additions. */
  readonly operations: number;
  /** Why it is not fitted here, in words for the page; null where it can be. */
  readonly refused: string | null;
}

interface BaselineContext extends TaskContext {
  readonly seed: number;
  /** Bytes that a baseline may take; its own bound when left out. */
  readonly maximumBytes?: number;
}

/** A method that a model has to beat: fitted on the training pairs, it scores rows against all columns. */
export interface Baseline {
  /** Its own among all baselines. */
  readonly id: string;
  readonly title: string;
  /** Place in the list. */
  readonly order: number;
  /** One line for the page; {row}, {rows}, {column} and {columns} stand for the dataset’s words. */
  readonly summary: string;
  cost(train: Csr, maximumBytes?: number): BaselineCost;
  /** Scores, or factors of them. @throws InputError with the reason where cost() refuses */
  fit(train: Csr, task: BaselineContext): Promise<RankingScorer | Factors>;
}

/** The same for ratings: fitted on rated pairs, it predicts the rating of any pair. */
export interface RatingBaseline {
  readonly id: string;
  readonly title: string;
  readonly order: number;
  readonly summary: string;
  fit(train: Ratings, task: BaselineContext): Promise<RatingPredictor>;
}
