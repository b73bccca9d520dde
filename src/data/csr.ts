/**
 * A sparse binary matrix in compressed sparse rows.
 * Row r holds the columns indices[offsets[r], offsets[r + 1]), ascending, each once.
 */
export interface Csr {
  readonly rows: number;
  readonly columns: number;
  /** Length rows + 1. */
  readonly offsets: Uint32Array;
  /** Length = number of pairs. */
  readonly indices: Uint32Array;
}

/** What is known of pairs besides that they are there: one entry a pair, or null where nothing is. */
export interface PairFacts {
  readonly values: Float32Array | null;
  readonly timestamps: Float64Array | null;
}

/** Facts of the pairs of a Csr, in the order of its indices. */
export interface CsrFacts extends PairFacts {
  /** How often each pair was given; null when every pair came once. */
  readonly repeats: Uint32Array | null;
}

const NO_FACTS: PairFacts = { values: null, timestamps: null };

/**
 * Builds a Csr from pairs in any order. A pair that occurs several times is kept once, with the facts of
 * its latest timestamp, or else of its last occurrence.
 */
export function csrFromPairs(
  rows: number,
  columns: number,
  pairRows: ArrayLike<number>,
  pairColumns: ArrayLike<number>,
  { values, timestamps }: PairFacts = NO_FACTS,
): { matrix: Csr; duplicates: number; facts: CsrFacts } {
  const pairs = pairRows.length;
  const offsets = new Uint32Array(rows + 1);
  for (let i = 0; i < pairs; i++) offsets[pairRows[i] + 1]++;
  for (let r = 0; r < rows; r++) offsets[r + 1] += offsets[r];
  // One number holds a pair's column and its position: sorted, equal columns stay in the order they came in.
  const keys = new Float64Array(pairs);
  const cursor = offsets.slice(0, rows);
  for (let i = 0; i < pairs; i++) keys[cursor[pairRows[i]]++] = pairColumns[i] * pairs + i;

  const indices = new Uint32Array(pairs);
  const keptValues = values && new Float32Array(pairs);
  const keptTimestamps = timestamps && new Float64Array(pairs);
  let repeats: Uint32Array | null = null;
  let written = 0;
  let start = 0;
  for (let r = 0; r < rows; r++) {
    const end = offsets[r + 1];
    const row = keys.subarray(start, end).sort();
    offsets[r] = written;
    for (const key of row) {
      const column = Math.floor(key / pairs);
      const pair = key - column * pairs;
      const again = written > offsets[r] && indices[written - 1] === column;
      if (again) {
        repeats ??= new Uint32Array(pairs).fill(1);
        repeats[written - 1]++;
        if (timestamps && keptTimestamps && timestamps[pair] < keptTimestamps[written - 1]) continue;
      } else {
        indices[written++] = column;
      }
      if (values && keptValues) keptValues[written - 1] = values[pair];
      if (timestamps && keptTimestamps) keptTimestamps[written - 1] = timestamps[pair];
    }
    start = end;
  }
  offsets[rows] = written;
  const full = written === pairs;
  return {
    matrix: { rows, columns, offsets, indices: full ? indices : indices.slice(0, written) },
    duplicates: pairs - written,
    facts: {
      values: full ? keptValues : (keptValues?.slice(0, written) ?? null),
      timestamps: full ? keptTimestamps : (keptTimestamps?.slice(0, written) ?? null),
      repeats: repeats?.slice(0, written) ?? null,
    },
  };
}

/** Columns of row `row`, ascending. */
export function rowOf(matrix: Csr, row: number): Uint32Array {
  return matrix.indices.subarray(matrix.offsets[row], matrix.offsets[row + 1]);
}

/** True where (row, column) is a pair of the matrix. */
export function has(matrix: Csr, row: number, column: number): boolean {
  let low = matrix.offsets[row];
  let high = matrix.offsets[row + 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (matrix.indices[middle] < column) low = middle + 1;
    else high = middle;
  }
  return low < matrix.offsets[row + 1] && matrix.indices[low] === column;
}

/** Rows and columns exchanged. */
export function transpose(matrix: Csr): Csr {
  const offsets = new Uint32Array(matrix.columns + 1);
  for (const column of matrix.indices) offsets[column + 1]++;
  for (let c = 0; c < matrix.columns; c++) offsets[c + 1] += offsets[c];
  const indices = new Uint32Array(matrix.indices.length);
  const cursor = offsets.slice(0, matrix.columns);
  for (let r = 0; r < matrix.rows; r++) {
    for (let i = matrix.offsets[r]; i < matrix.offsets[r + 1]; i++) {
      indices[cursor[matrix.indices[i]]++] = r;
    }
  }
  return { rows: matrix.columns, columns: matrix.rows, offsets, indices };
}

/** Pairs in each row. */
export function rowDegrees(matrix: Csr): Uint32Array {
  return Uint32Array.from({ length: matrix.rows }, (_, r) => matrix.offsets[r + 1] - matrix.offsets[r]);
}

/** Pairs in each column. */
export function columnDegrees(matrix: Csr): Uint32Array {
  const degrees = new Uint32Array(matrix.columns);
  for (const column of matrix.indices) degrees[column]++;
  return degrees;
}

/** Keeps the rows at `rows`, in that order. */
export function pickRows(matrix: Csr, rows: ArrayLike<number>): Csr {
  const offsets = new Uint32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    offsets[i + 1] = offsets[i] + matrix.offsets[rows[i] + 1] - matrix.offsets[rows[i]];
  }
  const indices = new Uint32Array(offsets[rows.length]);
  for (let i = 0; i < rows.length; i++) indices.set(rowOf(matrix, rows[i]), offsets[i]);
  return { rows: rows.length, columns: matrix.columns, offsets, indices };
}
