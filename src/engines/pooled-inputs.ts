import type { Csr } from '../data/csr';
import { rowOf } from '../data/csr';
import type { Random } from '../data/random';
import type { BlockInputs } from './engine';

/** Share of rows with features that see these alone, so that they learn to stand for a row (DropoutNet; Volkovs et al., 2017). */
const FEATURES_ALONE = 0.2;

/**
 * Inputs of pooled rows: their columns, and their features counted on from the last column.
 * `position` is scratch of one -1 for each of both, and is left so.
 */
export function pooledInputs(
  matrix: Csr,
  rows: Int32Array,
  position: Int32Array,
  features: Csr | null = null,
  dropout = 0,
  random: Random | null = null,
): BlockInputs {
  const collected = new Inputs(position);
  for (let b = 0; b < rows.length; b++) {
    const columns = rowOf(matrix, rows[b]);
    const known = features ? rowOf(features, rows[b]) : null;
    const stands = known !== null && known.length > 0;
    const alone = stands && random !== null && random.next() < FEATURES_ALONE;
    const spared = dropout > 0 && random && columns.length > 0 && !stands ? random.integer(columns.length) : -1;
    const first = collected.length;
    for (let i = 0; i < columns.length && !alone; i++) {
      if (dropout > 0 && random && random.next() < dropout && i !== spared) continue;
      collected.add(b, columns[i]);
    }
    if (known) for (const feature of known) collected.add(b, matrix.columns + feature);
    collected.average(first);
  }
  return collected.build();
}

/** Features of entries, whose vectors are added up: every weight is 1. */
export function featureInputs(features: Csr, entries: Int32Array): BlockInputs {
  let cells = 0;
  for (const entry of entries) cells += features.offsets[entry + 1] - features.offsets[entry];
  const pairRows = new Int32Array(cells);
  const pairColumns = new Int32Array(cells);
  let at = 0;
  for (let b = 0; b < entries.length; b++) {
    for (let i = features.offsets[entries[b]]; i < features.offsets[entries[b] + 1]; i++) {
      pairRows[at] = b;
      pairColumns[at++] = features.indices[i];
    }
  }
  // There are few features beside entries: all stand in the list, in their order.
  const columns = Int32Array.from({ length: features.columns }, (_, f) => f);
  return { columns, pairRows, pairColumns, weights: new Float32Array(cells).fill(1) };
}

class Inputs {
  private readonly pairRows: number[] = [];
  private readonly pairColumns: number[] = [];
  private readonly weights: number[] = [];
  private readonly seen: number[] = [];

  constructor(private readonly position: Int32Array) {}

  get length(): number {
    return this.pairRows.length;
  }

  add(row: number, column: number): void {
    if (this.position[column] < 0) {
      this.position[column] = 0;
      this.seen.push(column);
    }
    this.pairRows.push(row);
    this.pairColumns.push(column);
    this.weights.push(1);
  }

  /** Makes the cells added since `first` a mean. */
  average(first: number): void {
    const weight = 1 / (this.pairRows.length - first);
    for (let i = first; i < this.pairRows.length; i++) this.weights[i] = weight;
  }

  build(): BlockInputs {
    const { position } = this;
    const columns = Int32Array.from(this.seen).sort();
    for (let i = 0; i < columns.length; i++) position[columns[i]] = i;
    const local = Int32Array.from(this.pairColumns, (column) => position[column]);
    for (const column of columns) position[column] = -1;
    return {
      columns,
      pairRows: Int32Array.from(this.pairRows),
      pairColumns: local,
      weights: Float32Array.from(this.weights),
    };
  }
}
