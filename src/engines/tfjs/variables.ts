import * as tf from '@tensorflow/tfjs';
import type { BlockInputs, ModelState, ParameterTable, StateTable } from '../engine';
import { gatherRows, poolRows } from './operations';

export interface TableVariables {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly values: tf.Variable;
  /** See `StateTable`; null where the optimiser keeps none, or the model is only used. */
  readonly m: tf.Variable | null;
  readonly v: tf.Variable | null;
}

/** The tables of a model on the device, by name, with what their optimiser keeps. */
export class TableSet {
  readonly tables: readonly TableVariables[];
  private readonly byName: ReadonlyMap<string, TableVariables>;

  constructor(start: readonly (ParameterTable | StateTable)[]) {
    this.tables = start.map((table) => ({
      name: table.name,
      shape: table.shape,
      values: variable(table.values, table.shape),
      m: 'm' in table ? kept(table.m, table.shape) : null,
      v: 'v' in table ? kept(table.v, table.shape) : null,
    }));
    this.byName = new Map(this.tables.map((table) => [table.name, table]));
  }

  find(name: string): tf.Tensor2D | null {
    return (this.byName.get(name)?.values as unknown as tf.Tensor2D | undefined) ?? null;
  }

  /** @throws TypeError when the model has no such table */
  get(name: string): tf.Tensor2D {
    const table = this.find(name);
    if (!table) throw new TypeError(`expected a table “${name}”, found ${[...this.byName.keys()].join(', ')}`);
    return table;
  }

  gather(name: string, indices: Int32Array): tf.Tensor2D {
    return gatherRows(this.get(name), indices);
  }

  /** inputs · table with `count` rows. */
  sum(name: string, { columns, pairRows, pairColumns, weights }: BlockInputs, count: number): tf.Tensor2D {
    return poolRows(this.get(name), columns, { to: pairRows, from: pairColumns, weights }, count);
  }

  async save(step: number, whenLost: Promise<never>): Promise<ModelState> {
    const saved: StateTable[] = [];
    for (const { name, shape, values, m, v } of this.tables) {
      // Copies: the next step would write over what a backend hands out.
      const read = async (variable: tf.Variable | null) =>
        variable ? Float32Array.from(await Promise.race([variable.data(), whenLost])) : new Float32Array(0);
      saved.push({
        name,
        shape,
        values: await read(values),
        m: await read(m),
        v: await read(v),
      });
    }
    return { step, tables: saved };
  }

  load(state: ModelState): void {
    state.tables.forEach((table, i) => {
      tf.tidy(() => {
        const { values, m, v } = this.tables[i];
        values.assign(tf.tensor2d(table.values.slice(), [...table.shape]));
        m?.assign(tf.tensor2d(table.m.slice(), [...table.shape]));
        v?.assign(tf.tensor2d(table.v.slice(), [...table.shape]));
      });
    });
  }

  dispose(): void {
    for (const { values, m, v } of this.tables) tf.dispose([values, m, v].filter((one) => one !== null));
  }
}

/** The processor's step writes in place, and tfjs's cpu backend would keep the caller's array: hence a copy. */
function variable(values: Float32Array, shape: readonly [number, number]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor2d(values.slice(), [...shape])));
}

/** What an optimiser keeps for a table; null where that is nothing. */
function kept(numbers: Float32Array, shape: readonly [number, number]): tf.Variable | null {
  return numbers.length > 0 ? variable(numbers, shape) : null;
}
