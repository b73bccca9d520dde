import { at, plan, planFloat, table, tableAt } from './memory';
import { exp4, ln, madd, splat } from './numbers';
import { Plan, READY, READY_BYTES, Rest, Table, WINDOW } from './plan';
import { lastOf, recordOf, setLast } from './tables';

/**
 * Dense Adam moves every row at every step, also those without a gradient, by what their moments still
 * hold. A row with moments m and v after step t₀ moves by
 *
 *   Σ_j a_j m / (√v / p_j + ε),   a_j = rate_t β₁^j / (1 − β₁^t),   p_j = √(1 − β₂^t) / β₂^(j/2),   t = t₀ + j
 *
 * until it is looked at again. The sum over j is taken with weights a_j at two places, p̄ ± σ, the mean and
 * the deviation of p_j: right to the third order of what p_j changes while a_j falls by a tenth a step, and
 * exactly where √v dwarfs ε or ε dwarfs √v. All it takes are Σ a_j, Σ a_j p_j and Σ a_j p_j², which depend
 * on t₀ alone: each step adds a term to those of the last WINDOW steps, and a row pays for any number of
 * steps at once. A decay that is taken off the parameter (AdamW) shrinks what came before it.
 */
export function rememberStep(step: i32, rate: f32): void {
  if (plan(Plan.Rest) !== Rest.CatchUp) return;
  const first = plan(Plan.FirstStep);
  const now = step - first;
  const past = at(Plan.PastAt);
  const shrink = <f64>rate * <f64>planFloat(Plan.DecoupledDecay);
  if (shrink !== 0) {
    const decay = at(Plan.DecayAt);
    store<f64>(decay + ((<usize>now) << 3), load<f64>(decay + ((<usize>(now - 1)) << 3)) + ln(1 - shrink));
  }
  const scale = <f32>(<f64>rate / (1 - power(<f64>planFloat(Plan.Beta1), step)));
  const root = <f32>Math.sqrt(1 - power(<f64>planFloat(Plan.Beta2), step));
  let weights = splat(scale);
  weights = f32x4.replace_lane(weights, 1, scale * root);
  weights = f32x4.replace_lane(weights, 2, scale * root * root);
  const kept = splat(<f32>(1 - shrink));
  let place = past + ((<usize>max(0, now - WINDOW)) << 4);
  const end = past + ((<usize>now) << 4);
  let term = at(Plan.PowersAt) + ((<usize>(max(0, now - WINDOW) - now + WINDOW)) << 4);
  while (place < end) {
    v128.store(place, madd(weights, v128.load(term), f32x4.mul(kept, v128.load(place))));
    place += 16;
    term += 16;
  }
  v128.store(end, splat(0));
}

/** x^n for a whole n. */
export function power(x: f64, n: i32): f64 {
  let result: f64 = 1;
  let square = x;
  for (let rest = n; rest > 0; rest >>= 1) {
    if (rest & 1) result *= square;
    square *= square;
  }
  return result;
}

/** The last result of `quickPower`: a loop that uses the number itself would be compiled to reckon it anew each time. */
let powered: f32 = 1;

/** x^n for x in (0, 1), to single precision. */
function quickPower(lnX: f32, n: i32): f32 {
  powered = f32x4.extract_lane(exp4(splat(lnX * <f32>n)), 0);
  return powered;
}

// What all rows of a step have in common.
let lnBeta2: f32 = 0;
/** Steps made before the one at hand. */
let made: i32 = 0;
/** Where this thread keeps what rows have still to move. */
let ready: usize = 0;

/** Readies what all steps of an order have in common. */
export function beginOrder(thread: i32): void {
  made = plan(Plan.Step);
  ready = at(Plan.ReadyAt) + <usize>(thread * READY * READY_BYTES);
  // A moment that forgets at once has no logarithm.
  lnBeta2 = <f32>ln(max(<f64>planFloat(Plan.Beta2), 1e-30));
}

/** The step at hand is the one after `steps`. */
export function beginPast(steps: i32): void {
  made = steps;
}

/** A row has moved in the step at hand. */
@inline
export function setMoved(side: i32, row: i32): void {
  setLast(tableAt(side, Table.MarksAt), row, made + 1);
}

// What a row has still to move, as `readyPast` found it: pushes at one place or two, and what is added to √v there.
let push: f32 = 0;
let soft: f32 = 1;
let farPush: f32 = 0;
let farSoft: f32 = 1;
let kept: f32 = 1;
let fadeFirst: f32 = 1;
let fadeSecond: f32 = 1;

/** Finds what a row has still to move for the steps in which it had no gradient; false for nothing. */
function readyPast(side: i32, row: i32): bool {
  if (plan(Plan.Rest) !== Rest.CatchUp) return false;
  const last = lastOf(tableAt(side, Table.MarksAt), row);
  const gap = made - last;
  if (gap === 0) return false;
  if (gap >= READY) {
    reckonPast(last);
    return true;
  }
  // Rows that moved at the same step have the same to move: it is reckoned once.
  const place = ready + <usize>(gap * READY_BYTES);
  if (load<i32>(place) === made) {
    push = load<f32>(place, 4);
    soft = load<f32>(place, 8);
    farPush = load<f32>(place, 12);
    farSoft = load<f32>(place, 16);
    kept = load<f32>(place, 20);
    fadeFirst = load<f32>(place, 24);
    fadeSecond = load<f32>(place, 28);
    return true;
  }
  reckonPast(last);
  store<i32>(place, made);
  store<f32>(place, push, 4);
  store<f32>(place, soft, 8);
  store<f32>(place, farPush, 12);
  store<f32>(place, farSoft, 16);
  store<f32>(place, kept, 20);
  store<f32>(place, fadeFirst, 24);
  store<f32>(place, fadeSecond, 28);
  return true;
}

/** Deviations below this share of the mean are as good as none: the error left is a quarter of its square. */
const ALIKE: f32 = 0.01;

/** Reckons what rows have still to move that last moved at a step. */
function reckonPast(last: i32): void {
  const gap = made - last;
  const first = plan(Plan.FirstStep);
  const past = at(Plan.PastAt) + (<usize>(last - first) << 4);
  const sum = load<f32>(past);
  const mean = sum > 0 ? load<f32>(past, 4) / sum : 1;
  const spread = sum > 0 ? max(<f32>0, load<f32>(past, 8) / sum - mean * mean) : 0;
  const epsilon = planFloat(Plan.Epsilon);
  if (spread < ALIKE * ALIKE * mean * mean) {
    push = sum * mean;
    soft = epsilon * mean;
    farPush = 0;
    farSoft = 1;
  } else {
    const deviation = min(mean, <f32>Math.sqrt(<f64>spread));
    push = (sum / 2) * (mean - deviation);
    soft = epsilon * (mean - deviation);
    farPush = (sum / 2) * (mean + deviation);
    farSoft = epsilon * (mean + deviation);
    // A place at nothing pushes nothing, and divides by √v alone.
    if (soft === 0) soft = epsilon;
  }
  if (gap <= WINDOW) {
    const powers = at(Plan.PowersAt) + (<usize>(WINDOW - gap) << 4);
    fadeFirst = load<f32>(powers);
    fadeSecond = load<f32>(powers, 12);
  } else {
    fadeFirst = 0;
    fadeSecond = quickPower(lnBeta2, gap);
  }
  const decayAt = at(Plan.DecayAt);
  kept = 1;
  if (decayAt !== 0) {
    const fallen = load<f64>(decayAt + (<usize>(made - first) << 3));
    kept = quickPower(<f32>(fallen - load<f64>(decayAt + (<usize>(last - first) << 3))), 1);
    // What came to rest long ago has shrunk since.
    if (gap > WINDOW) {
      const since = quickPower(<f32>(fallen - load<f64>(decayAt + (<usize>(last - first + WINDOW) << 3))), 1);
      push *= since;
      farPush *= since;
    }
  }
}

/** By how much values have moved, from their moments. */
@inline
function moved(m: v128, v: v128): v128 {
  const root = f32x4.sqrt(v);
  const near = f32x4.div(splat(push), f32x4.add(root, splat(soft)));
  if (farPush === 0) return f32x4.mul(m, near);
  return f32x4.mul(m, f32x4.add(near, f32x4.div(splat(farPush), f32x4.add(root, splat(farSoft)))));
}

/** Makes up for the steps in which a row had no gradient. */
export function bringUp(side: i32, row: i32): void {
  if (!readyPast(side, row)) return;
  setLast(tableAt(side, Table.MarksAt), row, made);
  const values = recordOf(side, row);
  const bytes = <usize>table(side, Table.Stride) << 2;
  const staying = splat(kept);
  const first = splat(fadeFirst);
  const second = splat(fadeSecond);
  let i: usize = 0;
  do {
    const place = values + i;
    const m = v128.load(place + bytes);
    const v = v128.load(place + 2 * bytes);
    v128.store(place, f32x4.sub(f32x4.mul(staying, v128.load(place)), moved(m, v)));
    v128.store(place + bytes, f32x4.mul(first, m));
    v128.store(place + 2 * bytes, f32x4.mul(second, v));
    i += 16;
  } while (i < bytes);
}

/**
 * The values of a row as they would be brought up to date, `bytes` of them, elsewhere. `renewing` puts them into the
 * table too; its moments then wait for the row’s own move in the same step, which takes them as `fadesOf` says: until
 * then nothing else may ask for the row.
 */
export function readUp(side: i32, row: i32, to: usize, bytes: usize, renewing: bool): void {
  const values = recordOf(side, row);
  let i: usize = 0;
  if (!readyPast(side, row)) {
    do {
      v128.store(to + i, v128.load(values + i));
      i += 16;
    } while (i < bytes);
    return;
  }
  const stride = <usize>table(side, Table.Stride) << 2;
  const staying = splat(kept);
  do {
    const place = values + i;
    const change = moved(v128.load(place + stride), v128.load(place + 2 * stride));
    const value = f32x4.sub(f32x4.mul(staying, v128.load(place)), change);
    v128.store(to + i, value);
    if (renewing) v128.store(place, value);
    i += 16;
  } while (i < bytes);
}

/** Finds what is left of a renewed row's moments: see `fadeOfFirst` and `fadeOfSecond`. */
export function fadesOf(side: i32, row: i32): void {
  if (readyPast(side, row)) return;
  fadeFirst = 1;
  fadeSecond = 1;
}

@inline
export function fadeOfFirst(): f32 {
  return fadeFirst;
}

@inline
export function fadeOfSecond(): f32 {
  return fadeSecond;
}

/** Brings rows of a table up to date. */
export function bringUpAll(side: i32, from: i32, to: i32): void {
  for (let row = from; row < to; row++) bringUp(side, row);
}
