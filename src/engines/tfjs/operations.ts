import * as tf from '@tensorflow/tfjs';
import { NORM_EPSILON } from '../../models/factor';
import { onProcessor, type SparseMatrix, sparseProduct } from './kernels';

/**
 * Differentiable pieces of the factor models, made so that no matrix product asks for a transposed
 * operand: tfjs's wasm backend multiplies those fifteen times slower than a transpose first.
 */

/** The operation together with `save`: tensors made in the forward pass reach the gradient only so. */
type Forward<T extends tf.Tensor[]> = (...all: [...T, tf.GradSaveFunc]) => {
  value: tf.Tensor;
  gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor | tf.Tensor[];
};

export function withGradient<T extends tf.Tensor[]>(forward: Forward<T>, ...inputs: T): tf.Tensor {
  return tf.customGrad(forward as unknown as Parameters<typeof tf.customGrad>[0])(...inputs);
}

/** Rows of a table, in the order of `indices`. Gradients of a row that occurs twice add up. */
export function gatherRows(table: tf.Tensor2D, indices: Int32Array): tf.Tensor2D {
  if (onProcessor()) {
    const positions = Int32Array.from(indices, (_, i) => i);
    return sparseTimes({ to: positions, from: indices, weights: null }, table, indices.length);
  }
  const count = table.shape[0];
  return withGradient((x: tf.Tensor, save) => {
    const where = tf.tensor1d(indices, 'int32');
    save([where]);
    return {
      value: tf.gather(x, where),
      gradFunc: (dy, [saved]) => segmentSum(dy as tf.Tensor2D, saved as tf.Tensor1D, count),
    };
  }, table as tf.Tensor) as tf.Tensor2D;
}

/**
 * Sums of the rows of x that belong to each of `count` segments. tfjs's webgl backend cuts more rows than there
 * are segments into windows, and finds them by a division that is not exact: there we sum piece by piece.
 */
function segmentSum(x: tf.Tensor2D, segments: tf.Tensor1D, count: number): tf.Tensor {
  const [rows, width] = x.shape;
  // Up to thirty rows are never cut.
  const piece = Math.max(30, count);
  if (rows <= piece || tf.getBackend() !== 'webgl') return tf.unsortedSegmentSum(x, segments, count);
  const parts: tf.Tensor[] = [];
  for (let start = 0; start < rows; start += piece) {
    const size = Math.min(piece, rows - start);
    const part = tf.slice2d(x, [start, 0], [size, width]);
    parts.push(tf.unsortedSegmentSum(part, tf.slice1d(segments, start, size), count));
  }
  return tf.addN(parts);
}

/**
 * sparse · table[columns]: how pooled rows come about. `sparse.from` counts in `columns`. On a GPU a
 * dense product, since its atomic additions would come in another order at each run.
 */
export function poolRows(table: tf.Tensor2D, columns: Int32Array, sparse: SparseMatrix, rows: number): tf.Tensor2D {
  if (onProcessor()) {
    const from = Int32Array.from(sparse.from, (position) => columns[position]);
    return sparseTimes({ ...sparse, from }, table, rows);
  }
  const dense = new Float32Array(rows * columns.length);
  sparse.to.forEach((row, p) => {
    dense[row * columns.length + sparse.from[p]] = sparse.weights ? sparse.weights[p] : 1;
  });
  return withGradient((x: tf.Tensor, save) => {
    const matrix = tf.tensor2d(dense, [rows, columns.length]);
    save([matrix]);
    return {
      value: tf.matMul(matrix, x),
      gradFunc: (dy, [saved]) => tf.matMul(tf.transpose(saved), dy),
    };
  }, gatherRows(table, columns) as tf.Tensor) as tf.Tensor2D;
}

function sparseTimes(sparse: SparseMatrix, table: tf.Tensor2D, rows: number): tf.Tensor2D {
  const transposed: SparseMatrix = { to: sparse.from, from: sparse.to, weights: sparse.weights };
  const count = table.shape[0];
  return withGradient(
    (x: tf.Tensor, _save) => ({
      value: sparseProduct(x as tf.Tensor2D, sparse, rows),
      gradFunc: (dy) => sparseProduct(dy as tf.Tensor2D, transposed, count),
    }),
    table as tf.Tensor,
  ) as tf.Tensor2D;
}

/** Each row scaled to length 1. */
export function unitRows(x: tf.Tensor2D): tf.Tensor2D {
  return tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), NORM_EPSILON))) as tf.Tensor2D;
}

/** The pairs of a block of B × K cells. */
export interface BlockTargets {
  readonly rows: number;
  readonly columns: number;
  /** Positions of the pairs in the flattened block. */
  readonly positives: Int32Array;
  /** Pairs in each row of the block. Length B. */
  readonly counts: Float32Array;
}

/** Scores of a block: temperature · u vᵀ + offset. u: B × d, v: K × d, offset: K. */
export function blockScores(
  u: tf.Tensor2D,
  v: tf.Tensor2D,
  offset: tf.Tensor1D | null,
  temperature: number,
): tf.Tensor2D {
  const product = tf.matMul(temperature === 1 ? u : tf.mul(u, temperature), tf.transpose(v));
  return offset ? tf.add(product, offset) : (product as tf.Tensor2D);
}

/** Loss over a block with its gradient written out; see docs/models.md. */
export function blockLoss(
  kind: 'softmax' | 'bce',
  u: tf.Tensor2D,
  v: tf.Tensor2D,
  offset: tf.Tensor1D,
  temperature: number,
  targets: BlockTargets,
): tf.Scalar {
  return withGradient(
    (uu: tf.Tensor, vv: tf.Tensor, oo: tf.Tensor, save) => {
      const z = blockScores(uu as tf.Tensor2D, vv as tf.Tensor2D, oo as tf.Tensor1D, temperature);
      const { value, gradient } = kind === 'softmax' ? softmaxLoss(z, targets) : bceLoss(z, targets);
      save([uu, vv, gradient]);
      return {
        value,
        gradFunc: (dy, [su, sv, dz]) => {
          const factor = tf.mul(dy, temperature);
          const transposed = tf.transpose(dz);
          return [
            tf.mul(tf.matMul(dz, sv), factor),
            tf.mul(tf.matMul(transposed, su), factor),
            tf.mul(tf.sum(transposed, 1), dy),
          ];
        },
      };
    },
    u as tf.Tensor,
    v as tf.Tensor,
    offset as tf.Tensor,
  ) as tf.Scalar;
}

/** A dense block that holds `value` where a cell is a pair. */
function denseTargets({ rows, columns, positives }: BlockTargets, value: number): tf.Tensor2D {
  const dense = new Float32Array(rows * columns);
  for (const position of positives) dense[position] = value;
  return tf.tensor2d(dense, [rows, columns]);
}

function softmaxLoss(z: tf.Tensor2D, targets: BlockTargets) {
  const pairs = targets.positives.length;
  const share = tf.softmax(z);
  // log only where it is needed: tfjs's elementwise exp and log are slow on wasm.
  const chosen = tf.gather(tf.reshape(share, [-1]), tf.tensor1d(targets.positives, 'int32'));
  const value = tf.neg(tf.div(tf.sum(tf.log(tf.maximum(chosen, 1e-37))), pairs));
  const weights = tf.tensor2d(
    targets.counts.map((count) => count / pairs),
    [targets.rows, 1],
  );
  return { value, gradient: tf.sub(tf.mul(share, weights), denseTargets(targets, 1 / pairs)) };
}

function bceLoss(z: tf.Tensor2D, targets: BlockTargets) {
  const y = denseTargets(targets, 1);
  const value = tf.mean(tf.sub(tf.softplus(z), tf.mul(y, z)));
  return { value, gradient: tf.div(tf.sub(tf.sigmoid(z), y), z.size) };
}
