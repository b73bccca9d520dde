import * as tf from '@tensorflow/tfjs';
import { InputError } from '../../errors';
import type { NetworkSpec } from '../../models/network';
import { outputOf } from '../../models/output';
import { dropoutMask, HIDDEN_PLACE } from '../dropout';
import type { EngineData, PairBatch, Pairs } from '../engine';
import { featureInputs } from '../pooled-inputs';
import type { ModelGraph } from './model-graph';
import { denseLayer, dropped, pairLoss, pairMetric } from './pair-operations';
import type { TableSet } from './variables';

/** The network family in tfjs's operations; what it computes is in docs/models.md. */
export function networkGraph(
  spec: NetworkSpec,
  tables: TableSet,
  { rowFeatures, columnFeatures }: EngineData,
): ModelGraph {
  /** The last numbers of a batch, length N. */
  const forward = (batch: Pairs & Pick<PairBatch, 'dropoutSeed'>): tf.Tensor1D => {
    const n = batch.rows.length;
    const drop = (x: tf.Tensor2D, chance: number, place: number) =>
      dropped(
        x,
        chance === 0 || batch.dropoutSeed === null ? null : dropoutMask(x.size, chance, batch.dropoutSeed, place),
      );
    let u = tables.gather('row', batch.rows);
    let v = tables.gather('column', batch.columns);
    if (rowFeatures) u = tf.add(u, tables.sum('rowFeature', featureInputs(rowFeatures, batch.rows), n));
    if (columnFeatures) v = tf.add(v, tables.sum('columnFeature', featureInputs(columnFeatures, batch.columns), n));
    if (spec.dropoutPlace === 'each') {
      v = drop(v, spec.embeddingDropout, 0);
      u = drop(u, spec.embeddingDropout, 1);
    }
    let x: tf.Tensor2D = spec.join === 'product' ? tf.mul(u, v) : tf.concat2d([v, u], 1);
    if (spec.dropoutPlace === 'joined') x = drop(x, spec.embeddingDropout, 0);
    if (spec.biases) {
      x = tf.concat2d([x, tables.gather('rowBias', batch.rows), tables.gather('columnBias', batch.columns)], 1);
    }
    spec.layers.forEach(({ dropout }, l) => {
      const before = denseLayer(x, tables.get(`dense${l + 1}`), tables.get(`dense${l + 1}Bias`));
      x = drop(tf.relu(before), dropout, HIDDEN_PLACE + l);
    });
    if (spec.productDimensions > 0) {
      const product = tf.mul(tables.gather('rowProduct', batch.rows), tables.gather('columnProduct', batch.columns));
      x = tf.concat2d([x, product as tf.Tensor2D], 1);
    }
    const last = spec.layers.length + 1;
    return tf.reshape(denseLayer(x, tables.get(`dense${last}`), tables.get(`dense${last}Bias`)), [n]);
  };

  const output = outputOf(spec);
  return {
    block() {
      throw new InputError('expected a batch of pairs for a network, found a block');
    },
    pairs(batch) {
      const targets = tf.tensor1d(batch.targets);
      const z = forward(batch);
      return {
        loss: pairLoss(z, targets, spec.loss, output),
        metric: pairMetric(z, targets, spec.loss, output),
      };
    },
    logits: (batch) => forward({ ...batch, dropoutSeed: null }),
    score() {
      throw new InputError('expected a factor model to score, found a network');
    },
  };
}
