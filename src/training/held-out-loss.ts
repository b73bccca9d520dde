import { keyOf } from '../data/counter-rng';
import { type Csr, rowOf } from '../data/csr';
import { Random } from '../data/random';
import { drawNegatives } from '../engines/draw';
import type { ModelTrainer } from '../engines/engine';
import { groupLoss } from '../models/group-loss';
import { outputOf } from '../models/output';
import { pairLoss } from '../models/pair-loss';
import type { ModelSpec } from '../models/spec';
import type { BlockSpec, PairSpec, TrainingSpec } from '../models/training';
import { checkpoint, type TaskContext } from '../task';
import { BlockSampler } from './block-sampler';
import { PairSampler } from './pair-sampler';
import type { TrainingData } from './training-data';

/** Rows looked at after each epoch: enough for a steady curve, few enough to cost little. */
const ROWS = 1024;
const BLOCK = 256;
/** Scores that come back at a time: 16 MB, however many columns there are. */
const CELLS_PER_READ = 1 << 22;
/** Pairs looked at after each epoch. */
const PAIRS = 1 << 18;
const PAIRS_PER_READ = 4096;

interface HeldOutMetrics {
  readonly loss: number;
  /** As `ModelTrainer.metrics`; null for models of blocks. */
  readonly metric: number | null;
}

/** What measures a run after each epoch; null when nothing is held out. */
export type HeldOutMeasure = (trainer: ModelTrainer, task: TaskContext<never>) => Promise<HeldOutMetrics>;

/** The model's own loss on held-out pairs of a fixed, seeded choice. */
export function heldOutMeasure(
  data: TrainingData,
  model: ModelSpec,
  { batches }: TrainingSpec,
  seed: number,
): HeldOutMeasure | null {
  if (data.heldOut.indices.length === 0) return null;
  return batches.kind === 'blocks' ? ofBlocks(data, model, batches, seed) : ofPairs(data, model, batches, seed);
}

/**
 * Training pairs are left out of the comparison: softmax is taken over the columns that a row does
 * not have in training, cross-entropy over the same cells, as in a block of the batch.
 */
function ofBlocks(data: TrainingData, model: ModelSpec, batches: BlockSpec, seed: number): HeldOutMeasure {
  const { train, heldOut } = data;
  const tested: number[] = [];
  for (let r = 0; r < heldOut.rows; r++) if (heldOut.offsets[r + 1] > heldOut.offsets[r]) tested.push(r);
  const rows = Int32Array.from(Random.derive(seed, 'held-out rows').shuffle(tested).slice(0, ROWS)).sort();
  const sampler = new BlockSampler(data, model, batches, seed);
  const rowsPerRead = Math.max(1, Math.min(BLOCK, Math.floor(CELLS_PER_READ / train.columns)));
  return async (trainer, task) => {
    let sum = 0;
    let terms = 0;
    for (let start = 0; start < rows.length; start += rowsPerRead) {
      const block = rows.slice(start, start + rowsPerRead);
      const scores = await trainer.score(block, sampler.inputs(block, null));
      const columns = model.loss === 'bce' ? columnsOf(block, train, heldOut) : null;
      for (let b = 0; b < block.length; b++) {
        const row = scores.subarray(b * train.columns, (b + 1) * train.columns);
        const known = rowOf(train, block[b]);
        const wanted = rowOf(heldOut, block[b]);
        const part = columns ? crossEntropy(row, known, wanted, columns) : negativeLogShare(row, known, wanted);
        sum += part.sum;
        terms += part.terms;
      }
      await checkpoint(task);
    }
    return { loss: sum / terms, metric: null };
  };
}

/** Held-out pairs, with negatives drawn once where the model learns from such. */
function ofPairs(data: TrainingData, model: ModelSpec, batches: PairSpec, seed: number): HeldOutMeasure {
  const group = 1 + (batches.negatives?.perPositive ?? 0);
  const { rows, columns, targets } = heldOutPairs(data, batches, seed, group);
  const output = outputOf(model);
  const lossAndMetric = (z: Float64Array, start: number) =>
    model.loss === 'bce' || model.loss === 'mse'
      ? pairLoss(z, targets.subarray(start, start + z.length), model.loss, output)
      : groupLoss(z, group, model.loss);
  const atOnce = Math.max(1, Math.floor(PAIRS_PER_READ / group)) * group;
  return async (trainer, task) => {
    let loss = 0;
    let metric = 0;
    for (let start = 0; start < rows.length; start += atOnce) {
      const end = start + atOnce;
      const z = await trainer.logits({ rows: rows.subarray(start, end), columns: columns.subarray(start, end) });
      // Parts of whole groups: each counts by its pairs.
      const part = lossAndMetric(Float64Array.from(z), start);
      loss += part.loss * z.length;
      metric += part.metric * z.length;
      await checkpoint(task);
    }
    return { loss: loss / rows.length, metric: metric / rows.length };
  };
}

/** A fixed, seeded choice of held-out pairs in groups, each followed by its negatives. */
function heldOutPairs(data: TrainingData, batches: PairSpec, seed: number, group: number) {
  const { heldOut, heldOutValues } = data;
  const rowOfPair = new Uint32Array(heldOut.indices.length);
  for (let r = 0; r < heldOut.rows; r++) rowOfPair.fill(r, heldOut.offsets[r], heldOut.offsets[r + 1]);
  let chosen = Uint32Array.from(rowOfPair, (_, i) => i);
  const limit = Math.floor(PAIRS / group);
  if (chosen.length > limit) {
    chosen = Random.derive(seed, 'held-out pairs').shuffle(chosen).slice(0, limit).sort();
  }
  const { source, pool } = new PairSampler(data, batches, seed);
  const key = keyOf(seed, 'held-out negatives');
  const pairs = {
    rows: new Int32Array(chosen.length * group),
    columns: new Int32Array(chosen.length * group),
    targets: new Float32Array(chosen.length * group).fill(batches.negatives?.target ?? 0),
  };
  chosen.forEach((i, n) => {
    const at = n * group;
    pairs.rows[at] = rowOfPair[i];
    pairs.columns[at] = heldOut.indices[i];
    pairs.targets[at] = batches.target === 'value' && heldOutValues ? heldOutValues[i] : 1;
    drawNegatives(source, pool, key, n, pairs, at);
  });
  return pairs;
}

function negativeLogShare(scores: Float32Array, known: Uint32Array, wanted: Uint32Array) {
  for (const column of known) scores[column] = Number.NEGATIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (const score of scores) if (score > maximum) maximum = score;
  let total = 0;
  for (const score of scores) total += Math.exp(score - maximum);
  const logTotal = maximum + Math.log(total);
  let sum = 0;
  for (const column of wanted) sum += logTotal - scores[column];
  return { sum, terms: wanted.length };
}

function crossEntropy(scores: Float32Array, known: Uint32Array, wanted: Uint32Array, columns: Int32Array) {
  const skip = new Set(known);
  const positive = new Set(wanted);
  let sum = 0;
  let terms = 0;
  for (const column of columns) {
    if (skip.has(column)) continue;
    const z = scores[column];
    sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - (positive.has(column) ? z : 0);
    terms++;
  }
  return { sum, terms };
}

function columnsOf(rows: Int32Array, ...matrices: Csr[]): Int32Array {
  const columns = new Set<number>();
  for (const row of rows) for (const matrix of matrices) for (const column of rowOf(matrix, row)) columns.add(column);
  return Int32Array.from(columns).sort();
}
