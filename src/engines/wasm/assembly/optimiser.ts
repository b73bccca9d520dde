import { at, plan, planFloat, table, tableAt, vector } from './memory';
import { madd, nmadd, splat } from './numbers';
import { beginCatchUp, decayOfM, decayOfV, power } from './lazy-adam';
import { Optimiser, Plan, UntouchedRows, Side, Table } from './plan';
import { recordOf, slotOf } from './tables';
import { barrier, shareFrom } from './threads';

// What all rows of a step have in common, computed once by each thread.
let rate: f32 = 0;
let scale: f32 = 0;
let rootScale: f32 = 0;
let decoupledDecay: f32 = 0;
/** Pairs that a penalty is the mean over. */
export let count: i32 = 1;

/** Readies the numbers of a step, counted from 1; `pairs` is what a penalty is the mean over. */
export function beginStep(step: i32, stepRate: f32, pairs: i32): void {
  beginCatchUp(step - 1);
  const beta1 = <f64>planFloat(Plan.Beta1);
  const beta2 = <f64>planFloat(Plan.Beta2);
  rate = stepRate;
  count = pairs;
  scale = <f32>(<f64>stepRate / (1 - power(beta1, step)));
  rootScale = <f32>(1 / Math.sqrt(1 - power(beta2, step)));
  decoupledDecay = stepRate * planFloat(Plan.DecoupledDecay);
}

/** Where every parameter moves at every step: the rows that the batch does not have. Ends with all threads done. */
export function updateUntouchedRows(thread: i32): void {
  if (plan(Plan.UntouchedRows) !== UntouchedRows.Dense) return;
  updateUntouched(Side.Row, shareOfTable(Side.Row, thread), shareOfTable(Side.Row, thread + 1));
  updateUntouched(Side.Column, shareOfTable(Side.Column, thread), shareOfTable(Side.Column, thread + 1));
  barrier();
}

export function shareOfTable(side: i32, thread: i32): i32 {
  return shareFrom(table(side, Table.Count), thread);
}

/** Moves the rows from..to of a table that the batch does not have by what they hold. */
function updateUntouched(side: i32, from: i32, to: i32): void {
  const marks = tableAt(side, Table.MarksAt);
  const stride = table(side, Table.Stride);
  for (let row = from; row < to; row++) {
    if (slotOf(marks, row) < 0) move(recordOf(side, row), stride, at(Plan.ZerosAt), <usize>stride << 2);
  }
}

/** Moves the features from..to of a table of features by the sums of all threads, and empties these. */
export function applyFeatures(side: i32, from: i32, to: i32): void {
  const stride = table(side, Table.Stride);
  const all = table(side, Table.Count);
  const bytes = <usize>stride << 2;
  for (let f = from; f < to; f++) {
    const first = vector(tableAt(side, Table.GradientAt), f, stride);
    for (let t = 1; t < plan(Plan.Threads); t++) {
      const other = vector(tableAt(side, Table.GradientAt), t * all + f, stride);
      let b: usize = 0;
      do {
        v128.store(first + b, f32x4.add(v128.load(first + b), v128.load(other + b)));
        v128.store(other + b, splat(0));
        b += 16;
      } while (b < bytes);
    }
    move(recordOf(side, f), stride, first, bytes);
    let b: usize = 0;
    do {
      v128.store(first + b, splat(0));
      b += 16;
    } while (b < bytes);
  }
}

/** One step of the optimiser on `floats` parameters, whose moments lie `bytes` and twice as many behind them. */
export function move(values: usize, floats: i32, gradient: usize, bytes: usize): void {
  const length = <usize>floats << 2;
  const optimiser = plan(Plan.Optimiser);
  const decay = splat(planFloat(Plan.CoupledDecay));
  const epsilon = splat(planFloat(Plan.Epsilon));
  let i: usize = 0;
  if (optimiser === Optimiser.Adam) {
    const beta1 = splat(planFloat(Plan.Beta1));
    const beta2 = splat(planFloat(Plan.Beta2));
    const rest1 = splat(1 - planFloat(Plan.Beta1));
    const rest2 = splat(1 - planFloat(Plan.Beta2));
    const by = splat(scale);
    const rootScaleLanes = splat(rootScale);
    const kept = splat(1 - decoupledDecay);
    do {
      const g = v128.load(gradient + i);
      adam(values + i, bytes, g, decay, beta1, beta2, rest1, rest2, by, rootScaleLanes, epsilon, kept);
      i += 16;
    } while (i < length);
  } else if (optimiser === Optimiser.Adagrad) {
    const by = splat(rate);
    do {
      const place = values + i;
      const w = v128.load(place);
      const g = madd(decay, w, v128.load(gradient + i));
      const v = madd(g, g, v128.load(place + bytes));
      v128.store(place + bytes, v);
      v128.store(place, f32x4.sub(w, f32x4.div(f32x4.mul(by, g), f32x4.add(f32x4.sqrt(v), epsilon))));
      i += 16;
    } while (i < length);
  } else {
    const by = splat(rate);
    do {
      const place = values + i;
      const w = v128.load(place);
      v128.store(place, nmadd(by, madd(decay, w, v128.load(gradient + i)), w));
      i += 16;
    } while (i < length);
  }
}

/** Adam (Kingma and Ba, 2015, algorithm 1) on four parameters, whose moments lie `bytes` and twice as many behind them. */
@inline
function adam(
  place: usize,
  bytes: usize,
  gradient: v128,
  decay: v128,
  beta1: v128,
  beta2: v128,
  rest1: v128,
  rest2: v128,
  by: v128,
  rootScaleLanes: v128,
  epsilon: v128,
  kept: v128,
): void {
  const w = v128.load(place);
  const g = madd(decay, w, gradient);
  const m = madd(rest1, g, f32x4.mul(beta1, v128.load(place + bytes)));
  const v = madd(f32x4.mul(rest2, g), g, f32x4.mul(beta2, v128.load(place + 2 * bytes)));
  v128.store(place + bytes, m);
  v128.store(place + 2 * bytes, v);
  const change = f32x4.div(f32x4.mul(by, m), madd(f32x4.sqrt(v), rootScaleLanes, epsilon));
  v128.store(place, f32x4.sub(f32x4.mul(kept, w), change));
}

/**
 * One step of the optimiser on a row that was caught up (lazy-adam.ts), whose gradient is factor · (gradient − along · vector): that
 * of a vector before it was scaled.
 */
export function updateCaughtUp(
  values: usize,
  floats: i32,
  gradient: usize,
  gathered: usize,
  along: f32,
  factor: f32,
): void {
  const length = <usize>floats << 2;
  const part = splat(along);
  const share = splat(factor);
  let i: usize = 0;
  if (plan(Plan.Optimiser) === Optimiser.Adam) {
    const decay = splat(planFloat(Plan.CoupledDecay));
    const epsilon = splat(planFloat(Plan.Epsilon));
    const beta1 = splat(planFloat(Plan.Beta1) * decayOfM());
    const beta2 = splat(planFloat(Plan.Beta2) * decayOfV());
    const rest1 = splat(1 - planFloat(Plan.Beta1));
    const rest2 = splat(1 - planFloat(Plan.Beta2));
    const by = splat(scale);
    const rootScaleLanes = splat(rootScale);
    const kept = splat(1 - decoupledDecay);
    do {
      const g = f32x4.mul(share, nmadd(part, v128.load(gathered + i), v128.load(gradient + i)));
      adam(values + i, length, g, decay, beta1, beta2, rest1, rest2, by, rootScaleLanes, epsilon, kept);
      i += 16;
    } while (i < length);
  } else {
    do {
      v128.store(gradient + i, f32x4.mul(share, nmadd(part, v128.load(gathered + i), v128.load(gradient + i))));
      i += 16;
    } while (i < length);
    move(values, floats, gradient, length);
  }
}
