import * as tf from '@tensorflow/tfjs';
import type { AdamSpec } from '../../models/optimiser';
import type { BlockInputs, ModelState, ParameterTable, StateTable } from '../engine';
import { adamInPlace, onProcessor } from './kernels';
import { gatherRows, poolRows } from './operations';

interface TableVariables {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly values: tf.Variable;
  /** Absent where the model is only used. */
  readonly moments: { readonly first: tf.Variable; readonly second: tf.Variable } | null;
}

/** The tables of a model on the device, by name, with the moments of their optimiser. */
export class TableSet {
  readonly tables: readonly TableVariables[];
  private readonly byName: ReadonlyMap<string, TableVariables>;

  constructor(start: readonly (ParameterTable | StateTable)[]) {
    this.tables = start.map((table) => ({
      name: table.name,
      shape: table.shape,
      values: variable(table.values, table.shape),
      moments:
        'first' in table
          ? { first: variable(table.first, table.shape), second: variable(table.second, table.shape) }
          : null,
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

  /** Dense Adam (Kingma and Ba, 2015), in the form PyTorch computes it. `step` counts from 1. */
  adam(gradients: tf.NamedTensorMap, spec: AdamSpec, step: number, rate: number): void {
    const scale = rate / (1 - spec.beta1 ** step);
    const correction = Math.sqrt(1 - spec.beta2 ** step);
    const coupled = spec.decoupled ? 0 : spec.weightDecay;
    const shrink = spec.decoupled ? rate * spec.weightDecay : 0;
    for (const { name, values, moments } of this.tables) {
      const gradient = gradients[values.name];
      if (!gradient || !moments) continue;
      const { first, second } = moments;
      const fresh = name.startsWith('dense');
      if (onProcessor()) {
        adamInPlace(
          { values, first, second, gradient },
          { beta1: spec.beta1, beta2: spec.beta2, epsilon: spec.epsilon, coupled, shrink, scale, correction, fresh },
        );
        continue;
      }
      const decayed = coupled === 0 ? gradient : tf.add(gradient, tf.mul(values, coupled));
      const m = tf.add(tf.mul(first, spec.beta1), tf.mul(decayed, 1 - spec.beta1));
      const v = tf.add(tf.mul(second, spec.beta2), tf.mul(tf.square(decayed), 1 - spec.beta2));
      const change = tf.div(tf.mul(m, scale), tf.add(tf.div(tf.sqrt(v), correction), spec.epsilon));
      values.assign(tf.sub(shrink === 0 ? values : tf.mul(values, 1 - shrink), change));
      first.assign(m);
      second.assign(v);
    }
  }

  async save(step: number, whenLost: Promise<never>): Promise<ModelState> {
    const saved: StateTable[] = [];
    for (const { name, shape, values, moments } of this.tables) {
      // Copies: the next step would write over what a backend hands out.
      const read = async (variable: tf.Variable | undefined) =>
        variable ? Float32Array.from(await Promise.race([variable.data(), whenLost])) : new Float32Array(0);
      saved.push({
        name,
        shape,
        values: await read(values),
        first: await read(moments?.first),
        second: await read(moments?.second),
      });
    }
    return { step, tables: saved };
  }

  load(state: ModelState): void {
    state.tables.forEach((table, i) => {
      tf.tidy(() => {
        const { values, moments } = this.tables[i];
        values.assign(tf.tensor2d(table.values.slice(), [...table.shape]));
        moments?.first.assign(tf.tensor2d(table.first.slice(), [...table.shape]));
        moments?.second.assign(tf.tensor2d(table.second.slice(), [...table.shape]));
      });
    });
  }

  dispose(): void {
    for (const { values, moments } of this.tables)
      tf.dispose([values, ...(moments ? [moments.first, moments.second] : [])]);
  }
}

/** The processor's step writes in place, and tfjs's cpu backend would keep the caller's array: hence a copy. */
function variable(values: Float32Array, shape: readonly [number, number]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor2d(values.slice(), [...shape])));
}
