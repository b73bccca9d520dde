import { at, plan, planFloat, table, tableAt } from './memory';
import { exp4, ln, madd, splat } from './numbers';
import { Plan, PENDING_CACHE_STEPS, PENDING_CACHE_ENTRY_BYTES, UntouchedRows, Table, MOMENT_WINDOW_STEPS } from './plan';
import { updatedAtStep, recordOf, setUpdatedAtStep } from './tables';

/**
 * Dense Adam moves every row at every step, also those without a gradient, by what their moments still
 * hold. A row with moments m and v after step t₀ moves by
 *
 *   Σ_j a_j m / (√v / p_j + ε),   a_j = rate_t β₁^j / (1 − β₁^t),   p_j = √(1 − β₂^t) / β₂^(j/2),   t = t₀ + j
 *
 * until it is looked at again. The sum over j is taken with weights a_j at two places, p̄ ± σ, the mean and
 * the deviation of p_j: right to the third order of what p_j changes while a_j falls by a tenth a step, and
 * exactly where √v dwarfs ε or ε dwarfs √v. All it takes are Σ a_j, Σ a_j p_j and Σ a_j p_j², which depend
 * on t₀ alone: each step adds a term to those of the last MOMENT_WINDOW_STEPS steps, and a row pays for any number of
 * steps at once. A decay that is taken off the parameter (AdamW) shrinks what came before it.
 */
export function recordStep(step: i32, rate: f32): void {
  if (plan(Plan.UntouchedRows) !== UntouchedRows.LazyExact) return;
  const first = plan(Plan.FirstStep);
  const now = step - first;
  const pendingSums = at(Plan.PendingSumsAt);
  const decoupledDecay = <f64>rate * <f64>planFloat(Plan.DecoupledDecay);
  if (decoupledDecay !== 0) {
    const decay = at(Plan.DecayAt);
    store<f64>(decay + ((<usize>now) << 3), load<f64>(decay + ((<usize>(now - 1)) << 3)) + ln(1 - decoupledDecay));
  }
  const scale = <f32>(<f64>rate / (1 - power(<f64>planFloat(Plan.Beta1), step)));
  const root = <f32>Math.sqrt(1 - power(<f64>planFloat(Plan.Beta2), step));
  let weights = splat(scale);
  weights = f32x4.replace_lane(weights, 1, scale * root);
  weights = f32x4.replace_lane(weights, 2, scale * root * root);
  const retained = splat(<f32>(1 - decoupledDecay));
  let place = pendingSums + ((<usize>max(0, now - MOMENT_WINDOW_STEPS)) << 4);
  const end = pendingSums + ((<usize>now) << 4);
  let term = at(Plan.PowersAt) + ((<usize>(max(0, now - MOMENT_WINDOW_STEPS) - now + MOMENT_WINDOW_STEPS)) << 4);
  while (place < end) {
    v128.store(place, madd(weights, v128.load(term), f32x4.mul(retained, v128.load(place))));
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

/** The last result of `fastPower`: a loop that uses the number itself would be compiled to compute it each time. */
let lastPower: f32 = 1;

/** x^n for x in (0, 1), to single precision. */
function fastPower(lnX: f32, n: i32): f32 {
  lastPower = f32x4.extract_lane(exp4(splat(lnX * <f32>n)), 0);
  return lastPower;
}

// What all rows of a step have in common.
let lnBeta2: f32 = 0;
/** Steps made before the one at hand. */
let stepsMade: i32 = 0;
/** Where this thread keeps what rows have still to move. */
let pendingCache: usize = 0;

/** Readies what all steps of a command have in common. */
export function beginCommand(thread: i32): void {
  stepsMade = plan(Plan.Step);
  pendingCache = at(Plan.PendingCacheAt) + <usize>(thread * PENDING_CACHE_STEPS * PENDING_CACHE_ENTRY_BYTES);
  // A moment that forgets at once has no logarithm.
  lnBeta2 = <f32>ln(max(<f64>planFloat(Plan.Beta2), 1e-30));
}

/** The step at hand is the one after `steps`. */
export function beginCatchUp(steps: i32): void {
  stepsMade = steps;
}

/** Marks a row as updated in the current step. */
@inline
export function markUpdated(side: i32, row: i32): void {
  setUpdatedAtStep(tableAt(side, Table.MarksAt), row, stepsMade + 1);
}

// What a row has still to move, as `loadPendingUpdate` found it: scales at one place or two, and what is added to √v there.
let nearScale: f32 = 0;
let nearEpsilon: f32 = 1;
let farScale: f32 = 0;
let farEpsilon: f32 = 1;
let retained: f32 = 1;
let mDecay: f32 = 1;
let vDecay: f32 = 1;

/** Finds what a row has still to move for the steps in which it had no gradient; false for nothing. */
function loadPendingUpdate(side: i32, row: i32): bool {
  if (plan(Plan.UntouchedRows) !== UntouchedRows.LazyExact) return false;
  const last = updatedAtStep(tableAt(side, Table.MarksAt), row);
  const gap = stepsMade - last;
  if (gap === 0) return false;
  if (gap >= PENDING_CACHE_STEPS) {
    computePendingUpdate(last);
    return true;
  }
  // Rows last updated at the same step have the same pending update: it is computed once.
  const place = pendingCache + <usize>(gap * PENDING_CACHE_ENTRY_BYTES);
  if (load<i32>(place) === stepsMade) {
    nearScale = load<f32>(place, 4);
    nearEpsilon = load<f32>(place, 8);
    farScale = load<f32>(place, 12);
    farEpsilon = load<f32>(place, 16);
    retained = load<f32>(place, 20);
    mDecay = load<f32>(place, 24);
    vDecay = load<f32>(place, 28);
    return true;
  }
  computePendingUpdate(last);
  store<i32>(place, stepsMade);
  store<f32>(place, nearScale, 4);
  store<f32>(place, nearEpsilon, 8);
  store<f32>(place, farScale, 12);
  store<f32>(place, farEpsilon, 16);
  store<f32>(place, retained, 20);
  store<f32>(place, mDecay, 24);
  store<f32>(place, vDecay, 28);
  return true;
}

/** Deviations below this share of the mean are as good as none: the error left is a quarter of its square. */
const NEGLIGIBLE_DEVIATION: f32 = 0.01;

/** Computes the pending update of rows last updated at step `last`. */
function computePendingUpdate(last: i32): void {
  const gap = stepsMade - last;
  const first = plan(Plan.FirstStep);
  const pendingSums = at(Plan.PendingSumsAt) + (<usize>(last - first) << 4);
  const sum = load<f32>(pendingSums);
  const mean = sum > 0 ? load<f32>(pendingSums, 4) / sum : 1;
  const spread = sum > 0 ? max(<f32>0, load<f32>(pendingSums, 8) / sum - mean * mean) : 0;
  const epsilon = planFloat(Plan.Epsilon);
  if (spread < NEGLIGIBLE_DEVIATION * NEGLIGIBLE_DEVIATION * mean * mean) {
    nearScale = sum * mean;
    nearEpsilon = epsilon * mean;
    farScale = 0;
    farEpsilon = 1;
  } else {
    const deviation = min(mean, <f32>Math.sqrt(<f64>spread));
    nearScale = (sum / 2) * (mean - deviation);
    nearEpsilon = epsilon * (mean - deviation);
    farScale = (sum / 2) * (mean + deviation);
    farEpsilon = epsilon * (mean + deviation);
    // A place at zero has no scale, and divides by √v alone.
    if (nearEpsilon === 0) nearEpsilon = epsilon;
  }
  if (gap <= MOMENT_WINDOW_STEPS) {
    const powers = at(Plan.PowersAt) + (<usize>(MOMENT_WINDOW_STEPS - gap) << 4);
    mDecay = load<f32>(powers);
    vDecay = load<f32>(powers, 12);
  } else {
    mDecay = 0;
    vDecay = fastPower(lnBeta2, gap);
  }
  const decayAt = at(Plan.DecayAt);
  retained = 1;
  if (decayAt !== 0) {
    const decaySum = load<f64>(decayAt + (<usize>(stepsMade - first) << 3));
    retained = fastPower(<f32>(decaySum - load<f64>(decayAt + (<usize>(last - first) << 3))), 1);
    // What came to rest long ago has shrunk since.
    if (gap > MOMENT_WINDOW_STEPS) {
      const since = fastPower(<f32>(decaySum - load<f64>(decayAt + (<usize>(last - first + MOMENT_WINDOW_STEPS) << 3))), 1);
      nearScale *= since;
      farScale *= since;
    }
  }
}

/** The pending change of values, from their moments m and v. */
@inline
function pendingStep(m: v128, v: v128): v128 {
  const root = f32x4.sqrt(v);
  const near = f32x4.div(splat(nearScale), f32x4.add(root, splat(nearEpsilon)));
  if (farScale === 0) return f32x4.mul(m, near);
  return f32x4.mul(m, f32x4.add(near, f32x4.div(splat(farScale), f32x4.add(root, splat(farEpsilon)))));
}

/** Makes up for the steps in which a row had no gradient. */
export function catchUp(side: i32, row: i32): void {
  if (!loadPendingUpdate(side, row)) return;
  setUpdatedAtStep(tableAt(side, Table.MarksAt), row, stepsMade);
  const values = recordOf(side, row);
  const bytes = <usize>table(side, Table.Stride) << 2;
  const retainedLanes = splat(retained);
  const first = splat(mDecay);
  const second = splat(vDecay);
  let i: usize = 0;
  do {
    const place = values + i;
    const m = v128.load(place + bytes);
    const v = v128.load(place + 2 * bytes);
    v128.store(place, f32x4.sub(f32x4.mul(retainedLanes, v128.load(place)), pendingStep(m, v)));
    v128.store(place + bytes, f32x4.mul(first, m));
    v128.store(place + 2 * bytes, f32x4.mul(second, v));
    i += 16;
  } while (i < bytes);
}

/**
 * The values of a row as they are once caught up, `bytes` of them, elsewhere. `catchingUp` puts them into the
 * table too; its moments then wait for the row’s own move in the same step, which takes them as `loadMomentDecay` says: until
 * then nothing else may ask for the row.
 */
export function readCaughtUp(side: i32, row: i32, to: usize, bytes: usize, catchingUp: bool): void {
  const values = recordOf(side, row);
  let i: usize = 0;
  if (!loadPendingUpdate(side, row)) {
    do {
      v128.store(to + i, v128.load(values + i));
      i += 16;
    } while (i < bytes);
    return;
  }
  const stride = <usize>table(side, Table.Stride) << 2;
  const retainedLanes = splat(retained);
  do {
    const place = values + i;
    const change = pendingStep(v128.load(place + stride), v128.load(place + 2 * stride));
    const value = f32x4.sub(f32x4.mul(retainedLanes, v128.load(place)), change);
    v128.store(to + i, value);
    if (catchingUp) v128.store(place, value);
    i += 16;
  } while (i < bytes);
}

/** Loads the decay of the moments of a row that was caught up: see `decayOfM` and `decayOfV`. */
export function loadMomentDecay(side: i32, row: i32): void {
  if (loadPendingUpdate(side, row)) return;
  mDecay = 1;
  vDecay = 1;
}

@inline
export function decayOfM(): f32 {
  return mDecay;
}

@inline
export function decayOfV(): f32 {
  return vDecay;
}

/** Brings rows of a table up to date. */
export function catchUpAll(side: i32, from: i32, to: i32): void {
  for (let row = from; row < to; row++) catchUp(side, row);
}
