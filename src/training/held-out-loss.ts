import { type Csr, rowOf } from '../data/csr';
import { Random } from '../data/random';
import type { ModelTrainer } from '../engines/engine';
import { outputOf, predictionOf } from '../models/output';
import type { ModelSpec } from '../models/spec';
import type { BlockSpec, PairSpec, TrainingSpec } from '../models/training';
import { BlockSampler } from './block-sampler';
import { NegativeSampler } from './negative-sampler';
import { PairSampler } from './pair-sampler';
import type { TrainingData } from './training-data';

/** Rows looked at after each epoch: enough for a steady curve, few enough to cost little. */
const ROWS = 1024;
const BLOCK = 256;
/** Pairs looked at after each epoch. */
const PAIRS = 1 << 18;
const PAIRS_AT_ONCE = 4096;

export interface HeldOutFigures {
  readonly loss: number;
  /** Mean absolute error (values) or accuracy (pairs); null for models of blocks. */
  readonly figure: number | null;
}

/** What measures a run after each epoch; null when nothing is held out. */
export type HeldOutMeasure = (trainer: ModelTrainer, breathe: () => Promise<void>) => Promise<HeldOutFigures>;

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
  const columnFeatures = sampler.columnFeatures(null);
  return async (trainer, breathe) => {
    let sum = 0;
    let terms = 0;
    for (let start = 0; start < rows.length; start += BLOCK) {
      const block = rows.slice(start, start + BLOCK);
      const scores = await trainer.score(block, { ...sampler.inputs(block, null), columnFeatures });
      const columns = model.loss === 'bce' ? columnsOf(block, train, heldOut) : null;
      for (let b = 0; b < block.length; b++) {
        const row = scores.subarray(b * train.columns, (b + 1) * train.columns);
        const known = rowOf(train, block[b]);
        const wanted = rowOf(heldOut, block[b]);
        const part = columns ? crossEntropy(row, known, wanted, columns) : negativeLogShare(row, known, wanted);
        sum += part.sum;
        terms += part.terms;
      }
      await breathe();
    }
    return { loss: sum / terms, figure: null };
  };
}

/** Held-out pairs, with negatives drawn once where the model learns from such. */
function ofPairs(data: TrainingData, model: ModelSpec, batches: PairSpec, seed: number): HeldOutMeasure {
  const { heldOut, heldOutValues } = data;
  const random = Random.derive(seed, 'held-out pairs');
  const rowOfPair = new Uint32Array(heldOut.indices.length);
  for (let r = 0; r < heldOut.rows; r++) rowOfPair.fill(r, heldOut.offsets[r], heldOut.offsets[r + 1]);
  const each = 1 + (batches.negatives?.perPositive ?? 0);
  let chosen = Uint32Array.from(rowOfPair, (_, i) => i);
  const limit = Math.floor(PAIRS / each);
  if (chosen.length > limit) chosen = random.shuffle(chosen).slice(0, limit).sort();
  const known = {
    rows: Int32Array.from(chosen, (i) => rowOfPair[i]),
    columns: Int32Array.from(chosen, (i) => heldOut.indices[i]),
    targets: Float32Array.from(chosen, (i) => (batches.target === 'value' && heldOutValues ? heldOutValues[i] : 1)),
  };
  const { rows, columns, targets } = batches.negatives
    ? new NegativeSampler(data.train, batches.negatives).extend(known, random)
    : known;
  const sampler = new PairSampler(data, batches, seed);
  const output = outputOf(model);
  return async (trainer, breathe) => {
    let loss = 0;
    let figure = 0;
    for (let start = 0; start < rows.length; start += PAIRS_AT_ONCE) {
      const part = [rows, columns].map((list) => list.subarray(start, start + PAIRS_AT_ONCE));
      const z = await trainer.logits({ rows: part[0], columns: part[1], ...sampler.features(part[0], part[1]) });
      for (let i = 0; i < z.length; i++) {
        const y = targets[start + i];
        if (model.loss === 'bce') {
          loss += Math.max(z[i], 0) + Math.log1p(Math.exp(-Math.abs(z[i]))) - y * z[i];
          figure += z[i] > 0 === y > 0.5 ? 1 : 0;
        } else {
          const error = predictionOf(z[i], output) - y;
          loss += error * error;
          figure += Math.abs(error);
        }
      }
      await breathe();
    }
    return { loss: loss / rows.length, figure: figure / rows.length };
  };
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
