import { type Csr, rowOf } from '../data/csr';
import { Random } from '../data/random';
import type { FactorTrainer } from '../engines/engine';
import { pooledInputs } from '../engines/pooled-inputs';
import type { FactorSpec } from '../models/factor';

/** Rows looked at after each epoch: enough for a steady curve, few enough to cost little. */
const ROWS = 1024;
const BLOCK = 256;

export interface HeldOutLoss {
  readonly loss: number;
}

/**
 * The model's own loss on held-out pairs of a fixed, seeded choice of rows, or null when nothing is
 * held out. Training pairs are left out of the comparison: softmax is taken over the columns that a
 * row does not have in training, cross-entropy over the same cells, as in a block of the batch.
 */
export async function heldOutLoss(
  run: { model: FactorSpec; train: Csr; heldOut: Csr; seed: number },
  trainer: Pick<FactorTrainer, 'score'>,
  breathe: () => Promise<void>,
): Promise<HeldOutLoss | null> {
  const { model, train, heldOut, seed } = run;
  const tested: number[] = [];
  for (let r = 0; r < heldOut.rows; r++) if (heldOut.offsets[r + 1] > heldOut.offsets[r]) tested.push(r);
  if (tested.length === 0) return null;
  const rows = Int32Array.from(Random.derive(seed, 'held-out rows').shuffle(tested).slice(0, ROWS)).sort();
  const scratch = new Int32Array(train.columns).fill(-1);
  let sum = 0;
  let terms = 0;
  for (let start = 0; start < rows.length; start += BLOCK) {
    const block = rows.slice(start, start + BLOCK);
    const inputs = model.rowVector === 'pooled' ? pooledInputs(train, block, scratch) : null;
    const scores = await trainer.score(block, inputs);
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
  return { loss: sum / terms };
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
