import * as tf from '@tensorflow/tfjs';
import { type BlockScorer, DeviceLostError, type ScoredColumns } from '../engine';
import type { TfjsHost } from './trainer';

/** Keeps the column vectors on the device and multiplies blocks of rows with them. */
export function createTfjsScorer(
  { dimensions: d, columns, bias, temperature }: ScoredColumns,
  host: TfjsHost,
): BlockScorer {
  const count = columns.length / d;
  // Transposed and scaled once: the same right operand serves every block.
  const right = tf.tidy(() => tf.mul(tf.transpose(tf.tensor2d(columns, [count, d])), temperature)) as tf.Tensor2D;
  const offset = bias ? tf.tensor1d(bias) : null;
  return {
    async score(u) {
      const reason = host.lost();
      if (reason !== null) throw new DeviceLostError(reason);
      const scores = tf.tidy(() => {
        const product = tf.matMul(tf.tensor2d(u, [u.length / d, d]), right);
        return offset ? tf.add(product, offset) : product;
      });
      const values = (await Promise.race([scores.data(), host.whenLost])) as Float32Array;
      scores.dispose();
      return values;
    },
    dispose() {
      tf.dispose(offset ? [right, offset] : [right]);
    },
  };
}
