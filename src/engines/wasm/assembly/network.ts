import { drawBatch, fillMembers, releaseListed, gatherListed, listBatch, listPairs, updateListed } from './batch';
import { beginDropout } from './dropout';
import { gatherInputs, scatterInputGradients } from './network-io';
import { backward, forward, applyUpdate, weightGradients } from './layers';
import { at, float, plan } from './memory';
import { hash32 } from './numbers';
import { beginStep, updateUntouchedRows } from './optimiser';
import { Plan, Side } from './plan';
import { pairLossGradients } from './loss-gradients';
import { addLoss, chunkPairs, chunkSums, endStep, sumChunks } from './sums';
import { barrier, shareFrom } from './threads';

// The network family (models/network.ts) on batches of pairs. Rows and columns are gathered and moved as
// those of factor models; between lie dense layers. A thread takes some of the pairs forth and back, and
// then some of the weights: what each weight's gradient is summed over has one order for any number of threads.

export function networkSteps(steps: i32, thread: i32): void {
  for (let i = 0; i < steps; i++) {
    const step = plan(Plan.EpochStep) + i;
    const groups = drawBatch(step, thread);
    beginDropout(true, hash32(<u32>plan(Plan.DropoutKey) + <u32>step));
    networkStep(i, groups, thread);
  }
}

export function writtenNetworkStep(thread: i32): void {
  const groups = listBatch(thread);
  beginDropout(plan(Plan.DropoutOn) === 1, <u32>plan(Plan.DropoutSeed));
  networkStep(0, groups, thread);
}

function networkStep(i: i32, groups: i32, thread: i32): void {
  const pairs = groups * plan(Plan.Group);
  const step = plan(Plan.Step) + i + 1;
  beginStep(step, float(at(Plan.RatesAt), i), pairs);
  barrier();
  gatherListed(Side.Row, at(Plan.RowsAt), 0, pairs, thread);
  gatherListed(Side.Column, at(Plan.ColumnsAt), 0, pairs, thread);
  barrier();
  const chunk = chunkPairs();
  const chunks = (pairs + chunk - 1) / chunk;
  const firstChunk = shareFrom(chunks, thread);
  const lastChunk = shareFrom(chunks, thread + 1);
  const from = firstChunk * chunk;
  const to = min(pairs, lastChunk * chunk);
  if (to > from) {
    gatherInputs(from, to, thread);
    forward(from, to, thread);
    for (let c = firstChunk; c < lastChunk; c++) {
      pairLossGradients(c * chunk, min(pairs, (c + 1) * chunk), pairs, chunkSums(c));
    }
    backward(from, to, thread);
    scatterInputGradients(from, to, thread);
  }
  barrier();
  if (thread === 0) sumChunks(i, chunks, groups);
  addLoss(i, 0, thread);
  for (let l = 0; l < plan(Plan.Layers); l++) weightGradients(l, pairs, thread);
  updateUntouchedRows(thread);
  fillMembers(Side.Row, 0, at(Plan.RowSlotsAt), thread);
  fillMembers(Side.Column, 0, at(Plan.ColumnSlotsOfPairsAt), thread);
  updateListed(Side.Row, at(Plan.RowGradientsAt), thread);
  updateListed(Side.Column, at(Plan.ColumnGradientsAt), thread);
  barrier();
  for (let l = 0; l < plan(Plan.Layers); l++) applyUpdate(l, thread);
  endStep(i, step, thread);
}

/** Last numbers of written pairs, without dropout and without moving anything. */
export function networkScores(thread: i32): void {
  const pairs = plan(Plan.Pairs);
  const from = shareFrom(pairs, thread);
  const to = shareFrom(pairs, thread + 1);
  listPairs(from, to, thread);
  beginDropout(false, 0);
  barrier();
  gatherListed(Side.Row, at(Plan.RowsAt), 0, pairs, thread);
  gatherListed(Side.Column, at(Plan.ColumnsAt), 0, pairs, thread);
  barrier();
  if (to > from) {
    gatherInputs(from, to, thread);
    forward(from, to, thread);
  }
  barrier();
  releaseListed(Side.Row, thread);
  releaseListed(Side.Column, thread);
}
