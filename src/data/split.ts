import { InputError } from '../errors';
import { type Csr, columnDegrees, rowDegrees } from './csr';
import type { Interactions } from './interactions';
import { Random } from './random';

/** How pairs are kept from training to be ranked afterwards. */
export interface HoldOut {
  /**
   * rows: a random share of each row's pairs; random: of all pairs; time: the latest share of all pairs;
   * last: the latest pair of each row, or a random one where there are no timestamps (leave one out);
   * fold: one of several random parts of all pairs; cold: all pairs of a random share of the rows, which
   * training then never sees.
   */
  readonly method: 'rows' | 'random' | 'time' | 'last' | 'fold' | 'cold';
  /** Share held out, in (0, 1): for rows, random, time and cold. */
  readonly fraction: number;
  /** Rows with fewer pairs give none: for rows and last. */
  readonly minimumDegree: number;
  readonly seed: number;
  /** Number of parts, and which of them, from 0, is held out: for fold. */
  readonly folds: number;
  readonly fold: number;
  /** drop: held-out pairs whose row or column has no pair in training are in neither part. */
  readonly cold: 'drop' | 'keep';
  /** Held-out pairs with a lower value are in neither part; null keeps all. */
  readonly minimumTestValue: number | null;
  /** Trains on the held-out pairs, and on nothing else: a mistake of a seed to look at, never to make. */
  readonly leak: boolean;
}

const DEFAULT_HOLD_OUT: HoldOut = {
  method: 'rows',
  fraction: 0.2,
  minimumDegree: 2,
  seed: 1,
  folds: 5,
  fold: 0,
  cold: 'keep',
  minimumTestValue: null,
  leak: false,
};

export interface Split {
  readonly train: Csr;
  /** Same shape as train. Without a leak no pair is in both. */
  readonly heldOut: Csr;
  /** Position of each pair of train in the whole matrix, ascending, so that its value can be looked up. */
  readonly trainAt: Uint32Array;
  readonly heldOutAt: Uint32Array;
  readonly counts: {
    /** Pairs dropped because their row has none in training. */
    readonly coldRows: number;
    /** Pairs dropped because their column has none in training, though their row has. */
    readonly coldColumns: number;
    /** Other pairs dropped for their low value. */
    readonly low: number;
  };
  /** True when the held-out pairs were trained on. */
  readonly leak: boolean;
}

/** What a split needs of the data. */
export type Splittable = Pick<Interactions, 'matrix'> & Partial<Pick<Interactions, 'values' | 'timestamps'>>;

/**
 * Divides the pairs into those trained on and those held out; null trains on all. The same seed gives
 * the same split. A share of all pairs is at least one and never all of them.
 * @throws InputError when timestamps or values are asked for that the data does not have
 */
export function splitPairs(data: Splittable, given: Partial<HoldOut> | null): Split {
  const { matrix } = data;
  const held = new Uint8Array(matrix.indices.length);
  const counts = { coldRows: 0, coldColumns: 0, low: 0 };
  if (given === null) return parts(matrix, held, counts, false);
  const holdOut = { ...DEFAULT_HOLD_OUT, ...given };
  marks[holdOut.method](data, holdOut, held);
  const dropped = holdOut.cold === 'drop' ? dropCold(matrix, held) : null;
  if (dropped) Object.assign(counts, dropped);
  if (holdOut.minimumTestValue !== null) counts.low = dropLow(data, holdOut.minimumTestValue, held);
  return parts(matrix, held, counts, holdOut.leak);
}

/** What a pair is to be: trained on, held out, or in neither part. */
const HELD = 1;
const NEITHER = 2;

/** Marks the pairs that a method holds out. */
const marks: Record<HoldOut['method'], (data: Splittable, holdOut: HoldOut, held: Uint8Array) => void> = {
  rows: markRows,
  random: markRandom,
  time: markTime,
  last: markLast,
  fold: markFold,
  cold: markColdRows,
};

/** round(fraction × degree) random pairs of each row with enough of them, at least one and never all. */
function markRows({ matrix }: Splittable, { fraction, minimumDegree, seed }: HoldOut, held: Uint8Array): void {
  const random = Random.derive(seed, 'hold-out');
  rowDegrees(matrix).forEach((degree, r) => {
    if (degree < Math.max(2, minimumDegree)) return;
    const order = random.shuffle(positions(matrix.offsets[r], degree));
    for (let i = 0; i < share(fraction, degree); i++) held[order[i]] = HELD;
  });
}

function markRandom(_data: Splittable, { fraction, seed }: HoldOut, held: Uint8Array): void {
  const order = Random.derive(seed, 'hold-out').shuffle(positions(0, held.length));
  for (let i = 0; i < share(fraction, held.length); i++) held[order[i]] = HELD;
}

function markTime({ timestamps }: Splittable, { fraction }: HoldOut, held: Uint8Array): void {
  if (!timestamps) throw new InputError('expected timestamps to hold out the latest pairs by, found none in this data');
  // A pair without a time counts as the earliest.
  const times = timestamps.map((time) => (Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time));
  const take = share(fraction, held.length);
  const first = times.slice().sort()[held.length - take];
  let left = take;
  for (let i = 0; i < times.length; i++) {
    if (times[i] <= first) continue;
    held[i] = HELD;
    left--;
  }
  for (let i = times.length - 1; left > 0; i--) {
    if (times[i] !== first) continue;
    held[i] = HELD;
    left--;
  }
}

function markLast({ matrix, timestamps }: Splittable, { minimumDegree, seed }: HoldOut, held: Uint8Array): void {
  const random = Random.derive(seed, 'hold-out');
  for (let r = 0; r < matrix.rows; r++) {
    const start = matrix.offsets[r];
    const end = matrix.offsets[r + 1];
    if (end - start < Math.max(2, minimumDegree)) continue;
    let last = timestamps ? start : start + random.integer(end - start);
    for (let i = start + 1; timestamps && i < end; i++) {
      if (Number.isNaN(timestamps[last]) || timestamps[i] >= timestamps[last]) last = i;
    }
    held[last] = HELD;
  }
}

/** Pair i of a shuffled list is in part i mod folds: the parts of one seed are disjoint and hold every pair. */
function markFold(_data: Splittable, { folds, fold, seed }: HoldOut, held: Uint8Array): void {
  if (!(Number.isInteger(fold) && fold >= 0 && fold < folds)) {
    throw new InputError(`expected a fold from 1 to ${folds}, found ${fold + 1}`);
  }
  const order = Random.derive(seed, 'folds').shuffle(positions(0, held.length));
  for (let i = fold; i < order.length; i += folds) held[order[i]] = HELD;
}

function markColdRows({ matrix }: Splittable, { fraction, seed }: HoldOut, held: Uint8Array): void {
  const order = Random.derive(seed, 'cold rows').shuffle(positions(0, matrix.rows));
  for (const row of order.subarray(0, share(fraction, matrix.rows))) {
    held.fill(HELD, matrix.offsets[row], matrix.offsets[row + 1]);
  }
}

/** round(fraction × count), at least one and never all. */
function share(fraction: number, count: number): number {
  return Math.min(count - 1, Math.max(1, Math.round(fraction * count)));
}

function positions(start: number, count: number): Uint32Array {
  const list = new Uint32Array(count);
  for (let i = 0; i < count; i++) list[i] = start + i;
  return list;
}

function dropCold(matrix: Csr, held: Uint8Array): { coldRows: number; coldColumns: number } {
  const train = pick(matrix, held, (part) => part === 0).matrix;
  const rows = rowDegrees(train);
  const columns = columnDegrees(train);
  let coldRows = 0;
  let coldColumns = 0;
  for (let r = 0; r < matrix.rows; r++) {
    for (let i = matrix.offsets[r]; i < matrix.offsets[r + 1]; i++) {
      if (held[i] !== HELD) continue;
      if (rows[r] === 0) coldRows++;
      else if (columns[matrix.indices[i]] === 0) coldColumns++;
      else continue;
      held[i] = NEITHER;
    }
  }
  return { coldRows, coldColumns };
}

function dropLow({ values }: Splittable, minimum: number, held: Uint8Array): number {
  if (!values) throw new InputError('expected values, such as ratings, to drop held-out pairs by, found none');
  let low = 0;
  for (let i = 0; i < held.length; i++) {
    if (held[i] !== HELD || !(values[i] < minimum)) continue;
    held[i] = NEITHER;
    low++;
  }
  return low;
}

function parts(matrix: Csr, held: Uint8Array, counts: Split['counts'], leak: boolean): Split {
  const train = pick(matrix, held, (part) => part === (leak ? HELD : 0));
  const heldOut = pick(matrix, held, (part) => part === HELD);
  return { train: train.matrix, heldOut: heldOut.matrix, trainAt: train.at, heldOutAt: heldOut.at, counts, leak };
}

/** The pairs that are of a part, in a matrix of the same shape, and where they were. */
function pick(matrix: Csr, held: Uint8Array, wanted: (part: number) => boolean): { matrix: Csr; at: Uint32Array } {
  const offsets = new Uint32Array(matrix.rows + 1);
  const at = new Uint32Array(held.length);
  let written = 0;
  for (let r = 0; r < matrix.rows; r++) {
    for (let i = matrix.offsets[r]; i < matrix.offsets[r + 1]; i++) if (wanted(held[i])) at[written++] = i;
    offsets[r + 1] = written;
  }
  const kept = at.slice(0, written);
  const indices = kept.map((i) => matrix.indices[i]);
  return { matrix: { rows: matrix.rows, columns: matrix.columns, offsets, indices }, at: kept };
}
