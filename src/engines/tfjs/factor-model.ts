import * as tf from '@tensorflow/tfjs';
import type { Csr } from '../../data/csr';
import type { FactorSpec } from '../../models/factor';
import { outputOf } from '../../models/output';
import type { Block, BlockInputs, EngineData, PairBatch, Pairs } from '../engine';
import { featureInputs } from '../pooled-inputs';
import type { ModelGraph } from './model-graph';
import { type BlockTargets, blockLoss, blockScores, gatherRows, unitRows } from './operations';
import { groupLoss, groupMetric, pairLoss, pairMetric } from './pair-operations';
import type { TableSet } from './variables';

/** The factor family in tfjs's operations; what it computes is in docs/models.md. */
export function factorGraph(spec: FactorSpec, tables: TableSet, data: EngineData): ModelGraph {
  const { columns: columnCount, rowFeatures, columnFeatures } = data;
  const everyColumn = Int32Array.from({ length: columnFeatures ? columnCount : 0 }, (_, c) => c);

  const withFeatures = (vectors: tf.Tensor2D, name: string, features: Csr | null, entries: Int32Array): tf.Tensor2D =>
    features ? tf.add(vectors, tables.sum(name, featureInputs(features, entries), entries.length)) : vectors;

  const rowVectors = (rows: Int32Array, inputs: BlockInputs | null): tf.Tensor2D => {
    let vectors: tf.Tensor2D;
    if (spec.rowVector === 'own') {
      vectors = withFeatures(tables.gather('row', rows), 'rowFeature', rowFeatures, rows);
    } else {
      if (!inputs) throw new TypeError('expected the inputs of pooled rows, found none');
      vectors = tables.sum('input', inputs, rows.length);
    }
    return spec.score === 'cosine' ? unitRows(vectors) : vectors;
  };

  const columnVectors = (columns: Int32Array | null): tf.Tensor2D => {
    const own = columns ? tables.gather('column', columns) : tables.get('column');
    const vectors = withFeatures(own, 'columnFeature', columnFeatures, columns ?? everyColumn);
    return spec.score === 'cosine' ? unitRows(vectors) : vectors;
  };

  /** Column biases less the log chances of being in the block, length K. */
  const offsets = ({ columns, logChance }: Block): tf.Tensor1D => {
    const count = columns ? columns.length : columnCount;
    const chance = logChance ? tf.tensor1d(logChance) : null;
    const biases = tables.find('columnBias');
    if (!biases) return chance ? tf.neg(chance) : tf.zeros([count]);
    const bias = tf.reshape(columns ? gatherRows(biases, columns) : biases, [count]);
    return chance ? tf.sub(bias, chance) : (bias as tf.Tensor1D);
  };

  /** Numbers of pairs, after the link, and the penalty of their vectors. */
  const pairs = (batch: Pairs) => {
    const n = batch.rows.length;
    const u = rowVectors(batch.rows, null);
    const v = columnVectors(batch.columns);
    let z = tf.sum(tf.mul(u, v), 1) as tf.Tensor1D;
    if (spec.temperature !== 1) z = tf.mul(z, spec.temperature);
    if (spec.offset !== 0) z = tf.add(z, spec.offset);
    let penalty = tf.add(tf.sum(tf.square(u)), tf.sum(tf.square(v)));
    for (const [name, indices] of [
      ['rowBias', batch.rows],
      ['columnBias', batch.columns],
    ] as const) {
      if (!tables.find(name)) continue;
      const bias = tf.reshape(tables.gather(name, indices), [n]);
      z = tf.add(z, bias);
      penalty = tf.add(penalty, tf.sum(tf.square(bias)));
    }
    const link = tables.find('link');
    if (link) {
      const [weight, bias] = [tf.slice(link, [0, 0], [1, 1]), tf.slice(link, [1, 0], [1, 1])];
      z = tf.add(tf.mul(z, tf.reshape(weight, [1])), tf.reshape(bias, [1]));
    }
    return { z, penalty: tf.mul(penalty, spec.regularisation / n) };
  };

  const output = outputOf(spec);
  /** Loss of a batch and its metric, from its last numbers. */
  const lossAndMetric = (z: tf.Tensor1D, { targets, group }: PairBatch): { loss: tf.Scalar; metric: tf.Scalar } => {
    if (spec.loss === 'bpr' || spec.loss === 'softmax') {
      return { loss: groupLoss(z, group, spec.loss), metric: groupMetric(z, group) };
    }
    const wanted = tf.tensor1d(targets);
    return { loss: pairLoss(z, wanted, spec.loss, output), metric: pairMetric(z, wanted, spec.loss, output) };
  };

  return {
    block: (block) =>
      blockLoss(
        spec.loss === 'softmax' ? 'softmax' : 'bce',
        rowVectors(block.rows, block.inputs),
        columnVectors(block.columns),
        offsets(block),
        spec.temperature,
        targetsOf(block, block.columns ? block.columns.length : columnCount),
      ),
    pairs(batch) {
      const { z, penalty } = pairs(batch);
      const { loss, metric } = lossAndMetric(z, batch);
      return { loss: spec.regularisation === 0 ? loss : tf.add(loss, penalty), metric };
    },
    logits: (batch) => pairs(batch).z,
    score(rows, inputs) {
      const biases = tables.find('columnBias');
      const offset = biases ? (tf.add(tf.reshape(biases, [columnCount]), spec.offset) as tf.Tensor1D) : null;
      const scores = blockScores(rowVectors(rows, inputs), columnVectors(null), offset, spec.temperature);
      return tables.find('rowBias') ? tf.add(scores, tables.gather('rowBias', rows)) : scores;
    },
  };
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
