import * as tf from '@tensorflow/tfjs';
import type { FactorSpec } from '../../models/factor';
import {
  type Block,
  type BlockInputs,
  DeviceLostError,
  type FactorState,
  type FactorTrainer,
  type StateTable,
} from '../engine';
import { type BlockTargets, blockLoss, blockScores, gatherRows, poolRows, unitRows } from './operations';

interface TableVariables {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly values: tf.Variable;
  readonly first: tf.Variable;
  readonly second: tf.Variable;
}

/** What the trainer needs to know of the backend it runs on. */
export interface TfjsHost {
  /** Text when the device is gone. */
  lost(): string | null;
  /** Rejects when the device goes; never resolves. */
  readonly whenLost: Promise<never>;
}

/** Trains a factor model with tfjs's autodiff on the current backend. */
export function createTfjsTrainer(
  spec: FactorSpec,
  start: FactorState,
  size: { rows: number; columns: number },
  host: TfjsHost,
): FactorTrainer {
  const tables: TableVariables[] = start.tables.map(({ name, shape, values, first, second }) => ({
    name,
    shape,
    values: variable(values, shape),
    first: variable(first, shape),
    second: variable(second, shape),
  }));
  const [rowTable, columnTable, biasTable] = tables;
  let step = start.step;
  let pending: tf.Scalar[] = [];

  const alive = () => {
    const reason = host.lost();
    if (reason !== null) throw new DeviceLostError(reason);
  };

  const rowVectors = (rows: Int32Array, inputs: BlockInputs | null): tf.Tensor2D => {
    const table = rowTable.values as unknown as tf.Tensor2D;
    let vectors: tf.Tensor2D;
    if (spec.rowVector === 'own') {
      vectors = gatherRows(table, rows);
    } else {
      if (!inputs) throw new TypeError('expected the inputs of pooled rows, found none');
      const sparse = { to: inputs.pairRows, from: inputs.pairColumns, weights: inputs.weights };
      vectors = poolRows(table, inputs.columns, sparse, rows.length);
    }
    return spec.score === 'cosine' ? unitRows(vectors) : vectors;
  };

  const columnVectors = (columns: Int32Array | null): tf.Tensor2D => {
    const table = columnTable.values as unknown as tf.Tensor2D;
    const vectors = columns ? gatherRows(table, columns) : table;
    return spec.score === 'cosine' ? unitRows(vectors) : vectors;
  };

  /** Column biases less the log chances of being in the block, length K. */
  const offsets = (block: Block): tf.Tensor1D => {
    const count = block.columns ? block.columns.length : size.columns;
    const chance = block.logChance ? tf.tensor1d(block.logChance) : null;
    if (!biasTable) return chance ? tf.neg(chance) : tf.zeros([count]);
    const table = biasTable.values as unknown as tf.Tensor2D;
    const bias = tf.reshape(block.columns ? gatherRows(table, block.columns) : table, [count]);
    return chance ? tf.sub(bias, chance) : (bias as tf.Tensor1D);
  };

  const lossOf = (block: Block): tf.Scalar => {
    const columns = block.columns ? block.columns.length : size.columns;
    return blockLoss(
      spec.loss,
      rowVectors(block.rows, block.inputs),
      columnVectors(block.columns),
      offsets(block),
      spec.temperature,
      targetsOf(block, columns),
    );
  };

  return {
    step(block, rate) {
      alive();
      step++;
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(
          () => lossOf(block),
          tables.map(({ values }) => values),
        );
        for (const table of tables) adam(table, grads[table.values.name], spec, step, rate);
        pending.push(tf.keep(value));
      });
    },

    async losses() {
      alive();
      if (pending.length === 0) return new Float32Array(0);
      const taken = pending;
      pending = [];
      const stacked = tf.stack(taken);
      tf.dispose(taken);
      const values = (await Promise.race([stacked.data(), host.whenLost])) as Float32Array;
      stacked.dispose();
      return values;
    },

    async score(rows, inputs) {
      alive();
      const scores = tf.tidy(() => {
        const bias = biasTable ? tf.reshape(biasTable.values, [size.columns]) : null;
        return blockScores(rowVectors(rows, inputs), columnVectors(null), bias as tf.Tensor1D | null, spec.temperature);
      });
      const values = (await Promise.race([scores.data(), host.whenLost])) as Float32Array;
      scores.dispose();
      return values;
    },

    async save() {
      alive();
      const saved: StateTable[] = [];
      for (const { name, shape, values, first, second } of tables) {
        const [a, b, c] = await Promise.race([
          Promise.all([values.data(), first.data(), second.data()]),
          host.whenLost,
        ]);
        // wasm hands out views of its heap, which the next step would write over.
        saved.push({
          name,
          shape,
          values: Float32Array.from(a),
          first: Float32Array.from(b),
          second: Float32Array.from(c),
        });
      }
      return { step, tables: saved };
    },

    load(state) {
      step = state.step;
      tf.dispose(pending);
      pending = [];
      state.tables.forEach((table, i) => {
        tf.tidy(() => {
          tables[i].values.assign(tf.tensor2d(table.values, [...table.shape]));
          tables[i].first.assign(tf.tensor2d(table.first, [...table.shape]));
          tables[i].second.assign(tf.tensor2d(table.second, [...table.shape]));
        });
      });
    },

    dispose() {
      tf.dispose(pending);
      pending = [];
      for (const { values, first, second } of tables) tf.dispose([values, first, second]);
    },
  };
}

function variable(values: Float32Array, shape: readonly [number, number]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor2d(values, [...shape])));
}

function targetsOf(block: Block, columns: number): BlockTargets {
  const positives = new Int32Array(block.positiveRows.length);
  const counts = new Float32Array(block.rows.length);
  for (let p = 0; p < positives.length; p++) {
    positives[p] = block.positiveRows[p] * columns + block.positiveColumns[p];
    counts[block.positiveRows[p]]++;
  }
  return { rows: block.rows.length, columns, positives, counts };
}

/** Dense Adam (Kingma and Ba, 2015), in the form PyTorch computes it. */
function adam(table: TableVariables, gradient: tf.Tensor, spec: FactorSpec, step: number, rate: number): void {
  const { beta1, beta2, epsilon } = spec.adam;
  const first = tf.add(tf.mul(table.first, beta1), tf.mul(gradient, 1 - beta1));
  const second = tf.add(tf.mul(table.second, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const scale = rate / (1 - beta1 ** step);
  const correction = Math.sqrt(1 - beta2 ** step);
  const change = tf.div(tf.mul(first, scale), tf.add(tf.div(tf.sqrt(second), correction), epsilon));
  table.values.assign(tf.sub(table.values, change));
  table.first.assign(first);
  table.second.assign(second);
}
