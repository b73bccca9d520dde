import { drawBatch, fillMembers, releaseListed, gatherListed, listBatch, listPairs, updateListed } from './batch';
import { beginChunks, chunkStep, scorePairs } from './chunk';
import { at, float, int, plan, setFloat, setInt, tableAt } from './memory';
import { beginStep, updateUntouchedRows } from './optimiser';
import { Plan, Side, Table } from './plan';
import { addLoss, chunkPairs, endStep, sumChunks } from './sums';
import { barrier, shareFrom } from './threads';
import { slotOf } from './tables';

/** Steps of pairs that are drawn here, one for each rate. */
export function drawnSteps(steps: i32, thread: i32): void {
  for (let i = 0; i < steps; i++) {
    const step = plan(Plan.EpochStep) + i;
    pairStep(i, drawBatch(step, thread), thread);
  }
}

/** One step with pairs that were written by the other side. */
export function writtenStep(thread: i32): void {
  pairStep(0, listBatch(thread), thread);
}

/**
 * Step number `i` of a command, whose pairs this thread has drawn and listed its share of.
 *
 * A thread keeps some of the rows and some of the columns, and nobody else reads or writes these in
 * their tables. It gathers those that the batch has; scores a share of the pairs, whose logitGradients it
 * writes down; and then goes through the pairs of each row that it keeps, in their order, adds up its
 * gradient and moves it, and so with its columns. Nothing depends on who was first, and no sum on how
 * many threads there are: the same bits come out on one thread and on eight.
 *
 * What one thread writes and another reads lies on two sides of a barrier.
 */
function pairStep(i: i32, groups: i32, thread: i32): void {
  const group = plan(Plan.Group);
  const pairs = groups * group;
  const step = plan(Plan.Step) + i + 1;
  beginStep(step, float(at(Plan.RatesAt), i), pairs);
  barrier();
  const chunk = chunkPairs();
  gatherListed(Side.Row, at(Plan.RowsAt), chunk, pairs, thread);
  gatherListed(Side.Column, at(Plan.ColumnsAt), chunk, pairs, thread);
  barrier();
  const chunks = (pairs + chunk - 1) / chunk;
  beginChunks();
  for (let c = shareFrom(chunks, thread); c < shareFrom(chunks, thread + 1); c++) {
    chunkStep(c, c * chunk, min(pairs, (c + 1) * chunk), groups, thread);
  }
  barrier();
  if (thread === 0) sumChunks(i, chunks, groups);
  updateUntouchedRows(thread);
  fillMembers(Side.Row, at(Plan.ColumnSlotsOfPairsAt), at(Plan.RowSlotsAt), thread);
  fillMembers(Side.Column, at(Plan.RowSlotsAt), at(Plan.ColumnSlotsOfPairsAt), thread);
  const penalty = updateListed(Side.Row, tableAt(Side.Column, Table.GatheredAt), thread);
  addLoss(i, penalty + updateListed(Side.Column, tableAt(Side.Row, Table.GatheredAt), thread), thread);
  endStep(i, step, thread);
}

/** Last numbers of written pairs, link and all, without moving anything. */
export function pairScores(thread: i32): void {
  const pairs = plan(Plan.Pairs);
  const from = shareFrom(pairs, thread);
  const to = shareFrom(pairs, thread + 1);
  listPairs(from, to, thread);
  barrier();
  gatherListed(Side.Row, at(Plan.RowsAt), 0, pairs, thread);
  gatherListed(Side.Column, at(Plan.ColumnsAt), 0, pairs, thread);
  barrier();
  const logitGradients = at(Plan.LogitGradientsAt);
  const link = at(Plan.LinkAt);
  if (to > from) {
    for (let n = from; n < to; n++) {
      setInt(at(Plan.RowSlotsAt), n, slotOf(tableAt(Side.Row, Table.MarksAt), int(at(Plan.RowsAt), n)));
      setInt(at(Plan.ColumnSlotsOfPairsAt), n, slotOf(tableAt(Side.Column, Table.MarksAt), int(at(Plan.ColumnsAt), n)));
    }
    scorePairs(from, to);
  }
  if (link !== 0) for (let n = from; n < to; n++) setFloat(logitGradients, n, float(logitGradients, n) * float(link, 0) + float(link, 1));
  barrier();
  releaseListed(Side.Row, thread);
  releaseListed(Side.Column, thread);
}
