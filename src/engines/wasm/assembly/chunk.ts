import { addMember, gatherPlaces, updateSlots, startMembers } from './batch';
import { at, int, plan, setInt, table, tableAt, vector } from './memory';
import { madd, splat, horizontalSums } from './numbers';
import { Loss, Plan, Side, Table } from './plan';
import { groupLossGradients, pairLossGradients } from './loss-gradients';
import { chunkSums, storePenalty } from './sums';
import { slotOf, setSlot } from './tables';

// Pairs are scored in chunks. Where tables are large, most rows of a batch are in one chunk alone: such a row is
// caught up, gathered, scored and moved while it lies in the second cache, and comes from the memory
// and goes back to it but once a step. What other chunks have too is gathered before all of them and moved after.

/** Vectors of each side that this thread has carried on in the step at hand. */
let carriedRows: i32 = 0;
let carriedColumns: i32 = 0;

/** Readies a thread for the chunks of a step. */
export function beginChunks(): void {
  carriedRows = 0;
  carriedColumns = 0;
}

/** Scores pairs from..to, writes down their logitGradients and what their losses sum up to, and moves what they alone have. */
export function chunkStep(chunk: i32, from: i32, to: i32, groups: i32, thread: i32): void {
  const us = at(Plan.RowSlotsAt);
  const vs = at(Plan.ColumnSlotsOfPairsAt);
  const rows = placeChunkLocal(Side.Row, at(Plan.RowsAt), us, from, to, thread);
  const columns = placeChunkLocal(Side.Column, at(Plan.ColumnsAt), vs, from, to, thread);
  const firstRow = firstChunkLocal(Side.Row, thread);
  const firstColumn = firstChunkLocal(Side.Column, thread);
  gatherPlaces(Side.Row, firstRow, firstRow + rows, true);
  gatherPlaces(Side.Column, firstColumn, firstColumn + columns, true);
  scorePairs(from, to);
  const sums = chunkSums(chunk);
  const loss = plan(Plan.Loss);
  if (loss === Loss.Bpr || loss === Loss.Softmax) groupLossGradients(from, to, groups, sums);
  else pairLossGradients(from, to, groups * plan(Plan.Group), sums);
  const penalty = updateChunkLocal(Side.Row, rows, us, vs, from, to, tableAt(Side.Column, Table.GatheredAt), thread);
  storePenalty(
    chunk,
    penalty + updateChunkLocal(Side.Column, columns, vs, us, from, to, tableAt(Side.Row, Table.GatheredAt), thread),
  );
  if (rows > 0) carriedRows = carry(Side.Row, rows, us, vs, from, to, carriedRows, thread);
  if (columns > 0) carriedColumns = carry(Side.Column, columns, vs, us, from, to, carriedColumns, thread);
}

/** First of the places of rows that only the chunk at hand has. */
@inline
function firstChunkLocal(side: i32, thread: i32): i32 {
  return table(side, Table.ChunkLocalFrom) + thread * table(side, Table.ChunkLocalCapacity);
}

/** Finds the places of the entries of pairs from..to, and gives some to those that no other chunk has. Gives how many these are. */
function placeChunkLocal(side: i32, entries: usize, own: usize, from: i32, to: i32, thread: i32): i32 {
  const marks = tableAt(side, Table.MarksAt);
  const chosen = tableAt(side, Table.ListAt);
  const nexts = tableAt(side, Table.NextMemberAt);
  const first = firstChunkLocal(side, thread);
  let next = first;
  for (let n = from; n < to; n++) {
    const entry = int(entries, n);
    let slot = slotOf(marks, entry);
    if (slot < 0) {
      slot = next++;
      setSlot(marks, entry, slot);
      setInt(chosen, slot, entry);
      setInt(nexts, slot, 0);
    }
    setInt(own, n, slot);
    if (slot >= first) setInt(nexts, slot, int(nexts, slot) + 1);
  }
  return next - first;
}

/** Moves the rows that only the chunk at hand has. Gives the penalty. */
function updateChunkLocal(side: i32, count: i32, own: usize, others: usize, from: i32, to: i32, vectors: usize, thread: i32): f64 {
  if (count === 0) return 0;
  const first = firstChunkLocal(side, thread);
  const members = tableAt(side, Table.ChunkLocalMembersAt) + (<usize>(thread * table(side, Table.ChunkLocalCapacity)) << 3);
  startMembers(side, first, first + count, 0);
  for (let n = from; n < to; n++) {
    const slot = int(own, n);
    if (slot >= first) addMember(side, members, slot, n, others);
  }
  return updateSlots(side, first, first + count, vectors, members, true, thread);
}

/**
 * Keeps the vectors of rows that were moved here for their pairs with columns that will be moved later; and so
 * with columns. `carried` is how many this thread keeps already; gives how many then.
 */
function carry(side: i32, count: i32, own: usize, others: usize, from: i32, to: i32, carried: i32, thread: i32): i32 {
  const first = firstChunkLocal(side, thread);
  const places = tableAt(side, Table.FirstMemberAt);
  const vectors = tableAt(side, Table.GatheredAt);
  const floats = plan(Plan.Gathered);
  const other = side === Side.Row ? Side.Column : Side.Row;
  const gathered = table(other, Table.ChunkLocalFrom);
  const begin = table(side, Table.CarriedFrom) + thread * table(side, Table.CarriedCapacity);
  for (let slot = first; slot < first + count; slot++) setInt(places, slot, 0);
  let next = begin + carried;
  for (let n = from; n < to; n++) {
    const slot = int(own, n);
    if (slot < first || int(others, n) >= gathered) continue;
    let place = int(places, slot);
    if (place === 0) {
      place = next++;
      setInt(places, slot, place);
      memory.copy(vector(vectors, place, floats), vector(vectors, slot, floats), <usize>floats << 2);
    }
    setInt(own, n, place);
  }
  return next - begin;
}

/** Scores of pairs from..to, whose rows and columns are gathered, before a link: four at a time. */
export function scorePairs(from: i32, to: i32): void {
  const bytes = <usize>plan(Plan.Gathered) << 2;
  const u = tableAt(Side.Row, Table.GatheredAt);
  const v = tableAt(Side.Column, Table.GatheredAt);
  const us = at(Plan.RowSlotsAt);
  const vs = at(Plan.ColumnSlotsOfPairsAt);
  const z = at(Plan.LogitGradientsAt);
  const last = to - 1;
  for (let n = from; n < to; n += 4) {
    const n1 = min(n + 1, last);
    const n2 = min(n + 2, last);
    const n3 = min(n + 3, last);
    const u0 = u + <usize>int(us, n) * bytes;
    const u1 = u + <usize>int(us, n1) * bytes;
    const u2 = u + <usize>int(us, n2) * bytes;
    const u3 = u + <usize>int(us, n3) * bytes;
    const v0 = v + <usize>int(vs, n) * bytes;
    const v1 = v + <usize>int(vs, n1) * bytes;
    const v2 = v + <usize>int(vs, n2) * bytes;
    const v3 = v + <usize>int(vs, n3) * bytes;
    let a = splat(0);
    let b = splat(0);
    let c = splat(0);
    let d = splat(0);
    let k: usize = 0;
    do {
      a = madd(v128.load(u0 + k), v128.load(v0 + k), a);
      b = madd(v128.load(u1 + k), v128.load(v1 + k), b);
      c = madd(v128.load(u2 + k), v128.load(v2 + k), c);
      d = madd(v128.load(u3 + k), v128.load(v3 + k), d);
      k += 16;
    } while (k < bytes);
    const sums = horizontalSums(a, b, c, d);
    const place = z + (<usize>n << 2);
    if (n + 4 <= to) {
      v128.store(place, sums);
    } else {
      store<f32>(place, f32x4.extract_lane(sums, 0));
      if (n + 1 < to) store<f32>(place, f32x4.extract_lane(sums, 1), 4);
      if (n + 2 < to) store<f32>(place, f32x4.extract_lane(sums, 2), 8);
    }
  }
}
