import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs';
import type { Block, PairBatch } from '../../../src/engines/engine';
import type { FactorSpec } from '../../../src/models/factor';

type Tf = typeof import('@tensorflow/tfjs');

/** Parameters by the names of `factorTables`. */
export type StockTables = ReadonlyMap<string, Variable>;

/** Keeps a vector of zeros from being divided by nothing. */
const EPSILON = 1e-12;

/** Losses of the factor family as one writes them in tfjs, differentiated by tfjs itself. No metadata, no BPR. */
export function stockLosses(tf: Tf, spec: FactorSpec, tables: StockTables) {
  const table = (name: string) => {
    const found = tables.get(name);
    if (!found) throw new Error(`expected a table “${name}”, found ${[...tables.keys()].join(', ')}`);
    return found;
  };
  const indices = (list: Int32Array) => tf.tensor1d(list, 'int32');
  const unit = (x: Tensor): Tensor =>
    spec.score === 'dot' ? x : tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), EPSILON)));

  /** Input vectors of each row of the block, weighted and added up. */
  const pooled = ({ rows, inputs }: Block): Tensor => {
    if (!inputs) throw new TypeError('expected the inputs of pooled rows, found none');
    const { columns, pairRows, pairColumns, weights } = inputs;
    const vectors = tf.gather(table('input'), indices(pairColumns.map((place) => columns[place])));
    const weighted = tf.mul(vectors, tf.tensor2d(weights, [weights.length, 1]));
    return tf.unsortedSegmentSum(weighted, indices(pairRows), rows.length);
  };

  return {
    pairs({ rows, columns, targets }: PairBatch): Scalar {
      const [r, c, y] = [indices(rows), indices(columns), tf.tensor1d(targets)];
      const u = unit(tf.gather(table('row'), r));
      const v = unit(tf.gather(table('column'), c));
      let z: Tensor = tf.add(tf.mul(tf.sum(tf.mul(u, v), 1), spec.temperature), spec.offset);
      let used = tf.add(tf.sum(tf.square(u)), tf.sum(tf.square(v)));
      for (const [name, has, entries] of [
        ['rowBias', spec.rowBias, r],
        ['columnBias', spec.columnBias, c],
      ] as const) {
        if (!has) continue;
        const bias = tf.reshape(tf.gather(table(name), entries), [rows.length]);
        z = tf.add(z, bias);
        used = tf.add(used, tf.sum(tf.square(bias)));
      }
      if (spec.link === 'affine') {
        const [weight, bias] = tf.split(tf.reshape(table('link'), [2]), 2);
        z = tf.add(tf.mul(z, weight), bias);
      }
      const loss = spec.loss === 'mse' ? tf.losses.meanSquaredError(y, z) : tf.losses.sigmoidCrossEntropy(y, z);
      if (spec.regularisation === 0) return loss as Scalar;
      return tf.add(loss, tf.mul(used, spec.regularisation / rows.length)) as Scalar;
    },

    block(block: Block): Scalar {
      const { rows, columns, positiveRows, positiveColumns, logChance } = block;
      const some = <T extends Tensor>(all: T): Tensor => (columns ? tf.gather(all, indices(columns)) : all);
      const u = unit(spec.rowVector === 'pooled' ? pooled(block) : tf.gather(table('row'), indices(rows)));
      const v = unit(some(table('column')));
      const width = v.shape[0];
      let z: Tensor = tf.mul(tf.matMul(u, v, false, true), spec.temperature);
      if (spec.columnBias) z = tf.add(z, tf.reshape(some(table('columnBias')), [width]));
      if (logChance) z = tf.sub(z, tf.tensor1d(logChance));
      const pairs = positiveRows.length;
      const cells = new Int32Array(2 * pairs);
      for (let p = 0; p < pairs; p++) {
        cells[2 * p] = positiveRows[p];
        cells[2 * p + 1] = positiveColumns[p];
      }
      const y = tf.scatterND(tf.tensor2d(cells, [pairs, 2], 'int32'), tf.ones([pairs]), [rows.length, width]);
      if (spec.loss === 'bce') return tf.losses.sigmoidCrossEntropy(y, z) as Scalar;
      return tf.div(tf.neg(tf.sum(tf.mul(y, tf.logSoftmax(z as never)))), pairs) as Scalar;
    },
  };
}
