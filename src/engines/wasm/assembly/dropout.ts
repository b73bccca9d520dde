import { float, plan, planFloat, setFloat } from './memory';
import { hash32, splat } from './numbers';
import { Plan } from './plan';

/** Places at which dropout is drawn: 0 and 1 for the embeddings, then one for each hidden layer. */
export const HIDDEN_PLACE: i32 = 2;
const PLACE: u32 = 0xc2b2ae35;

// The dropout of the step at hand.
let on: bool = false;
let seed: u32 = 0;

/** Whether the step at hand leaves out numbers, and the seed by which. */
export function beginDropout(dropping: bool, seedOfStep: u32): void {
  on = dropping;
  seed = seedOfStep;
}

@inline
export function dropping(): bool {
  return on;
}

/** Four numbers of a mask from position `i` on: 0, or what is kept. */
@inline
export function mask4(key: u32, i: i32, bound: i32, kept: v128): v128 {
  let x = i32x4.add(i32x4.splat(<i32>key + i), i32x4(0, 1, 2, 3));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(0x7feb352d));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), i32x4.splat(<i32>0x846ca68b));
  x = v128.xor(x, i32x4.shr_u(x, 16));
  return v128.andnot(kept, i32x4.lt_u(x, i32x4.splat(bound)));
}

@inline
export function keyOf(place: i32): u32 {
  return hash32(seed + <u32>(place + 1) * PLACE);
}

/** Multiplies `count` numbers with their mask, drawn from position `first` on. */
function drop(values: usize, count: i32, first: i32, key: u32): void {
  const bound = plan(Plan.EmbeddingBound);
  const kept = planFloat(Plan.EmbeddingKept);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const place = values + (<usize>i << 2);
    v128.store(place, f32x4.mul(v128.load(place), mask4(key, first + i, bound, splat(kept))));
  }
  for (; i < count; i++) {
    if (hash32(key + <u32>(first + i)) < <u32>bound) setFloat(values, i, 0);
    else setFloat(values, i, float(values, i) * kept);
  }
}

/** Whether numbers of the embeddings are left out: of each side’s, or of what they become. */
@inline
export function dropsEach(): bool {
  return on && plan(Plan.EmbeddingBound) !== 0 && plan(Plan.DropoutEach) === 1;
}

@inline
export function dropsJoined(): bool {
  return on && plan(Plan.EmbeddingBound) !== 0 && plan(Plan.DropoutEach) !== 1;
}

/** Multiplies the vectors of pair `n`, of its row and its column, or gradients of them, with their masks. */
export function dropSides(u: usize, v: usize, n: i32): void {
  const dr = plan(Plan.RowDimensions);
  const dc = plan(Plan.ColumnDimensions);
  drop(v, dc, n * dc, keyOf(0));
  drop(u, dr, n * dr, keyOf(1));
}

/** Multiplies what the vectors of pair `n` have become, or gradients of it, with its mask. */
export function dropJoined(x: usize, size: i32, n: i32): void {
  drop(x, size, n * size, keyOf(0));
}
