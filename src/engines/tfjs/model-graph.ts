import type * as tf from '@tensorflow/tfjs';
import type { Block, BlockInputs, PairBatch, Pairs } from '../engine';

/** A family of models in tfjs's operations, over the tables of one model. */
export interface ModelGraph {
  block(block: Block): tf.Scalar;
  pairs(batch: PairBatch): { loss: tf.Scalar; metric: tf.Scalar };
  logits(pairs: Pairs): tf.Tensor1D;
  score(rows: Int32Array, inputs: BlockInputs | null): tf.Tensor2D;
}
