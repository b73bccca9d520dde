import { float, int, plan, planFloat, setFloat, table, tableAt, vector } from './memory';
import { madd, nmadd, splat, horizontalSum } from './numbers';
import { count, move, updateCaughtUp } from './optimiser';
import { catchUp, loadMomentDecay, readCaughtUp, markUpdated } from './lazy-adam';
import { Plan, Side, Table } from './plan';
import { recordOf, setSlot } from './tables';

/** Added to the squared length before its root, so that a zero vector has a direction. */
const NORM_EPSILON: f32 = 1e-12;

/**
 * Puts the vector of the row at place `slot` of a table's list where the scores are made: caught up,
 * with its features added, scaled, with the numbers that carry biases. `catchingUp` brings the row itself up to
 * date, for `applyCaughtUp`.
 */
export function gather(side: i32, slot: i32, catchingUp: bool): void {
  const row = int(tableAt(side, Table.ListAt), slot);
  const floats = plan(Plan.Gathered);
  const to = vector(tableAt(side, Table.GatheredAt), slot, floats);
  const bytes = <usize>floats << 2;
  const own = min(bytes, <usize>table(side, Table.Stride) << 2);
  const d = plan(Plan.Dimensions);
  // A bias behind the last whole vector lies beyond what is gathered where scores have no offsets: it has some.
  readCaughtUp(side, row, to, own, catchingUp);
  for (let j: usize = own; j < bytes; j += 16) v128.store(to + j, splat(0));
  const bias: f32 = table(side, Table.HasBias) ? float(to, d) : 0;
  if (tableAt(side, Table.FeatureOffsetsAt) !== 0) addFeatures(side, row, to);
  for (let i = d; i < floats; i++) setFloat(to, i, 0);
  if (side === Side.Row && plan(Plan.Pooled)) return;
  scaleVector(side === Side.Row, to, vector(tableAt(side, Table.NormsAt), slot, 1), bias);
}

/** Scales a vector and sets the numbers that carry biases. */
export function scaleVector(isRow: bool, to: usize, norm: usize, bias: f32): void {
  const d = plan(Plan.Dimensions);
  const temperature: f32 = isRow ? planFloat(Plan.Temperature) : 1;
  if (plan(Plan.Cosine)) {
    const length = <f32>Math.sqrt(<f64>(product(to, to) + NORM_EPSILON));
    store<f32>(norm, length);
    scaleBy(to, temperature / length);
  } else if (temperature !== 1) {
    scaleBy(to, temperature);
  }
  if (plan(Plan.Extended)) {
    setFloat(to, d, isRow ? bias : 1);
    setFloat(to, d + 1, isRow ? 1 : bias + planFloat(Plan.Offset));
  }
}

/** Product of two gathered vectors. */
function product(a: usize, b: usize): f32 {
  const bytes = <usize>plan(Plan.Gathered) << 2;
  let sum = splat(0);
  let other = splat(0);
  let i: usize = 0;
  // Two sums, since each waits for its last.
  while (i + 32 <= bytes) {
    sum = madd(v128.load(a + i), v128.load(b + i), sum);
    other = madd(v128.load(a + i, 16), v128.load(b + i, 16), other);
    i += 32;
  }
  if (i < bytes) sum = madd(v128.load(a + i), v128.load(b + i), sum);
  return horizontalSum(f32x4.add(sum, other));
}

function scaleBy(to: usize, by: f32): void {
  const bytes = <usize>plan(Plan.Gathered) << 2;
  const factor = splat(by);
  let i: usize = 0;
  do {
    v128.store(to + i, f32x4.mul(factor, v128.load(to + i)));
    i += 16;
  } while (i < bytes);
}

/**
 * The gradient of what was gathered becomes that of the vector itself, before it was scaled, in place.
 * Gives the gradient of its bias.
 */
export function unscaleGradient(isRow: bool, gathered: usize, gradient: usize, norm: usize): f32 {
  const bias = takeBias(isRow, gradient);
  const temperature: f32 = isRow ? planFloat(Plan.Temperature) : 1;
  if (plan(Plan.Cosine)) {
    // (g − (g·x̂) x̂) / ‖x‖ with τ x̂ at hand and the gradient of τ x̂. What lies behind the vector ends in
    // places that carry no parameter, or a bias that is set afterwards.
    const bytes = <usize>plan(Plan.Gathered) << 2;
    const along = splat(product(gradient, gathered) / (temperature * temperature));
    const factor = splat(temperature / load<f32>(norm));
    let i: usize = 0;
    do {
      const g = nmadd(along, v128.load(gathered + i), v128.load(gradient + i));
      v128.store(gradient + i, f32x4.mul(factor, g));
      i += 16;
    } while (i < bytes);
  } else if (temperature !== 1) {
    scaleBy(gradient, temperature);
  }
  return bias;
}

/** The gradient of a bias, which is taken out of that of a gathered vector. */
@inline
function takeBias(isRow: bool, gradient: usize): f32 {
  if (!plan(Plan.Extended)) return 0;
  const d = plan(Plan.Dimensions);
  const bias = float(gradient, isRow ? d : d + 1);
  for (let i = d; i < plan(Plan.Gathered); i++) setFloat(gradient, i, 0);
  return bias;
}

/** Table of features that belongs to a table. */
@inline
function featuresOf(side: i32): i32 {
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

/** Adds the penalty of a vector that `uses` pairs have to its gradient, and gives its share of the loss. Before `unscaleGradient`. */
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
    bias = unscaleGradient(isRow, gathered, gradient, vector(tableAt(side, Table.NormsAt), slot, 1));
  }
  if (tableAt(side, Table.FeatureOffsetsAt) !== 0) addToFeatures(side, row, gradient, thread);
  if (table(side, Table.HasBias)) setFloat(gradient, plan(Plan.Dimensions), bias);
  catchUp(side, row);
  move(recordOf(side, row), table(side, Table.Stride), gradient, <usize>table(side, Table.Stride) << 2);
  markUpdated(side, row);
  setSlot(tableAt(side, Table.MarksAt), row, -1);
  return penalty;
}

/**
 * As `apply`, for a row that was caught up when it was gathered and has no features: unscales its gradient and moves
 * it in one go.
 */
export function applyCaughtUp(side: i32, slot: i32, gradient: usize, uses: i32): f64 {
  const row = int(tableAt(side, Table.ListAt), slot);
  const gathered = vector(tableAt(side, Table.GatheredAt), slot, plan(Plan.Gathered));
  const norm = vector(tableAt(side, Table.NormsAt), slot, 1);
  const isRow = side === Side.Row;
  const cosine = plan(Plan.Cosine) === 1;
  let penalty: f64 = 0;
  if (planFloat(Plan.Regularisation) > 0) penalty = penalise(side, uses, gathered, gradient);
  let along: f32 = 0;
  let factor: f32 = 1;
  let bias: f32 = 0;
  if (cosine && plan(Plan.Extended)) {
    // Behind the vector lie numbers that are no part of it.
    bias = unscaleGradient(isRow, gathered, gradient, norm);
  } else {
    const temperature: f32 = isRow ? planFloat(Plan.Temperature) : 1;
    bias = takeBias(isRow, gradient);
    factor = temperature;
    if (cosine) {
      along = product(gradient, gathered) / (temperature * temperature);
      factor = temperature / load<f32>(norm);
    }
  }
  if (table(side, Table.HasBias)) setFloat(gradient, plan(Plan.Dimensions), factor === 1 ? bias : bias / factor);
  loadMomentDecay(side, row);
  updateCaughtUp(recordOf(side, row), table(side, Table.Stride), gradient, gathered, along, factor);
  markUpdated(side, row);
  setSlot(tableAt(side, Table.MarksAt), row, -1);
  return penalty;
}
