import * as tf from '@tensorflow/tfjs';
import type { Output } from '../../models/output';
import { withGradient } from './operations';

/** Differentiable pieces of models that look at pairs: dense layers, and what follows the last number. */

/** x W + β, made so that no product asks for a transposed operand. x: N × inputs, W: inputs × units, β: 1 × units. */
export function denseLayer(x: tf.Tensor2D, weights: tf.Tensor2D, bias: tf.Tensor2D): tf.Tensor2D {
  return withGradient(
    (xx: tf.Tensor, w: tf.Tensor, b: tf.Tensor, save) => {
      save([xx, w]);
      return {
        value: tf.add(tf.matMul(xx, w), b),
        gradFunc: (dy, [sx, sw]) => [
          tf.matMul(dy, tf.transpose(sw)),
          tf.matMul(tf.transpose(sx), dy),
          tf.sum(dy, 0, true),
        ],
      };
    },
    x as tf.Tensor,
    weights as tf.Tensor,
    bias as tf.Tensor,
  ) as tf.Tensor2D;
}

/** x with some numbers left out and the others made larger; the mask is drawn by us, so that a seed determines all. */
export function dropped(x: tf.Tensor2D, mask: Float32Array | null): tf.Tensor2D {
  return mask ? (tf.mul(x, tf.tensor2d(mask, x.shape)) as tf.Tensor2D) : x;
}

/** Predictions from a model's last numbers; see `predictionOf`. z: N. */
function predictions(z: tf.Tensor1D, { curve, range }: Output): tf.Tensor1D {
  if (curve === 'linear') return z;
  if (curve === 'relu') return tf.relu(z);
  const share = tf.sigmoid(z);
  return range ? tf.add(tf.mul(share, range[1] - range[0]), range[0]) : share;
}

/** Mean loss over the pairs of a batch, its gradient written out. z and targets: N. */
export function pairLoss(z: tf.Tensor1D, targets: tf.Tensor1D, loss: 'bce' | 'mse', output: Output): tf.Scalar {
  const n = targets.size;
  return withGradient((x: tf.Tensor, save) => {
    if (loss === 'bce') {
      save([tf.div(tf.sub(tf.sigmoid(x), targets), n)]);
      return {
        value: tf.mean(tf.sub(tf.softplus(x), tf.mul(targets, x))),
        gradFunc: (dy, [gradient]) => tf.mul(gradient, dy),
      };
    }
    const prediction = predictions(x as tf.Tensor1D, output);
    const error = tf.sub(prediction, targets);
    let gradient: tf.Tensor = tf.mul(error, 2 / n);
    if (output.curve === 'relu') gradient = tf.mul(gradient, tf.cast(tf.greater(x, 0), 'float32'));
    else if (output.curve === 'sigmoid') {
      const [low, high] = output.range ?? [0, 1];
      const share = tf.div(tf.sub(prediction, low), high - low);
      gradient = tf.mul(gradient, tf.mul(tf.mul(share, tf.sub(1, share)), high - low));
    }
    save([gradient]);
    return { value: tf.mean(tf.square(error)), gradFunc: (dy, [saved]) => tf.mul(saved, dy) };
  }, z as tf.Tensor) as tf.Scalar;
}

/** Accuracy of telling pairs from non-pairs (bce), mean absolute error where values are learned (mse). */
export function pairMetric(z: tf.Tensor1D, targets: tf.Tensor1D, loss: 'bce' | 'mse', output: Output): tf.Scalar {
  if (loss === 'bce') {
    return tf.mean(tf.cast(tf.equal(tf.greater(z, 0), tf.greater(targets, 0.5)), 'float32'));
  }
  return tf.mean(tf.abs(tf.sub(predictions(z, output), targets)));
}

/** z by groups of a pair that exists and its negatives: groups × group. */
function grouped(z: tf.Tensor, group: number): tf.Tensor2D {
  return tf.reshape(z, [z.size / group, group]);
}

/** The pair of each group, groups × 1, and its negatives, groups × (group − 1). */
function parted(groups: tf.Tensor2D): { pair: tf.Tensor2D; negatives: tf.Tensor2D } {
  return { pair: tf.slice2d(groups, [0, 0], [-1, 1]), negatives: tf.slice2d(groups, [0, 1], [-1, -1]) };
}

/** Mean loss that compares each pair with its own negatives, its gradient written out; see docs/models.md. z: N. */
export function groupLoss(z: tf.Tensor1D, group: number, loss: 'bpr' | 'softmax'): tf.Scalar {
  return withGradient((x: tf.Tensor, save) => {
    const groups = grouped(x, group);
    const { pair, negatives } = parted(groups);
    const count = groups.shape[0];
    let value: tf.Tensor;
    let gradient: tf.Tensor;
    if (loss === 'softmax') {
      value = tf.mean(tf.sub(tf.logSumExp(groups, 1, true), pair));
      const first = tf.tensor2d([1, ...new Array<number>(group - 1).fill(0)], [1, group]);
      gradient = tf.div(tf.sub(tf.softmax(groups), first), count);
    } else {
      const apart = tf.sub(pair, negatives);
      value = tf.mean(tf.softplus(tf.neg(apart)));
      const ofNegatives = tf.div(tf.sigmoid(tf.neg(apart)), negatives.size);
      gradient = tf.concat([tf.neg(tf.sum(ofNegatives, 1, true)), ofNegatives], 1);
    }
    save([tf.reshape(gradient, [x.size])]);
    return { value, gradFunc: (dy, [saved]) => tf.mul(saved, dy) };
  }, z as tf.Tensor) as tf.Scalar;
}

/** Share of negatives that are scored below their pair. */
export function groupMetric(z: tf.Tensor1D, group: number): tf.Scalar {
  const { pair, negatives } = parted(grouped(z, group));
  return tf.mean(tf.cast(tf.less(negatives, pair), 'float32'));
}
