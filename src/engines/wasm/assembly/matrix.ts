import { at, plan, vector } from './memory';
import { madd, splat } from './numbers';
import { COLUMNS_PER_PANEL, Plan, ROWS_PER_TILE } from './plan';

// Products of matrices in single precision (Goto and van de Geijn, 2008). Both operands are packed, the
// right one into panels of eight columns, of the left one some rows into tiles of six, so that the
// inner loop reads both in streams: twelve sums of four numbers, two vectors of the right and one
// number of the left are what sixteen registers hold at a time.

/** Depth that is multiplied at a time: a panel and a tile of it stay in the nearest cache. */
const DEPTH: i32 = 256;
/** Rows of the left operand that are packed at a time. */
const ROWS: i32 = 60;
/** Floats of a thread's room that the left operand takes. */
const LEFT: i32 = ROWS * DEPTH;


/**
 * Packs rows from..to of B, depth × columns, whose element (k, j) lies at b + k · rowFloats + j · columnFloats.
 * Panels are completed with zeros.
 */
function pack(b: usize, rowFloats: i32, columnFloats: i32, from: i32, to: i32, columns: i32, into: usize): void {
  const deep = to - from;
  const across = <usize>columnFloats << 2;
  const down = <usize>rowFloats << 2;
  for (let j = 0; j < columns; j += COLUMNS_PER_PANEL) {
    let target = into + (<usize>(j * deep) << 2);
    const wide = min(COLUMNS_PER_PANEL, columns - j);
    let source = b + <usize>from * down + <usize>j * across;
    if (wide === COLUMNS_PER_PANEL && columnFloats === 1) {
      for (let k = from; k < to; k++) {
        v128.store(target, v128.load(source));
        v128.store(target, v128.load(source, 16), 16);
        target += 32;
        source += down;
      }
    } else {
      for (let k = from; k < to; k++) {
        for (let i = 0; i < wide; i++) store<f32>(target + (<usize>i << 2), load<f32>(source + <usize>i * across));
        for (let i = wide; i < COLUMNS_PER_PANEL; i++) store<f32>(target + (<usize>i << 2), 0);
        target += 32;
        source += down;
      }
    }
  }
}

/** Packs rows from..to of A over depth k0..k1 into tiles of six rows, completed with zeros. */
function packLeft(a: usize, rowFloats: i32, columnFloats: i32, from: i32, to: i32, k0: i32, k1: i32, into: usize): void {
  const across = <usize>columnFloats << 2;
  const down = <usize>rowFloats << 2;
  for (let i = from; i < to; i += ROWS_PER_TILE) {
    let target = into + (<usize>((i - from) * (k1 - k0)) << 2);
    let source = a + <usize>i * down + <usize>k0 * across;
    if (i + ROWS_PER_TILE <= to) {
      if (rowFloats === 1) {
        for (let k = k0; k < k1; k++) {
          v128.store(target, v128.load(source));
          store<u64>(target, load<u64>(source, 16), 16);
          target += ROWS_PER_TILE << 2;
          source += across;
        }
      } else {
        for (let k = k0; k < k1; k++) {
          let x = splat(load<f32>(source));
          x = f32x4.replace_lane(x, 1, load<f32>(source + down));
          x = f32x4.replace_lane(x, 2, load<f32>(source + 2 * down));
          x = f32x4.replace_lane(x, 3, load<f32>(source + 3 * down));
          v128.store(target, x);
          store<f32>(target, load<f32>(source + 4 * down), 16);
          store<f32>(target, load<f32>(source + 5 * down), 20);
          target += ROWS_PER_TILE << 2;
          source += across;
        }
      }
    } else {
      for (let k = k0; k < k1; k++) {
        for (let j = 0; j < ROWS_PER_TILE; j++) {
          store<f32>(target + (<usize>j << 2), i + j < to ? load<f32>(source + <usize>j * down) : 0);
        }
        target += ROWS_PER_TILE << 2;
        source += across;
      }
    }
  }
}

/**
 * C (+)= A · B. A: rows × depth, element (i, k) at a + i · aRow + k · aColumn; B: depth × columns, element
 * (k, j) at b + k · bRow + j · bColumn; C: rows × columns, rows cRow apart; all distances in floats.
 * The work of one thread, in its own packing room.
 */
export function multiply(
  rows: i32,
  columns: i32,
  depth: i32,
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  c: usize,
  cRow: i32,
  add: bool,
  thread: i32,
): void {
  const left = vector(at(Plan.PackedAt), thread, plan(Plan.PackedCapacity));
  const right = left + (<usize>LEFT << 2);
  // As many columns at a time as fit the room.
  const most = max(COLUMNS_PER_PANEL, ((plan(Plan.PackedCapacity) - LEFT) / DEPTH) & ~(COLUMNS_PER_PANEL - 1));
  for (let j0 = 0; j0 < columns; j0 += most) {
    const part = min(most, columns - j0);
    for (let k0 = 0; k0 < depth; k0 += DEPTH) {
      const k1 = min(depth, k0 + DEPTH);
      const deep = k1 - k0;
      pack(b + (<usize>(j0 * bColumn) << 2), bRow, bColumn, k0, k1, part, right);
      const fresh = !add && k0 === 0;
      for (let i0 = 0; i0 < rows; i0 += ROWS) {
        const i1 = min(rows, i0 + ROWS);
        packLeft(a, aRow, aColumn, i0, i1, k0, k1, left);
        for (let j = 0; j < part; j += COLUMNS_PER_PANEL) {
          const panel = right + (<usize>(j * deep) << 2);
          const out = c + (<usize>(j0 + j) << 2);
          const wide = min(COLUMNS_PER_PANEL, part - j);
          for (let i = i0; i < i1; i += ROWS_PER_TILE) {
            const place = out + <usize>i * (<usize>cRow << 2);
            packedTile(min(ROWS_PER_TILE, i1 - i), wide, left + (<usize>((i - i0) * deep) << 2), panel, deep, place, <usize>cRow << 2, fresh);
          }
        }
      }
    }
  }
}

/** Six rows by eight columns of a product of packed operands, of which `tall` and `wide` are written. */
export function packedTile(tall: i32, wide: i32, left: usize, panel: usize, depth: i32, c: usize, cRow: usize, fresh: bool): void {
  let c00 = splat(0);
  let c01 = splat(0);
  let c10 = splat(0);
  let c11 = splat(0);
  let c20 = splat(0);
  let c21 = splat(0);
  let c30 = splat(0);
  let c31 = splat(0);
  let c40 = splat(0);
  let c41 = splat(0);
  let c50 = splat(0);
  let c51 = splat(0);
  let a = left;
  let b = panel;
  const end = panel + (<usize>depth << 5);
  do {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a);
    c00 = madd(a0, b0, c00);
    c01 = madd(a0, b1, c01);
    const a1 = v128.load32_splat(a, 4);
    c10 = madd(a1, b0, c10);
    c11 = madd(a1, b1, c11);
    const a2 = v128.load32_splat(a, 8);
    c20 = madd(a2, b0, c20);
    c21 = madd(a2, b1, c21);
    const a3 = v128.load32_splat(a, 12);
    c30 = madd(a3, b0, c30);
    c31 = madd(a3, b1, c31);
    const a4 = v128.load32_splat(a, 16);
    c40 = madd(a4, b0, c40);
    c41 = madd(a4, b1, c41);
    const a5 = v128.load32_splat(a, 20);
    c50 = madd(a5, b0, c50);
    c51 = madd(a5, b1, c51);
    a += ROWS_PER_TILE << 2;
    b += 32;
  } while (b < end);
  write(c, c00, c01, wide, fresh);
  if (tall > 1) write(c + cRow, c10, c11, wide, fresh);
  if (tall > 2) write(c + 2 * cRow, c20, c21, wide, fresh);
  if (tall > 3) write(c + 3 * cRow, c30, c31, wide, fresh);
  if (tall > 4) write(c + 4 * cRow, c40, c41, wide, fresh);
  if (tall > 5) write(c + 5 * cRow, c50, c51, wide, fresh);
}

@inline
function write(c: usize, low: v128, high: v128, wide: i32, fresh: bool): void {
  if (wide === COLUMNS_PER_PANEL) {
    v128.store(c, fresh ? low : f32x4.add(v128.load(c), low));
    v128.store(c, fresh ? high : f32x4.add(v128.load(c, 16), high), 16);
  } else {
    writeSome(c, low, high, wide, fresh);
  }
}

function writeSome(c: usize, low: v128, high: v128, wide: i32, fresh: bool): void {
  let x = low;
  for (let j = 0; j < wide; j++) {
    if (j === 4) x = high;
    const place = c + (<usize>j << 2);
    const value = f32x4.extract_lane(x, 0);
    store<f32>(place, fresh ? value : load<f32>(place) + value);
    x = v128.shuffle<f32>(x, x, 1, 2, 3, 0);
  }
}
