import * as tf from '@tensorflow/tfjs';
import type { FactorSpec } from '../../models/factor';
import { outputOf } from '../../models/output';
import type { Block, BlockInputs, Pairs, ScoreInputs } from '../engine';
import { type BlockTargets, blockLoss, blockScores, gatherRows, unitRows } from './operations';
import { pairFigure, pairLoss } from './pair-operations';
import type { ModelGraph } from './trainer';
import type { TableSet } from './variables';

/** The factor family in tfjs's operations; what it computes is in docs/models.md. */
export function factorGraph(spec: FactorSpec, tables: TableSet, columnCount: number): ModelGraph {
  const rowVectors = (rows: Int32Array, inputs: BlockInputs | null, features: BlockInputs | null): tf.Tensor2D => {
    let vectors: tf.Tensor2D;
    if (spec.rowVector === 'own') {
      vectors = tables.gather('row', rows);
      if (features) vectors = tf.add(vectors, tables.sum('rowFeature', features, rows.length));
    } else {
      if (!inputs) throw new TypeError('expected the inputs of pooled rows, found none');
      vectors = tables.sum('input', inputs, rows.length);
    }
    return spec.score === 'cosine' ? unitRows(vectors) : vectors;
  };

  const columnVectors = (columns: Int32Array | null, features: BlockInputs | null): tf.Tensor2D => {
    let vectors = columns ? tables.gather('column', columns) : tables.get('column');
    if (features) vectors = tf.add(vectors, tables.sum('columnFeature', features, columns?.length ?? columnCount));
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
    const u = rowVectors(batch.rows, null, batch.rowFeatures);
    const v = columnVectors(batch.columns, batch.columnFeatures);
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
  return {
    block: (block) =>
      blockLoss(
        spec.loss === 'softmax' ? 'softmax' : 'bce',
        rowVectors(block.rows, block.inputs, block.rowFeatures),
        columnVectors(block.columns, block.columnFeatures),
        offsets(block),
        spec.temperature,
        targetsOf(block, block.columns ? block.columns.length : columnCount),
      ),
    pairs(batch) {
      const loss = spec.loss === 'bce' ? 'bce' : 'mse';
      const targets = tf.tensor1d(batch.targets);
      const { z, penalty } = pairs(batch);
      const fit = pairLoss(z, targets, loss, output);
      return {
        loss: spec.regularisation === 0 ? fit : tf.add(fit, penalty),
        figure: pairFigure(z, targets, loss, output),
      };
    },
    logits: (batch) => pairs(batch).z,
    score(rows, { inputs, rowFeatures, columnFeatures }: ScoreInputs) {
      const biases = tables.find('columnBias');
      const offset = biases ? (tf.add(tf.reshape(biases, [columnCount]), spec.offset) as tf.Tensor1D) : null;
      const scores = blockScores(
        rowVectors(rows, inputs, rowFeatures),
        columnVectors(null, columnFeatures),
        offset,
        spec.temperature,
      );
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
