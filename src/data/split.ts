import { type Csr, rowDegrees, rowOf } from './csr';
import { Random } from './random';

/** How pairs are kept from training to be ranked afterwards. */
export interface HoldOut {
  /** Share of each row's pairs, in (0, 1). */
  readonly fraction: number;
  /** Rows with fewer pairs give none. */
  readonly minimumDegree: number;
  readonly seed: number;
}

export interface Split {
  readonly train: Csr;
  /** Same shape as train; a pair is in one of the two. */
  readonly heldOut: Csr;
}

/**
 * Holds out a seeded random share of every row with enough pairs:
 * round(fraction × degree) pairs, at least one, and never all of them.
 */
export function splitPairs(matrix: Csr, holdOut: HoldOut | null): Split {
  if (holdOut === null) return { train: matrix, heldOut: emptyLike(matrix) };
  const random = Random.derive(holdOut.seed, 'hold-out');
  const degrees = rowDegrees(matrix);
  const takes = degrees.map((degree) =>
    degree < Math.max(2, holdOut.minimumDegree)
      ? 0
      : Math.min(degree - 1, Math.max(1, Math.round(holdOut.fraction * degree))),
  );
  const trainOffsets = new Uint32Array(matrix.rows + 1);
  const heldOffsets = new Uint32Array(matrix.rows + 1);
  for (let r = 0; r < matrix.rows; r++) {
    heldOffsets[r + 1] = heldOffsets[r] + takes[r];
    trainOffsets[r + 1] = trainOffsets[r] + degrees[r] - takes[r];
  }
  const train = new Uint32Array(trainOffsets[matrix.rows]);
  const heldOut = new Uint32Array(heldOffsets[matrix.rows]);
  for (let r = 0; r < matrix.rows; r++) {
    if (takes[r] === 0) {
      train.set(rowOf(matrix, r), trainOffsets[r]);
      continue;
    }
    const columns = random.shuffle(rowOf(matrix, r).slice());
    heldOut.set(columns.subarray(0, takes[r]).sort(), heldOffsets[r]);
    train.set(columns.subarray(takes[r]).sort(), trainOffsets[r]);
  }
  const shape = { rows: matrix.rows, columns: matrix.columns };
  return {
    train: { ...shape, offsets: trainOffsets, indices: train },
    heldOut: { ...shape, offsets: heldOffsets, indices: heldOut },
  };
}

function emptyLike(matrix: Csr): Csr {
  return {
    rows: matrix.rows,
    columns: matrix.columns,
    offsets: new Uint32Array(matrix.rows + 1),
    indices: new Uint32Array(0),
  };
}
