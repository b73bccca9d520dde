import { at, plan, vector } from './memory';
import { madd, splat } from './numbers';
import { Plan } from './plan';

// Products of matrices in single precision. The right operand is packed into panels of eight columns, so
// that the inner loop reads it in one stream; of the left operand six rows are taken at a time, whatever
// their distances: twelve sums of four numbers stay in registers (Goto and van de Geijn, 2008).

const PANEL: i32 = 8;
const TILE: i32 = 6;
/** Depth that is multiplied at a time: eight columns of it stay in the nearest cache. */
const DEPTH: i32 = 256;

/** Floats that a packed right operand takes. */
export function packedFloats(depth: i32, columns: i32): i32 {
  return depth * ((columns + PANEL - 1) / PANEL) * PANEL;
}

/**
 * Packs rows from..to of B, depth × columns, whose element (k, j) lies at b + k · rowFloats + j · columnFloats.
 * Panels are completed with zeros.
 */
function pack(b: usize, rowFloats: i32, columnFloats: i32, from: i32, to: i32, columns: i32, into: usize): void {
  const deep = to - from;
  const across = <usize>columnFloats << 2;
  const down = <usize>rowFloats << 2;
  for (let j = 0; j < columns; j += PANEL) {
    let target = into + (<usize>(j * deep) << 2);
    const wide = min(PANEL, columns - j);
    let source = b + <usize>from * down + <usize>j * across;
    if (wide === PANEL && columnFloats === 1) {
      for (let k = from; k < to; k++) {
        v128.store(target, v128.load(source));
        v128.store(target, v128.load(source, 16), 16);
        target += 32;
        source += down;
      }
    } else {
      for (let k = from; k < to; k++) {
        for (let i = 0; i < wide; i++) store<f32>(target + (<usize>i << 2), load<f32>(source + <usize>i * across));
        for (let i = wide; i < PANEL; i++) store<f32>(target + (<usize>i << 2), 0);
        target += 32;
        source += down;
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
  const packed = vector(at(Plan.PackedAt), thread, plan(Plan.PackedRoom));
  const wide = packedFloats(1, columns);
  // As many columns at a time as fit the room.
  const most = max(PANEL, (plan(Plan.PackedRoom) / DEPTH) & ~(PANEL - 1));
  for (let j0 = 0; j0 < wide; j0 += most) {
    const part = min(most, columns - j0);
    for (let k0 = 0; k0 < depth; k0 += DEPTH) {
      const k1 = min(depth, k0 + DEPTH);
      pack(b + (<usize>(j0 * bColumn) << 2), bRow, bColumn, k0, k1, part, packed);
      const fresh = !add && k0 === 0;
      for (let i = 0; i < rows; i += TILE) {
        const left = a + (<usize>(i * aRow + k0 * aColumn) << 2);
        const out = c + (<usize>(i * cRow + j0) << 2);
        for (let j = 0; j < part; j += PANEL) {
          tile(
            min(TILE, rows - i),
            min(PANEL, part - j),
            k1 - k0,
            left,
            <usize>aRow << 2,
            <usize>aColumn << 2,
            packed + (<usize>(j * (k1 - k0)) << 2),
            out + (<usize>j << 2),
            <usize>cRow << 2,
            fresh,
          );
        }
      }
    }
  }
}

/** Six rows by eight columns of a product. Rows that are missing repeat the first and are not written. */
function tile(
  tall: i32,
  wide: i32,
  depth: i32,
  a: usize,
  aRow: usize,
  aColumn: usize,
  packed: usize,
  c: usize,
  cRow: usize,
  fresh: bool,
): void {
  let a0 = a;
  let a1 = tall > 1 ? a + aRow : a;
  let a2 = tall > 2 ? a + 2 * aRow : a;
  let a3 = tall > 3 ? a + 3 * aRow : a;
  let a4 = tall > 4 ? a + 4 * aRow : a;
  let a5 = tall > 5 ? a + 5 * aRow : a;
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
  let b = packed;
  const end = packed + (<usize>depth << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a0);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a1);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a2);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a3);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load32_splat(a4);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load32_splat(a5);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    a0 += aColumn;
    a1 += aColumn;
    a2 += aColumn;
    a3 += aColumn;
    a4 += aColumn;
    a5 += aColumn;
    b += 32;
  }
  write(c, c00, c01, wide, fresh);
  if (tall > 1) write(c + cRow, c10, c11, wide, fresh);
  if (tall > 2) write(c + 2 * cRow, c20, c21, wide, fresh);
  if (tall > 3) write(c + 3 * cRow, c30, c31, wide, fresh);
  if (tall > 4) write(c + 4 * cRow, c40, c41, wide, fresh);
  if (tall > 5) write(c + 5 * cRow, c50, c51, wide, fresh);
}

@inline
function write(c: usize, low: v128, high: v128, wide: i32, fresh: bool): void {
  if (wide === PANEL) {
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
