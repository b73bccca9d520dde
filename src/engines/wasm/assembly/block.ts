import { multiply } from './matrix';
import { at, float, int, plan, setFloat, table, tableAt, vector } from './memory';
import { exp4, ln, lnProduct, madd, max4, splat, horizontalSum } from './numbers';
import { beginStep, updateUntouchedRows } from './optimiser';
import { Loss, Plan, Side, Table } from './plan';
import { addLoss, beginSums, endStep } from './sums';
import { barrier, shareFrom } from './threads';
import { apply, scaleVector, gather, unscaleGradient } from './vectors';
import { setSlot } from './tables';

/** Below this a score leaves no trace in an exponential: fills rows of scores up to their length. */
const NOTHING: f32 = -1e30;

/** One step on a rectangle of the interaction matrix. */
export function blockStep(thread: i32): void {
  const step = plan(Plan.Step) + 1;
  const rows = plan(Plan.BlockRows);
  const columns = plan(Plan.BlockColumns);
  const floats = plan(Plan.Gathered);
  const length = plan(Plan.RowLength);
  const scores = at(Plan.ScoresAt);
  beginStep(step, float(at(Plan.RatesAt), 0), 1);
  if (thread === 0) beginSums(0);
  gatherBlock(thread);
  const u = rowVectors();
  const du = rowGradients();
  const v = at(Plan.BlockVectorsAt);
  const dv = at(Plan.BlockGradientsAt);
  const firstRow = shareFrom(rows, thread);
  const lastRow = shareFrom(rows, thread + 1);
  multiply(
    lastRow - firstRow,
    columns,
    floats,
    vector(u, firstRow, floats),
    floats,
    1,
    v,
    1,
    floats,
    vector(scores, firstRow, length),
    length,
    false,
    thread,
  );
  addLoss(0, plan(Plan.Loss) === Loss.Softmax ? softmax(firstRow, lastRow) : crossEntropy(firstRow, lastRow), thread);
  multiply(
    lastRow - firstRow,
    floats,
    columns,
    vector(scores, firstRow, length),
    length,
    1,
    v,
    floats,
    1,
    vector(du, firstRow, floats),
    floats,
    false,
    thread,
  );
  barrier();
  const firstColumn = shareFrom(columns, thread);
  const lastColumn = shareFrom(columns, thread + 1);
  multiply(
    lastColumn - firstColumn,
    floats,
    rows,
    scores + ((<usize>firstColumn) << 2),
    1,
    length,
    u,
    floats,
    1,
    vector(dv, firstColumn, floats),
    floats,
    false,
    thread,
  );
  barrier();
  if (plan(Plan.Pooled)) {
    unpool(firstRow, lastRow);
    barrier();
    spread(thread);
  }
  if (at(Plan.ColumnSlotsAt) !== 0) foldColumns(thread);
  updateUntouchedRows(thread);
  updateBlock(Side.Row, thread);
  updateBlock(Side.Column, thread);
  endStep(0, step, thread);
}

/** Scores of a block of rows against all columns. */
export function blockScores(thread: i32): void {
  const rows = plan(Plan.BlockRows);
  const floats = plan(Plan.Gathered);
  const length = plan(Plan.RowLength);
  gatherBlock(thread);
  const first = shareFrom(rows, thread);
  const count = shareFrom(rows, thread + 1) - first;
  multiply(
    count,
    plan(Plan.BlockColumns),
    floats,
    vector(rowVectors(), first, floats),
    floats,
    1,
    at(Plan.BlockVectorsAt),
    1,
    floats,
    vector(at(Plan.ScoresAt), first, length),
    length,
    false,
    thread,
  );
  barrier();
  releaseBlock(Side.Row, thread);
  releaseBlock(Side.Column, thread);
}

function rowVectors(): usize {
  return plan(Plan.Pooled) ? at(Plan.PooledAt) : tableAt(Side.Row, Table.GatheredAt);
}

function rowGradients(): usize {
  return plan(Plan.Pooled) ? at(Plan.PooledGradientsAt) : tableAt(Side.Row, Table.GradientAt);
}

/** Gathers the rows, or pools them, and the columns; ends with all threads done. */
function gatherBlock(thread: i32): void {
  gatherShare(Side.Row, thread);
  gatherShare(Side.Column, thread);
  const repeated = at(Plan.ColumnSlotsAt) !== 0;
  if (plan(Plan.Pooled) || repeated) barrier();
  if (plan(Plan.Pooled)) pool(shareFrom(plan(Plan.BlockRows), thread), shareFrom(plan(Plan.BlockRows), thread + 1));
  const columns = plan(Plan.BlockColumns);
  if (repeated) unfoldColumns(shareFrom(columns, thread), shareFrom(columns, thread + 1));
  const logChance = at(Plan.LogChanceAt);
  if (logChance !== 0) {
    const floats = plan(Plan.Gathered);
    const place = plan(Plan.Dimensions) + 1;
    for (let k = shareFrom(columns, thread); k < shareFrom(columns, thread + 1); k++) {
      const v = vector(at(Plan.BlockVectorsAt), k, floats);
      setFloat(v, place, float(v, place) - float(logChance, k));
    }
  }
  barrier();
}

/** In a block a table's list lies in one piece, each row once. */
function gatherShare(side: i32, thread: i32): void {
  const length = int(tableAt(side, Table.ListLengthsAt), 0);
  const marks = tableAt(side, Table.MarksAt);
  const floats = plan(Plan.Gathered);
  for (let slot = shareFrom(length, thread); slot < shareFrom(length, thread + 1); slot++) {
    setSlot(marks, int(tableAt(side, Table.ListAt), slot), slot);
    gather(side, slot, false);
    memory.fill(vector(tableAt(side, Table.GradientAt), slot, floats), 0, (<usize>floats) << 2);
  }
}

function updateBlock(side: i32, thread: i32): void {
  const length = int(tableAt(side, Table.ListLengthsAt), 0);
  const floats = plan(Plan.Gathered);
  for (let slot = shareFrom(length, thread); slot < shareFrom(length, thread + 1); slot++) {
    apply(side, slot, vector(tableAt(side, Table.GradientAt), slot, floats), 1, thread);
  }
}

function releaseBlock(side: i32, thread: i32): void {
  const length = int(tableAt(side, Table.ListLengthsAt), 0);
  for (let slot = shareFrom(length, thread); slot < shareFrom(length, thread + 1); slot++) {
    setSlot(tableAt(side, Table.MarksAt), int(tableAt(side, Table.ListAt), slot), -1);
  }
}

/** Rows from..to become the weighted sums of their inputs. */
function pool(from: i32, to: i32): void {
  const floats = plan(Plan.Gathered);
  const bytes = (<usize>floats) << 2;
  const offsets = at(Plan.InputOffsetsAt);
  for (let b = from; b < to; b++) {
    const row = vector(at(Plan.PooledAt), b, floats);
    let i: usize = 0;
    do {
      v128.store(row + i, splat(0));
      i += 16;
    } while (i < bytes);
    for (let p = int(offsets, b); p < int(offsets, b + 1); p++) {
      const input = vector(tableAt(Side.Row, Table.GatheredAt), int(at(Plan.InputColumnsAt), p), floats);
      const weight = splat(float(at(Plan.InputWeightsAt), p));
      let i: usize = 0;
      do {
        v128.store(row + i, madd(weight, v128.load(input + i), v128.load(row + i)));
        i += 16;
      } while (i < bytes);
    }
    scaleVector(true, row, vector(at(Plan.PooledNormsAt), b, 1), 0);
  }
}

/** The gradients of pooled rows from..to become those of the sums they were. */
function unpool(from: i32, to: i32): void {
  const floats = plan(Plan.Gathered);
  for (let b = from; b < to; b++) {
    unscaleGradient(
      true,
      vector(at(Plan.PooledAt), b, floats),
      vector(at(Plan.PooledGradientsAt), b, floats),
      vector(at(Plan.PooledNormsAt), b, 1),
    );
  }
}

/** Adds the gradients of pooled rows to those of this thread's inputs. */
function spread(thread: i32): void {
  const floats = plan(Plan.Gathered);
  const bytes = (<usize>floats) << 2;
  const inputs = plan(Plan.Inputs);
  const columns = at(Plan.InputColumnsAt);
  const length = int(tableAt(Side.Row, Table.ListLengthsAt), 0);
  const from = shareFrom(length, thread);
  const to = shareFrom(length, thread + 1);
  for (let p = 0; p < inputs; p++) {
    const input = int(columns, p);
    if (input < from || input >= to) continue;
    const gradient = vector(tableAt(Side.Row, Table.GradientAt), input, floats);
    const row = vector(at(Plan.PooledGradientsAt), int(at(Plan.InputRowsAt), p), floats);
    const weight = splat(float(at(Plan.InputWeightsAt), p));
    let i: usize = 0;
    do {
      v128.store(gradient + i, madd(weight, v128.load(row + i), v128.load(gradient + i)));
      i += 16;
    } while (i < bytes);
  }
}

/** Columns from..to of the block are copies of the distinct ones. */
function unfoldColumns(from: i32, to: i32): void {
  const floats = plan(Plan.Gathered);
  for (let k = from; k < to; k++) {
    const distinct = vector(tableAt(Side.Column, Table.GatheredAt), int(at(Plan.ColumnSlotsAt), k), floats);
    memory.copy(vector(at(Plan.BlockVectorsAt), k, floats), distinct, (<usize>floats) << 2);
  }
}

/** Adds the gradients of copies to those of this thread's distinct columns. */
function foldColumns(thread: i32): void {
  const floats = plan(Plan.Gathered);
  const bytes = (<usize>floats) << 2;
  const length = int(tableAt(Side.Column, Table.ListLengthsAt), 0);
  const from = shareFrom(length, thread);
  const to = shareFrom(length, thread + 1);
  for (let k = 0; k < plan(Plan.BlockColumns); k++) {
    const slot = int(at(Plan.ColumnSlotsAt), k);
    if (slot < from || slot >= to) continue;
    const gradient = vector(tableAt(Side.Column, Table.GradientAt), slot, floats);
    const copy = vector(at(Plan.BlockGradientsAt), k, floats);
    let i: usize = 0;
    do {
      v128.store(gradient + i, f32x4.add(v128.load(gradient + i), v128.load(copy + i)));
      i += 16;
    } while (i < bytes);
  }
}

/** Positions in the list of pairs where those of row `b` begin: the list is in the order of the rows. */
function firstPositive(b: i32): i32 {
  const rows = at(Plan.PositiveRowsAt);
  let low = 0;
  let high = plan(Plan.Positives);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (int(rows, middle) < b) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Scores of rows from..to become gradients of their cross-entropy over all cells; gives their part of the loss. */
function crossEntropy(from: i32, to: i32): f64 {
  const columns = plan(Plan.BlockColumns);
  const length = plan(Plan.RowLength);
  const cells = <f64>plan(Plan.BlockRows) * <f64>columns;
  const share = splat(<f32>(1 / cells));
  const none = splat(0);
  const one = splat(1);
  let total: f64 = 0;
  let p = firstPositive(from);
  for (let b = from; b < to; b++) {
    const row = vector(at(Plan.ScoresAt), b, length);
    for (let i = columns; i < length; i++) setFloat(row, i, NOTHING);
    const first = p;
    while (p < plan(Plan.Positives) && int(at(Plan.PositiveRowsAt), p) === b) {
      total -= <f64>float(row, int(at(Plan.PositiveColumnsAt), p));
      p++;
    }
    let sum = none;
    let products = one;
    let k = 0;
    do {
      const place = row + ((<usize>k) << 2);
      const x = v128.load(place);
      const e = exp4(f32x4.neg(f32x4.abs(x)));
      const more = f32x4.add(one, e);
      const inverse = f32x4.div(share, more);
      v128.store(place, v128.bitselect(inverse, f32x4.mul(e, inverse), f32x4.ge(x, none)));
      sum = f32x4.add(sum, f32x4.max(x, none));
      products = f32x4.mul(products, more);
      if ((k & 255) === 252) {
        total += lnProduct(products);
        products = one;
      }
      k += 4;
    } while (k < length);
    total += <f64>horizontalSum(sum) + lnProduct(products);
    for (let q = first; q < p; q++) {
      const place = int(at(Plan.PositiveColumnsAt), q);
      setFloat(row, place, float(row, place) - f32x4.extract_lane(share, 0));
    }
  }
  return total / cells;
}

/** Scores of rows from..to become gradients of −log of the shares of their pairs, mean over all pairs. */
function softmax(from: i32, to: i32): f64 {
  const columns = plan(Plan.BlockColumns);
  const length = plan(Plan.RowLength);
  const pairs = <f64>plan(Plan.Positives);
  const each = <f32>(1 / pairs);
  let total: f64 = 0;
  let p = firstPositive(from);
  for (let b = from; b < to; b++) {
    const row = vector(at(Plan.ScoresAt), b, length);
    for (let i = columns; i < length; i++) setFloat(row, i, NOTHING);
    let highest = splat(NOTHING);
    for (let i = 0; i < length; i += 4) highest = f32x4.max(highest, v128.load(row + ((<usize>i) << 2)));
    const maximum = max4(highest);
    const first = p;
    while (p < plan(Plan.Positives) && int(at(Plan.PositiveRowsAt), p) === b) {
      total += <f64>(maximum - float(row, int(at(Plan.PositiveColumnsAt), p)));
      p++;
    }
    let sum = splat(0);
    let k = 0;
    do {
      const place = row + ((<usize>k) << 2);
      const e = exp4(f32x4.sub(v128.load(place), splat(maximum)));
      v128.store(place, e);
      sum = f32x4.add(sum, e);
      k += 4;
    } while (k < length);
    const all = horizontalSum(sum);
    const positives = <f32>(p - first);
    total += <f64>positives * ln(<f64>all);
    const factor = splat((positives * each) / all);
    k = 0;
    do {
      const place = row + ((<usize>k) << 2);
      v128.store(place, f32x4.mul(factor, v128.load(place)));
      k += 4;
    } while (k < length);
    for (let q = first; q < p; q++) {
      const place = int(at(Plan.PositiveColumnsAt), q);
      setFloat(row, place, float(row, place) - each);
    }
  }
  return total / pairs;
}
