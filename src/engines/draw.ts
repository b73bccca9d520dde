import { hash32, keyOf, permutedIndex, toRange } from '../data/counter-rng';
import { has } from '../data/csr';
import type { PairBatch, PairSource } from './engine';
import { stratumRuns } from './strata';

/** Draws that may fail before a row is taken to have every column: it then keeps the last one drawn. */
export const MAX_DRAWS = 100;

const NEXT_TRY = 0x9e3779b9;
const OTHER_ROW = 0x68bc21eb;

/**
 * What negatives are drawn from: rows and columns that training has, each column once, or once for
 * each of its pairs where they are drawn by popularity.
 */
export interface NegativePool {
  readonly rows: Uint32Array;
  readonly columns: Uint32Array;
}

export function negativePool({ train, spec }: PairSource): NegativePool {
  const present = (count: number, each: (mark: (entry: number) => void) => void): Uint32Array => {
    const seen = new Uint8Array(count);
    each((entry) => {
      seen[entry] = 1;
    });
    return Uint32Array.from([...seen.keys()].filter((entry) => seen[entry] === 1));
  };
  const rows = present(train.rows, (mark) => {
    for (let r = 0; r < train.rows; r++) if (train.offsets[r + 1] > train.offsets[r]) mark(r);
  });
  const columns =
    spec.negatives?.by === 'popularity' ? train.indices : present(train.columns, (mark) => train.indices.forEach(mark));
  return { rows, columns };
}

/** Steps of an epoch that are drawn alike by every engine: the key of its order and that of its negatives. */
export function epochKeys(seed: number, epoch: number): { order: number; negatives: number; dropout: number } {
  return {
    order: keyOf(seed, 'order', epoch),
    negatives: keyOf(seed, 'negatives', epoch),
    dropout: keyOf(seed, 'dropout', epoch),
  };
}

/**
 * Draws the negatives of a pair and writes them behind it; the pair stands at `at`. They are a function of a
 * key and the pair's place among all that share the key: negative j tries mix(mix(key + place · n + j) + try · φ),
 * n the pairs in a group, until what is drawn is no training pair.
 */
export function drawNegatives(
  { train, spec }: Pick<PairSource, 'train' | 'spec'>,
  pool: NegativePool,
  key: number,
  place: number,
  { rows, columns }: { readonly rows: Int32Array; readonly columns: Int32Array },
  at: number,
): void {
  const { negatives } = spec;
  if (!negatives) return;
  const group = 1 + negatives.perPositive;
  for (let j = 1; j < group; j++) {
    const first = hash32(key + Math.imul(place, group) + j);
    for (let attempt = 0; attempt < MAX_DRAWS; attempt++) {
      const drawn = hash32(first + Math.imul(attempt, NEXT_TRY));
      rows[at + j] =
        negatives.draw === 'pair' ? pool.rows[toRange(hash32(drawn ^ OTHER_ROW), pool.rows.length)] : rows[at];
      columns[at + j] = pool.columns[toRange(drawn, pool.columns.length)];
      if (!negatives.reject || !has(train, rows[at + j], columns[at + j])) break;
    }
  }
}

/** The pairs of a step of an epoch that exist, by their numbers; see `drawPairs`. */
function pairsOfStep({ rowOfPair, strata, spec }: PairSource, key: number, step: number): Uint32Array {
  const count = rowOfPair.length;
  const size = Math.min(spec.batchPairs, count);
  const first = step * size;
  if (spec.order === 'sample')
    return Uint32Array.from({ length: size }, (_, k) => permutedIndex(k, count, hash32(key + step)));
  const length = Math.min(size, count - first);
  if (!strata) return Uint32Array.from({ length }, (_, k) => permutedIndex(first + k, count, key));
  const pairs = new Uint32Array(length);
  let at = 0;
  for (const run of stratumRuns(strata, key, first, first + length)) {
    for (let i = 0; i < run.count; i++) pairs[at++] = run.first + i;
  }
  return pairs;
}

/**
 * The batch of a step of an epoch: a function of the source and these numbers alone. Place k of step s
 * is pair permute(s · size + k) of the shuffled pairs, or permute(k) under a key of the step's own where
 * each batch is a draw; in strata, it is pair s · size + k of `stratumRuns`.
 */
export function drawPairs(source: PairSource, pool: NegativePool, epoch: number, step: number): PairBatch {
  const { train, values, rowOfPair, placeOfPair, spec } = source;
  const { negatives } = spec;
  const keys = epochKeys(source.seed, epoch);
  const pairs = pairsOfStep(source, keys.order, step);
  const first = step * Math.min(spec.batchPairs, rowOfPair.length);
  const group = 1 + (negatives?.perPositive ?? 0);
  const rows = new Int32Array(pairs.length * group);
  const columns = new Int32Array(pairs.length * group);
  const targets = new Float32Array(pairs.length * group).fill(negatives?.target ?? 0);
  for (let k = 0; k < pairs.length; k++) {
    const pair = pairs[k];
    const place = placeOfPair[pair];
    const at = k * group;
    rows[at] = rowOfPair[pair];
    columns[at] = train.indices[place];
    targets[at] = spec.target === 'value' && values ? values[place] : 1;
    drawNegatives(source, pool, keys.negatives, first + k, { rows, columns }, at);
  }
  return { kind: 'pairs', rows, columns, targets, group, dropoutSeed: hash32(keys.dropout + step) };
}
