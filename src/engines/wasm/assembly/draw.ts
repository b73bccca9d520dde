import { at, int, plan, planFloat, setFloat, setInt, touch } from './memory';
import { maskOf, hash32, permutedIndex, toRange } from './numbers';
import { Plan } from './plan';

/** As in engines/draw.ts. */
const MAX_DRAWS: i32 = 100;

const NEXT_TRY: u32 = 0x9e3779b9;

const OTHER_ROW: u32 = 0x68bc21eb;

/** Pairs of the batch of a step of the epoch: all of them full but the last of a shuffle. */
export function batchPairs(step: i32): i32 {
  const size = plan(Plan.BatchPairs);
  return plan(Plan.Shuffled) ? min(size, plan(Plan.PairCount) - step * size) : size;
}

/** Groups that are drawn side by side, so that what they read is fetched side by side. */
const GROUPS_PER_BATCH_OF_READS: i32 = 32;

/** Bytes of a row's columns that are fetched before they are looked through. */
const FETCHED_BYTES: i32 = 2048;

/** Draws groups from..to of the batch of a step; see engines/draw.ts, which says what is drawn. */
export function draw(step: i32, from: i32, to: i32): void {
  for (let k = from; k < to; k += GROUPS_PER_BATCH_OF_READS) drawSome(step, k, min(to, k + GROUPS_PER_BATCH_OF_READS));
}

function drawSome(step: i32, from: i32, to: i32): void {
  const count = <u32>plan(Plan.PairCount);
  const group = plan(Plan.Group);
  const shuffled = plan(Plan.Shuffled) === 1;
  const first = <u32>(step * plan(Plan.BatchPairs));
  const orderKey = shuffled ? <u32>plan(Plan.OrderKey) : hash32(<u32>plan(Plan.OrderKey) + <u32>step);
  const pairs = at(Plan.PairsAt);
  const valued = plan(Plan.Valued) === 1;
  const bytes: usize = valued ? 12 : 8;
  const rows = at(Plan.RowsAt);
  const columns = at(Plan.ColumnsAt);
  const targets = at(Plan.TargetsAt);
  const mask = maskOf(count);
  const turn = orderKey % count;
  for (let k = from; k < to; k++) {
    const pair = permutedIndex(shuffled ? first + <u32>k : <u32>k, count, mask, orderKey, turn);
    setInt(rows, k * group, <i32>pair);
  }
  for (let k = from; k < to; k++) {
    const n = k * group;
    const pair = pairs + <usize>int(rows, n) * bytes;
    setInt(rows, n, load<i32>(pair));
    setInt(columns, n, load<i32>(pair, 4));
    setFloat(targets, n, valued ? load<f32>(pair, 8) : 1);
  }
  if (group === 1) return;
  const negativesKey = <u32>plan(Plan.NegativesKey);
  const poolRows = <u32>plan(Plan.PoolRows);
  const poolRowsAt = at(Plan.PoolRowsAt);
  const poolColumns = <u32>plan(Plan.PoolColumns);
  const poolColumnsAt = at(Plan.PoolColumnsAt);
  const negativePairs = plan(Plan.NegativePairs) === 1;
  const target = planFloat(Plan.NegativeTarget);
  // First tries all, then a look at which of them exist, and others for these.
  for (let k = from; k < to; k++) {
    const n = k * group;
    const row = int(rows, n);
    for (let j = 1; j < group; j++) {
      const drawn = hash32(hash32(negativesKey + (first + <u32>k) * <u32>group + <u32>j));
      setInt(rows, n + j, negativePairs ? int(poolRowsAt, <i32>toRange(hash32(drawn ^ OTHER_ROW), poolRows)) : row);
      setInt(columns, n + j, int(poolColumnsAt, <i32>toRange(drawn, poolColumns)));
      setFloat(targets, n + j, target);
    }
  }
  if (plan(Plan.Reject) === 0) return;
  const offsets = at(Plan.OffsetsAt);
  const indices = at(Plan.IndicesAt);
  const stride = negativePairs ? 1 : group;
  for (let n = from * group; n < to * group; n += stride) {
    const begin = int(offsets, int(rows, n));
    const length = int(offsets, int(rows, n) + 1) - begin;
    touch(indices + (<usize>begin << 2), <usize>min(FETCHED_BYTES, length << 2));
  }
  for (let k = from; k < to; k++) {
    for (let j = 1; j < group; j++) {
      const n = k * group + j;
      const key = hash32(negativesKey + (first + <u32>k) * <u32>group + <u32>j);
      for (let tries = 1; tries < MAX_DRAWS && has(int(rows, n), int(columns, n)); tries++) {
        const drawn = hash32(key + <u32>tries * NEXT_TRY);
        if (negativePairs) setInt(rows, n, int(poolRowsAt, <i32>toRange(hash32(drawn ^ OTHER_ROW), poolRows)));
        setInt(columns, n, int(poolColumnsAt, <i32>toRange(drawn, poolColumns)));
      }
    }
  }
}

/** Whether a pair is one of the training set: halves the row's columns down to sixteen and looks at these at once. */
@inline
function has(row: i32, column: i32): bool {
  const offsets = at(Plan.OffsetsAt);
  const indices = at(Plan.IndicesAt);
  let low = <u32>int(offsets, row);
  let length = <u32>int(offsets, row + 1) - low;
  while (length > 16) {
    const half = length >> 1;
    low = select(low + half, low, load<u32>(indices + (<usize>(low + half) << 2)) <= <u32>column);
    length -= half;
  }
  const wanted = i32x4.splat(column);
  // Reading on beyond the row's end finds other rows' columns: only the first `length` of the answers count.
  const start = indices + (<usize>low << 2);
  const found =
    i32x4.bitmask(i32x4.eq(v128.load(start), wanted)) |
    (i32x4.bitmask(i32x4.eq(v128.load(start, 16), wanted)) << 4) |
    (i32x4.bitmask(i32x4.eq(v128.load(start, 32), wanted)) << 8) |
    (i32x4.bitmask(i32x4.eq(v128.load(start, 48), wanted)) << 12);
  return (found & ((1 << length) - 1)) !== 0;
}
