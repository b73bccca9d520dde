import * as tf from '@tensorflow/tfjs';
import { BestColumns, topByRows } from '../best-columns';
import type { ItemScorer, ScoredColumns } from '../engine';
import type { TfjsHost } from './trainer';

/** Columns that a block of rows is multiplied with at a time. */
const COLUMNS = 8192;
/** Rows whose best columns are looked for at a time. */
const ROWS = 256;

/** Keeps the column vectors on the device and multiplies blocks of rows with them. */
export function createTfjsScorer(scored: ScoredColumns, host: TfjsHost): ItemScorer {
  const { dimensions: d, columns, bias, temperature, unknown } = scored;
  const count = columns.length / d;
  const blocks = Array.from({ length: Math.ceil(count / COLUMNS) }, (_, i) => {
    const first = i * COLUMNS;
    const size = Math.min(COLUMNS, count - first);
    const part = columns.subarray(first * d, (first + size) * d);
    return {
      first,
      size,
      // Transposed and scaled once: the same right operand serves every block of rows.
      right: tf.tidy(() => tf.mul(tf.transpose(tf.tensor2d(part, [size, d])), temperature)) as tf.Tensor2D,
      offset: bias ? tf.tensor1d(bias.subarray(first, first + size)) : null,
    };
  });
  const multiply = async (u: Float32Array, { right, offset }: (typeof blocks)[number]) => {
    host.use();
    const scores = tf.tidy(() => {
      const product = tf.matMul(tf.tensor2d(u, [u.length / d, d]), right);
      return offset ? tf.add(product, offset) : product;
    });
    const values = (await Promise.race([scores.data(), host.whenLost])) as Float32Array;
    scores.dispose();
    return values;
  };
  return {
    async score(u) {
      if (blocks.length === 1) return multiply(u, blocks[0]);
      const rows = u.length / d;
      const all = new Float32Array(rows * count);
      for (const block of blocks) {
        const scores = await multiply(u, block);
        for (let b = 0; b < rows; b++) {
          all.set(scores.subarray(b * block.size, (b + 1) * block.size), b * count + block.first);
        }
      }
      return all;
    },
    top: (u, k, skip) =>
      topByRows({ u, dimensions: d, columns: count, k, skip }, ROWS, async (part, own) => {
        const best = new BestColumns(part.length / d, k, { columns: count, skip: own, unknown });
        for (const block of blocks) best.take(await multiply(part, block), block.first, block.size);
        return best.result();
      }),
    dispose() {
      for (const { right, offset } of blocks) tf.dispose(offset ? [right, offset] : [right]);
    },
  };
}
