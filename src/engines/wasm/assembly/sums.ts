import { at, float, plan, setFloat, table } from './memory';
import { applyFeatures, move, shareOfTable } from './optimiser';
import { recordStep } from './lazy-adam';
import { PAIRS_PER_CHUNK, CHUNK_SUMS, Loss, Plan, Side, Table } from './plan';
import { barrier } from './threads';

/** Pairs of a chunk: whole groups, as many as come to PAIRS_PER_CHUNK, one at least. */
export function chunkPairs(): i32 {
  const group = plan(Plan.Group);
  return max(1, PAIRS_PER_CHUNK / group) * group;
}

/** Address of the sums of step `i` of a command: loss, metric, then what each thread adds to the loss. */
@inline
function sumsOf(i: i32): usize {
  return at(Plan.SumsAt) + (<usize>(i * (2 + plan(Plan.Threads))) << 3);
}

/** Writes down that a step has no chunks: what it comes to are the threads' parts. */
export function beginSums(i: i32): void {
  store<f64>(sumsOf(i), 0);
  store<f64>(sumsOf(i), 0, 8);
}

/** Stores what a step comes to where no thread adds to it. */
export function storeStep(i: i32, loss: f64, metric: f64): void {
  store<f64>(sumsOf(i), loss);
  store<f64>(sumsOf(i), metric, 8);
  for (let t = 0; t < plan(Plan.Threads); t++) addLoss(i, 0, t);
}

/** Stores a thread's part of the loss of a step. */
export function addLoss(i: i32, part: f64, thread: i32): void {
  store<f64>(sumsOf(i) + (<usize>(2 + thread) << 3), part);
}

/** Writes what the pairs of a chunk sum up to. */
@inline
export function storeSums(sums: usize, loss: f64, metric: f64, weight: f64, bias: f64): void {
  store<f64>(sums, loss);
  store<f64>(sums, metric, 8);
  store<f64>(sums, weight, 16);
  store<f64>(sums, bias, 24);
  store<f64>(sums, 0, 32);
}

/** Adds what the penalties of a chunk come to. */
export function storePenalty(chunk: i32, penalty: f64): void {
  store<f64>(chunkSums(chunk), penalty, 32);
}

/** Address of the sums of a chunk. */
@inline
export function chunkSums(chunk: i32): usize {
  return at(Plan.ChunkSumsAt) + (<usize>(chunk * CHUNK_SUMS) << 3);
}

/** Adds up the chunks of step `i`, makes means of them, and moves a link. By the first thread. */
export function sumChunks(i: i32, chunks: i32, groups: i32): void {
  let loss: f64 = 0;
  let metric: f64 = 0;
  let weight: f64 = 0;
  let bias: f64 = 0;
  let penalty: f64 = 0;
  for (let c = 0; c < chunks; c++) {
    const sums = chunkSums(c);
    loss += load<f64>(sums);
    metric += load<f64>(sums, 8);
    weight += load<f64>(sums, 16);
    bias += load<f64>(sums, 24);
    penalty += load<f64>(sums, 32);
  }
  const group = plan(Plan.Group);
  const pairs = <f64>(groups * group);
  const negatives = <f64>(groups * (group - 1));
  const kind = plan(Plan.Loss);
  const grouped = kind === Loss.Bpr || kind === Loss.Softmax;
  const terms = kind === Loss.Bpr ? negatives : kind === Loss.Softmax ? <f64>groups : pairs;
  store<f64>(sumsOf(i), loss / terms + penalty);
  store<f64>(sumsOf(i), metric / (grouped ? negatives : pairs), 8);
  // The link lies as its two numbers, their moments and room for their gradient, four floats each.
  const link = at(Plan.LinkAt);
  if (link === 0) return;
  setFloat(link, 12, <f32>weight);
  setFloat(link, 13, <f32>bias);
  move(link, 4, link + 48, 16);
}

/** Ends a step: moves what belongs to no row, the features, and records the step for the rows that it left out. */
export function endStep(i: i32, step: i32, thread: i32): void {
  barrier();
  if (table(Side.RowFeature, Table.Count) > 0 || table(Side.ColumnFeature, Table.Count) > 0) {
    for (let side: i32 = Side.RowFeature; side <= Side.ColumnFeature; side++) {
      if (table(side, Table.Count) > 0) applyFeatures(side, shareOfTable(side, thread), shareOfTable(side, thread + 1));
    }
    barrier();
  }
  if (thread === 0) recordStep(step, float(at(Plan.RatesAt), i));
}
