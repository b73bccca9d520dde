import type { Csr } from '../../data/csr';
import type { BlockInputs, ModelState, StateTable } from '../engine';
import { featureInputs } from '../pooled-inputs';

/** Tables of a state by name, and room for the gradient of each. */
export class Tables {
  readonly gradients: readonly Float64Array[];
  private readonly positions: ReadonlyMap<string, number>;

  constructor(private readonly state: ModelState) {
    this.gradients = state.tables.map(({ values }) => new Float64Array(values.length));
    this.positions = new Map(state.tables.map(({ name }, i) => [name, i]));
  }

  find(name: string): StateTable | null {
    const position = this.positions.get(name);
    return position === undefined ? null : this.state.tables[position];
  }

  /** @throws TypeError when the model has no such table */
  get(name: string): StateTable {
    const table = this.find(name);
    if (!table) throw new TypeError(`expected a table “${name}”, found ${[...this.positions.keys()].join(', ')}`);
    return table;
  }

  gradient(name: string): Float64Array {
    return this.gradients[this.positions.get(name) as number];
  }

  /** Rows of a table, one after another. */
  gather(name: string, indices: Int32Array): Float64Array {
    const { values, shape } = this.get(name);
    const d = shape[1];
    const out = new Float64Array(indices.length * d);
    for (let n = 0; n < indices.length; n++) for (let i = 0; i < d; i++) out[n * d + i] = values[indices[n] * d + i];
    return out;
  }

  /** Adds gradients of gathered rows to their table's. */
  scatter(name: string, indices: Int32Array, gradient: Float64Array): void {
    const d = this.get(name).shape[1];
    const into = this.gradient(name);
    for (let n = 0; n < indices.length; n++)
      for (let i = 0; i < d; i++) into[indices[n] * d + i] += gradient[n * d + i];
  }

  /** out += inputs · table. */
  addInputs(name: string, inputs: BlockInputs, out: Float64Array): void {
    const { values, shape } = this.get(name);
    const d = shape[1];
    for (let p = 0; p < inputs.pairRows.length; p++) {
      const from = inputs.columns[inputs.pairColumns[p]] * d;
      const to = inputs.pairRows[p] * d;
      for (let i = 0; i < d; i++) out[to + i] += inputs.weights[p] * values[from + i];
    }
  }

  /** Adds the vectors of their features to those of entries. */
  addFeatures(name: string, features: Csr, entries: Int32Array, out: Float64Array): void {
    this.addInputs(name, featureInputs(features, entries), out);
  }

  scatterFeatures(name: string, features: Csr, entries: Int32Array, gradient: Float64Array): void {
    this.scatterInputs(name, featureInputs(features, entries), gradient);
  }

  scatterInputs(name: string, inputs: BlockInputs, gradient: Float64Array): void {
    const d = this.get(name).shape[1];
    const into = this.gradient(name);
    for (let p = 0; p < inputs.pairRows.length; p++) {
      const to = inputs.columns[inputs.pairColumns[p]] * d;
      for (let i = 0; i < d; i++) into[to + i] += inputs.weights[p] * gradient[inputs.pairRows[p] * d + i];
    }
  }
}

/** Loss of one step and its gradient for every table, dense, in double precision. */
export interface Gradients {
  readonly loss: number;
  /** See `ModelTrainer.metrics`; NaN for blocks. */
  readonly metric: number;
  /** In the order of the state's tables. */
  readonly tables: readonly Float64Array[];
}
