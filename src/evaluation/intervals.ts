import { Random } from '../data/random';
import { InputError } from '../errors';
import { checkpoint, type TaskContext } from '../task';

/** A mean over rows and where it may lie for other rows of the same kind. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface ResamplingOptions {
  readonly seed: number;
  /** Resamples, or permutations; 1,000 when left out. */
  readonly draws?: number;
  /** Share of the resamples inside the interval; 0.95 when left out. */
  readonly level?: number;
}

/** The values of one metric for the rows of a run, as in PerRow. */
export interface RowValues {
  readonly rows: Int32Array;
  readonly values: ArrayLike<number>;
}

/** Two runs on the same rows: first minus second. */
export interface PairedComparison {
  /** Difference of the means and its bootstrap interval. */
  readonly difference: Interval;
  /** Two-sided: chance of a difference at least this large if it made none which run is which. */
  readonly pValue: number;
  readonly rows: number;
}

const DRAWS = 1000;
const LEVEL = 0.95;
/** Up to so many rows that differ all changes of sign are tried, instead of a draw of them. */
const EXACT_ROWS = 12;
/** Draws between two pauses are such that about so many values are read. */
const OPERATIONS_PER_CHECKPOINT = 5e6;

/**
 * Percentile interval of the mean by the bootstrap (Efron and Tibshirani, 1993): rows are drawn with
 * replacement, as many as there are, again and again. The same seed gives the same interval.
 * @throws InputError without a value
 */
export async function bootstrapInterval(
  values: ArrayLike<number>,
  options: ResamplingOptions,
  task: TaskContext,
): Promise<Interval> {
  const { seed, draws = DRAWS, level = LEVEL } = options;
  const n = values.length;
  if (n === 0) throw new InputError('expected at least one row to draw from, found none');
  const random = Random.derive(seed, 'bootstrap');
  const means = new Float64Array(draws);
  let work = 0;
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[random.integer(n)];
    means[draw] = sum / n;
    work += n;
    if (work > OPERATIONS_PER_CHECKPOINT) {
      work = 0;
      await checkpoint(task, draw / draws);
    }
  }
  means.sort();
  return { mean: meanOf(values), low: quantile(means, (1 - level) / 2), high: quantile(means, (1 + level) / 2) };
}

/**
 * Compares two runs row by row: bootstrap interval of the mean difference, and a permutation test in
 * which the sign of each row's difference is as good as its opposite (Fisher, 1935; for ranked lists
 * Smucker et al., 2007). Few rows: all signs. Else `draws` seeded ones, p = (1 + as extreme) /
 * (1 + draws), which is never 0 (Phipson and Smyth, 2010).
 * @throws InputError where the rows are not the same
 */
export async function comparePaired(
  first: RowValues,
  second: RowValues,
  options: ResamplingOptions,
  task: TaskContext,
): Promise<PairedComparison> {
  requireSameRows(first.rows, second.rows);
  const differences = Float64Array.from(first.values, (value, i) => value - second.values[i]);
  const difference = await bootstrapInterval(differences, options, task);
  return { difference, pValue: await signFlip(differences, options, task), rows: differences.length };
}

async function signFlip(
  differences: Float64Array,
  { seed, draws = DRAWS }: ResamplingOptions,
  task: TaskContext,
): Promise<number> {
  // Rows without a difference change nothing by their sign.
  const changed = differences.filter((difference) => difference !== 0);
  const n = changed.length;
  let total = 0;
  for (const difference of changed) total += difference;
  // Sums in another order differ in their last digits.
  const observed = Math.abs(total) * (1 - 1e-12);
  let extreme = 0;
  if (n <= EXACT_ROWS) {
    for (let signs = 0; signs < 2 ** n; signs++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (signs >> i) & 1 ? changed[i] : -changed[i];
      if (Math.abs(sum) >= observed) extreme++;
    }
    return extreme / 2 ** n;
  }
  const random = Random.derive(seed, 'sign flips');
  let work = 0;
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    let bits = 0;
    for (let i = 0; i < n; i++) {
      if (i % 24 === 0) bits = random.integer(2 ** 24);
      sum += bits & 1 ? changed[i] : -changed[i];
      bits >>= 1;
    }
    if (Math.abs(sum) >= observed) extreme++;
    work += n;
    if (work > OPERATIONS_PER_CHECKPOINT) {
      work = 0;
      await checkpoint(task, draw / draws);
    }
  }
  return (1 + extreme) / (1 + draws);
}

function requireSameRows(first: Int32Array, second: Int32Array): void {
  if (first.length !== second.length) {
    throw new InputError(`expected two runs on the same rows, found ${first.length} and ${second.length} rows`);
  }
  const at = first.findIndex((row, i) => row !== second[i]);
  if (at >= 0) {
    throw new InputError(
      `expected two runs on the same rows, found rows ${first[at]} and ${second[at]} at place ${at}`,
    );
  }
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Of ascending values, between two neighbours in proportion (type 7 of Hyndman and Fan, 1996). */
function quantile(ascending: Float64Array, share: number): number {
  const at = share * (ascending.length - 1);
  const below = Math.floor(at);
  const above = Math.min(ascending.length - 1, below + 1);
  return ascending[below] + (at - below) * (ascending[above] - ascending[below]);
}
