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

/** Builds a Csr from pairs in any order; pairs that occur twice are kept once and counted. */
export function csrFromPairs(
  rows: number,
  columns: number,
  pairRows: ArrayLike<number>,
  pairColumns: ArrayLike<number>,
): { matrix: Csr; duplicates: number } {
  const pairs = pairRows.length;
  const offsets = new Uint32Array(rows + 1);
  for (let i = 0; i < pairs; i++) offsets[pairRows[i] + 1]++;
  for (let r = 0; r < rows; r++) offsets[r + 1] += offsets[r];
  const indices = new Uint32Array(pairs);
  const cursor = offsets.slice(0, rows);
  for (let i = 0; i < pairs; i++) indices[cursor[pairRows[i]]++] = pairColumns[i];

  let written = 0;
  let start = 0;
  for (let r = 0; r < rows; r++) {
    const end = offsets[r + 1];
    const row = indices.subarray(start, end).sort();
    offsets[r] = written;
    for (let i = 0; i < row.length; i++) {
      if (i === 0 || row[i] !== row[i - 1]) indices[written++] = row[i];
    }
    start = end;
  }
  offsets[rows] = written;
  return {
    matrix: { rows, columns, offsets, indices: written === pairs ? indices : indices.slice(0, written) },
    duplicates: pairs - written,
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
