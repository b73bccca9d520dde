import { at, float, int, plan, planFloat, setFloat, setInt, table, tableAt, touch, vector } from './memory';
import { ln, madd, nmadd, splat, sum4 } from './numbers';
import { power, quickPower } from './past';
import { Optimiser, Plan, Rest, Side, Table, WINDOW } from './plan';

/** Added to the squared length before its root, so that a zero vector has a direction. */
const NORM_EPSILON: f32 = 1e-12;

// What all rows of a step have in common, reckoned once by each thread.
let rate: f32 = 0;
let scale: f32 = 0;
let unroot: f32 = 0;
let shrink: f32 = 0;
let lnBeta2: f32 = 0;
let count: i32 = 1;
/** Steps made before the one at hand. */
let made: i32 = 0;

/** Readies the numbers of a step, counted from 1; `pairs` is what a penalty is the mean over. */
export function beginStep(step: i32, stepRate: f32, pairs: i32): void {
  made = step - 1;
  const beta1 = <f64>planFloat(Plan.Beta1);
  const beta2 = <f64>planFloat(Plan.Beta2);
  rate = stepRate;
  count = pairs;
  scale = <f32>(<f64>stepRate / (1 - power(beta1, step)));
  unroot = <f32>(1 / Math.sqrt(1 - power(beta2, step)));
  shrink = stepRate * planFloat(Plan.DecoupledDecay);
}

/** Readies what all steps of an order have in common. */
export function beginOrder(): void {
  made = plan(Plan.Step);
  // A moment that forgets at once has no logarithm.
  lnBeta2 = <f32>ln(max(<f64>planFloat(Plan.Beta2), 1e-30));
}

/** Which thread keeps a row: threads · hash, so that neither order nor popularity gathers on one. */
@inline
export function ownerOf(row: i32, threads: i32): i32 {
  return <i32>((((<u32>row * 0x9e3779b1) >> 16) * <u32>threads) >> 16);
}

/** Address of a row of a table. */
@inline
export function recordOf(side: i32, row: i32): usize {
  return tableAt(side, Table.At) + <usize>row * (<usize>(table(side, Table.Stride) * table(side, Table.Parts)) << 2);
}

// What a row has still to move, as `readyPast` found it: pushes at one place or two, and what is added to √v there.
let push: f32 = 0;
let soft: f32 = 1;
let farPush: f32 = 0;
let farSoft: f32 = 1;
let kept: f32 = 1;
let fadeFirst: f32 = 1;
let fadeSecond: f32 = 1;

/** Deviations below this share of the mean are as good as none: the error left is a quarter of its square. */
const ALIKE: f32 = 0.01;

/** Finds what a row has still to move for the steps in which it had no gradient (past.ts); false for nothing. */
function readyPast(side: i32, row: i32): bool {
  if (plan(Plan.Rest) !== Rest.CatchUp) return false;
  const last = int(tableAt(side, Table.LastAt), row);
  const gap = made - last;
  if (gap === 0) return false;
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
  return true;
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
  setInt(tableAt(side, Table.LastAt), row, made);
  const values = recordOf(side, row);
  const bytes = <usize>table(side, Table.Stride) << 2;
  let i: usize = 0;
  do {
    const place = values + i;
    const m = v128.load(place + bytes);
    const v = v128.load(place + 2 * bytes);
    v128.store(place, f32x4.sub(f32x4.mul(splat(kept), v128.load(place)), moved(m, v)));
    v128.store(place + bytes, f32x4.mul(splat(fadeFirst), m));
    v128.store(place + 2 * bytes, f32x4.mul(splat(fadeSecond), v));
    i += 16;
  } while (i < bytes);
}

/** The values of a row as they would be brought up to date, `bytes` of them, elsewhere: the table stays as it is. */
function readUp(side: i32, row: i32, to: usize, bytes: usize): void {
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
  do {
    const place = values + i;
    const change = moved(v128.load(place + stride), v128.load(place + 2 * stride));
    v128.store(to + i, f32x4.sub(f32x4.mul(splat(kept), v128.load(place)), change));
    i += 16;
  } while (i < bytes);
}

/** Rows that are fetched side by side before they are worked on. */
export const FETCHED_ROWS: i32 = 4;

/** Fetches the rows at places from.. of a table's list. */
@inline
export function fetchRows(side: i32, from: i32, to: i32): void {
  const list = tableAt(side, Table.ListAt);
  const bytes = <usize>(table(side, Table.Stride) * table(side, Table.Parts)) << 2;
  for (let slot = from; slot < min(to, from + FETCHED_ROWS); slot++) {
    touch(tableAt(side, Table.At) + <usize>int(list, slot) * bytes, bytes);
  }
}

/** Brings rows of a table up to date. */
export function bringUpAll(side: i32, from: i32, to: i32): void {
  for (let row = from; row < to; row++) bringUp(side, row);
}

/**
 * Puts the vector of the row at place `slot` of a table's list where the scores are made: brought up to
 * date, with its features added, scaled, with the numbers that carry biases.
 */
export function gather(side: i32, slot: i32): void {
  const row = int(tableAt(side, Table.ListAt), slot);
  const floats = plan(Plan.Gathered);
  const to = vector(tableAt(side, Table.GatheredAt), slot, floats);
  const bytes = <usize>floats << 2;
  const own = min(bytes, <usize>table(side, Table.Stride) << 2);
  const d = plan(Plan.Dimensions);
  // A bias behind the last whole vector lies beyond what is gathered where scores have no offsets: it has some.
  readUp(side, row, to, own);
  for (let j: usize = own; j < bytes; j += 16) v128.store(to + j, splat(0));
  const bias: f32 = table(side, Table.HasBias) ? float(to, d) : 0;
  if (tableAt(side, Table.FeatureOffsetsAt) !== 0) addFeatures(side, row, to);
  for (let i = d; i < floats; i++) setFloat(to, i, 0);
  if (side === Side.Row && plan(Plan.Pooled)) return;
  finish(side === Side.Row, to, vector(tableAt(side, Table.NormsAt), slot, 1), bias);
}

/** Scales a vector and sets the numbers that carry biases. */
export function finish(isRow: bool, to: usize, norm: usize, bias: f32): void {
  const d = plan(Plan.Dimensions);
  const bytes = <usize>plan(Plan.Gathered) << 2;
  const temperature: f32 = isRow ? planFloat(Plan.Temperature) : 1;
  if (plan(Plan.Cosine)) {
    let sum = splat(0);
    let i: usize = 0;
    do {
      const x = v128.load(to + i);
      sum = madd(x, x, sum);
      i += 16;
    } while (i < bytes);
    const length = <f32>Math.sqrt(<f64>(sum4(sum) + NORM_EPSILON));
    store<f32>(norm, length);
    const factor = splat(temperature / length);
    i = 0;
    do {
      v128.store(to + i, f32x4.mul(factor, v128.load(to + i)));
      i += 16;
    } while (i < bytes);
  } else if (temperature !== 1) {
    let i: usize = 0;
    do {
      v128.store(to + i, f32x4.mul(splat(temperature), v128.load(to + i)));
      i += 16;
    } while (i < bytes);
  }
  if (plan(Plan.Extended)) {
    setFloat(to, d, isRow ? bias : 1);
    setFloat(to, d + 1, isRow ? 1 : bias + planFloat(Plan.Offset));
  }
}

/**
 * The gradient of what was gathered becomes that of the vector itself, before it was scaled, in place.
 * Gives the gradient of its bias.
 */
export function unfinish(isRow: bool, gathered: usize, gradient: usize, norm: usize): f32 {
  const d = plan(Plan.Dimensions);
  const floats = plan(Plan.Gathered);
  const bytes = <usize>floats << 2;
  let bias: f32 = 0;
  if (plan(Plan.Extended)) {
    bias = float(gradient, isRow ? d : d + 1);
    for (let i = d; i < floats; i++) setFloat(gradient, i, 0);
  }
  const temperature: f32 = isRow ? planFloat(Plan.Temperature) : 1;
  if (plan(Plan.Cosine)) {
    // (g − (g·x̂) x̂) / ‖x‖ with τ x̂ at hand and the gradient of τ x̂. What lies behind the vector ends in
    // places that carry no parameter, or a bias that is set afterwards.
    let sum = splat(0);
    let i: usize = 0;
    do {
      sum = madd(v128.load(gradient + i), v128.load(gathered + i), sum);
      i += 16;
    } while (i < bytes);
    const along = splat(sum4(sum) / (temperature * temperature));
    const factor = splat(temperature / load<f32>(norm));
    i = 0;
    do {
      const g = nmadd(along, v128.load(gathered + i), v128.load(gradient + i));
      v128.store(gradient + i, f32x4.mul(factor, g));
      i += 16;
    } while (i < bytes);
  } else if (temperature !== 1) {
    const factor = splat(temperature);
    let i: usize = 0;
    do {
      v128.store(gradient + i, f32x4.mul(factor, v128.load(gradient + i)));
      i += 16;
    } while (i < bytes);
  }
  return bias;
}

/** Table of features that belongs to a table. */
@inline
export function featuresOf(side: i32): i32 {
  return side === Side.Row ? Side.RowFeature : Side.ColumnFeature;
}

function addFeatures(side: i32, row: i32, to: usize): void {
  const offsets = tableAt(side, Table.FeatureOffsetsAt);
  const indices = tableAt(side, Table.FeatureIndicesAt);
  const from = featuresOf(side);
  for (let i = int(offsets, row); i < int(offsets, row + 1); i++) {
    addNumbers(to, recordOf(from, int(indices, i)), table(from, Table.Width));
  }
}

/** Adds the gradient of a row's vector to those of its features, in the thread's own sums. */
function addToFeatures(side: i32, row: i32, gradient: usize, thread: i32): void {
  const offsets = tableAt(side, Table.FeatureOffsetsAt);
  const indices = tableAt(side, Table.FeatureIndicesAt);
  const into = featuresOf(side);
  const stride = table(into, Table.Stride);
  const sums = vector(tableAt(into, Table.GradientAt), thread * table(into, Table.Count), stride);
  for (let i = int(offsets, row); i < int(offsets, row + 1); i++) {
    addNumbers(vector(sums, int(indices, i), stride), gradient, table(into, Table.Width));
  }
}

/** to += from, `count` numbers: what lies behind them may be something else. */
function addNumbers(to: usize, from: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const place = <usize>i << 2;
    v128.store(to + place, f32x4.add(v128.load(to + place), v128.load(from + place)));
  }
  for (; i < count; i++) setFloat(to, i, float(to, i) + float(from, i));
}

/** Adds the penalty of a vector that `uses` pairs have to its gradient, and gives its share of the loss. Before `unfinish`. */
function penalise(side: i32, uses: i32, gathered: usize, gradient: usize): f64 {
  const d = plan(Plan.Dimensions);
  const lambda = planFloat(Plan.Regularisation) * <f32>uses;
  const isRow = side === Side.Row;
  const temperature: f32 = isRow ? planFloat(Plan.Temperature) : 1;
  // The penalty is of the vectors before the temperature; their gradient will be multiplied by it once more.
  const pull = (lambda * 2) / <f32>count;
  let sum: f64 = 0;
  for (let i = 0; i < d; i++) {
    const x = float(gathered, i);
    setFloat(gradient, i, float(gradient, i) + (pull / (temperature * temperature)) * x);
    sum += <f64>(x * x);
  }
  sum /= <f64>(temperature * temperature);
  if (table(side, Table.HasBias)) {
    const place = isRow ? d : d + 1;
    const bias = float(gathered, place) - (isRow ? <f32>0 : planFloat(Plan.Offset));
    setFloat(gradient, place, float(gradient, place) + pull * bias);
    sum += <f64>(bias * bias);
  }
  return (<f64>lambda * sum) / <f64>count;
}

/**
 * Moves the row at place `slot` of a table's list by the gradient of what was gathered, which is used up,
 * and forgets its place. `uses` pairs have it. Gives its penalty.
 */
export function apply(side: i32, slot: i32, gradient: usize, uses: i32, thread: i32): f64 {
  const row = int(tableAt(side, Table.ListAt), slot);
  const gathered = vector(tableAt(side, Table.GatheredAt), slot, plan(Plan.Gathered));
  const isRow = side === Side.Row;
  let penalty: f64 = 0;
  let bias: f32 = 0;
  if (!isRow || !plan(Plan.Pooled)) {
    if (planFloat(Plan.Regularisation) > 0) penalty = penalise(side, uses, gathered, gradient);
    bias = unfinish(isRow, gathered, gradient, vector(tableAt(side, Table.NormsAt), slot, 1));
  }
  if (tableAt(side, Table.FeatureOffsetsAt) !== 0) addToFeatures(side, row, gradient, thread);
  if (table(side, Table.HasBias)) setFloat(gradient, plan(Plan.Dimensions), bias);
  bringUp(side, row);
  move(recordOf(side, row), table(side, Table.Stride), gradient, <usize>table(side, Table.Stride) << 2);
  setInt(tableAt(side, Table.LastAt), row, made + 1);
  setInt(tableAt(side, Table.SlotAt), row, -1);
  return penalty;
}

/** Moves the rows from..to of a table that the batch does not have by what they hold. */
export function moveOthers(side: i32, from: i32, to: i32): void {
  const slots = tableAt(side, Table.SlotAt);
  const stride = table(side, Table.Stride);
  for (let row = from; row < to; row++) {
    if (int(slots, row) < 0) move(recordOf(side, row), stride, at(Plan.ZerosAt), <usize>stride << 2);
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
  if (optimiser === Optimiser.Adam) {
    const beta1 = splat(planFloat(Plan.Beta1));
    const beta2 = splat(planFloat(Plan.Beta2));
    const rest1 = splat(1 - planFloat(Plan.Beta1));
    const rest2 = splat(1 - planFloat(Plan.Beta2));
    const by = splat(scale);
    const stretch = splat(unroot);
    const kept = splat(1 - shrink);
    let i: usize = 0;
    do {
      const place = values + i;
      const w = v128.load(place);
      const g = madd(decay, w, v128.load(gradient + i));
      const m = madd(rest1, g, f32x4.mul(beta1, v128.load(place + bytes)));
      const v = madd(f32x4.mul(rest2, g), g, f32x4.mul(beta2, v128.load(place + 2 * bytes)));
      v128.store(place + bytes, m);
      v128.store(place + 2 * bytes, v);
      const change = f32x4.div(f32x4.mul(by, m), madd(f32x4.sqrt(v), stretch, epsilon));
      v128.store(place, f32x4.sub(f32x4.mul(kept, w), change));
      i += 16;
    } while (i < length);
  } else if (optimiser === Optimiser.Adagrad) {
    const by = splat(rate);
    let i: usize = 0;
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
    let i: usize = 0;
    do {
      const place = values + i;
      const w = v128.load(place);
      v128.store(place, nmadd(by, madd(decay, w, v128.load(gradient + i)), w));
      i += 16;
    } while (i < length);
  }
}
