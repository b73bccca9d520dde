import type { Csr } from '../data/csr';
import type { Random } from '../data/random';
import type { BlockInputs } from './engine';

/** Inputs of pooled rows. `position` is scratch of one -1 a column, and is left so. */
export function pooledInputs(
  matrix: Csr,
  rows: Int32Array,
  position: Int32Array,
  dropout = 0,
  random: Random | null = null,
): BlockInputs {
  const pairRows: number[] = [];
  const pairColumns: number[] = [];
  const weights: number[] = [];
  const seen: number[] = [];
  for (let b = 0; b < rows.length; b++) {
    const start = matrix.offsets[rows[b]];
    const degree = matrix.offsets[rows[b] + 1] - start;
    const first = pairRows.length;
    const spared = dropout > 0 && random && degree > 0 ? random.integer(degree) : -1;
    for (let i = 0; i < degree; i++) {
      if (dropout > 0 && random && random.next() < dropout && i !== spared) continue;
      const column = matrix.indices[start + i];
      if (position[column] < 0) {
        position[column] = 0;
        seen.push(column);
      }
      pairRows.push(b);
      pairColumns.push(column);
    }
    const weight = 1 / (pairRows.length - first);
    for (let i = first; i < pairRows.length; i++) weights.push(weight);
  }
  const columns = Int32Array.from(seen).sort();
  for (let i = 0; i < columns.length; i++) position[columns[i]] = i;
  const local = Int32Array.from(pairColumns, (column) => position[column]);
  for (const column of columns) position[column] = -1;
  return {
    columns,
    pairRows: Int32Array.from(pairRows),
    pairColumns: local,
    weights: Float32Array.from(weights),
  };
}
