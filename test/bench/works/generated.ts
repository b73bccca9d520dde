import { type Csr, csrFromPairs } from '../../../src/data/csr';
import { Random } from '../../../src/data/random';
import { pairsOnly, type TrainingData } from '../../../src/training/training-data';

/** The size of MovieLens 1M. */
export const ML1M = { rows: 6040, columns: 3706, pairs: 1_000_000 };

/**
 * Random pairs, rows alike and columns by popularity: the chance of a column falls with the root of its
 * place. Pairs drawn twice count once.
 */
export function generatedPairs(rows: number, columns: number, pairs: number): Csr {
  const random = new Random(1);
  const pairRows = new Int32Array(pairs);
  const pairColumns = new Int32Array(pairs);
  for (let i = 0; i < pairs; i++) {
    pairRows[i] = Math.floor(rows * random.next());
    pairColumns[i] = Math.floor(columns * random.next() ** 2);
  }
  return csrFromPairs(rows, columns, pairRows, pairColumns).matrix;
}

/** Ratings from 1 to 5 in turn: what they say makes no difference to the time. */
export function generatedRatings(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => 1 + (i % 5));
}

/** Pairs to train on, with nothing held out. */
export function generatedData(rows: number, columns: number, pairs: number): TrainingData {
  return trainingOnly(generatedPairs(rows, columns, pairs));
}

export function trainingOnly(train: Csr): TrainingData {
  const none = { ...train, offsets: new Uint32Array(train.rows + 1), indices: new Uint32Array(0) };
  return pairsOnly(train, none);
}

/** The same with ratings. */
export function generatedRatingData(rows: number, columns: number, pairs: number): TrainingData {
  const data = generatedData(rows, columns, pairs);
  return { ...data, trainValues: generatedRatings(data.train.indices.length) };
}
