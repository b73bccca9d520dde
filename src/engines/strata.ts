import { hash32, permutedIndex, toRange } from '../data/counter-rng';
import type { Csr } from '../data/csr';
import type { Random } from '../data/random';

/**
 * Groups of rows, and as many of columns. They cut the matrix into blocks; blocks that share neither rows nor columns
 * make a stratum, whose blocks may be worked on at the same time, in any order, with the same result to the bit
 * (Gemulla, Nijkamp, Haas and Sismanis, “Large-scale matrix factorization with distributed stochastic gradient
 * descent”, 2011). Their number is fixed, so that nothing depends on how many threads there are.
 */
export const STRATA = 16;

/**
 * Where the pairs of each block begin, and where the last one ends: STRATA² + 1 numbers. Block d · STRATA + g is where
 * the rows of group g meet the columns of group (g + d) mod STRATA; stratum d has those of the same d.
 */
export type Strata = Uint32Array;

/** Pairs of training in the order of their blocks. */
export interface StratifiedPairs {
  readonly rowOfPair: Uint32Array;
  readonly placeOfPair: Uint32Array;
  readonly strata: Strata;
}

/**
 * Sorts pairs by their blocks, each block shuffled once: passes over the same shuffle learn as well as passes over new
 * ones (Ahn, Yun and Sra, “SGD with shuffling”, 2020), and the pairs then lie in the memory as they are visited.
 */
export function stratify(
  train: Csr,
  rowOfPair: Uint32Array,
  placeOfPair: Uint32Array,
  random: Random,
): StratifiedPairs {
  const count = rowOfPair.length;
  const rowGroups = evenGroups(train.rows, rowOfPair);
  const columnGroups = evenGroups(
    train.columns,
    placeOfPair.map((place) => train.indices[place]),
  );
  const blockOf = (pair: number) => {
    const g = rowGroups[rowOfPair[pair]];
    const d = (columnGroups[train.indices[placeOfPair[pair]]] - g + STRATA) % STRATA;
    return d * STRATA + g;
  };
  const strata = new Uint32Array(STRATA * STRATA + 1);
  for (let pair = 0; pair < count; pair++) strata[blockOf(pair) + 1]++;
  for (let block = 0; block < STRATA * STRATA; block++) strata[block + 1] += strata[block];
  const next = strata.slice();
  const order = new Uint32Array(count);
  for (let pair = 0; pair < count; pair++) order[next[blockOf(pair)]++] = pair;
  for (let block = 0; block < STRATA * STRATA; block++)
    random.shuffle(order.subarray(strata[block], strata[block + 1]));
  return {
    rowOfPair: order.map((pair) => rowOfPair[pair]),
    placeOfPair: order.map((pair) => placeOfPair[pair]),
    strata,
  };
}

/**
 * A group for each entry, so that groups have about as many pairs, and entries of a group lie together: what one thread
 * writes then shares no cache line with what another does.
 */
function evenGroups(entries: number, entryOfPair: Uint32Array): Uint8Array {
  const degrees = new Uint32Array(entries);
  for (const entry of entryOfPair) degrees[entry]++;
  let before = 0;
  return Uint8Array.from(degrees, (degree) => {
    const group = Math.min(STRATA - 1, Math.floor((before * STRATA) / Math.max(1, entryOfPair.length)));
    before += degree;
    return group;
  });
}

/** Pairs that lie one behind another. */
export interface Run {
  readonly first: number;
  readonly count: number;
}

/**
 * The pairs at places from..to of an epoch, in order. An epoch takes the strata in an order of its own, the blocks of
 * each one after another, and the pairs of a block from one of them on and round: all of it a function of the key.
 */
export function stratumRuns(strata: Strata, key: number, from: number, to: number): Run[] {
  const runs: Run[] = [];
  let place = 0;
  for (let i = 0; i < STRATA && place < to; i++) {
    const d = permutedIndex(i, STRATA, key);
    for (let block = d * STRATA; block < (d + 1) * STRATA; block++) {
      const begin = strata[block];
      const size = strata[block + 1] - begin;
      const low = Math.max(from - place, 0);
      const high = Math.min(to - place, size);
      place += size;
      if (low >= high) continue;
      const turn = toRange(hash32(key + block), size);
      for (let at = low; at < high; ) {
        const offset = (at + turn) % size;
        const length = Math.min(high - at, size - offset);
        runs.push({ first: begin + offset, count: length });
        at += length;
      }
    }
  }
  return runs;
}
