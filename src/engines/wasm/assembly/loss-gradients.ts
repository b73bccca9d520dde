import { at, float, plan, planFloat, setFloat } from './memory';
import { exp4, ln, lnProduct, madd, splat } from './numbers';
import { Curve, Loss, Plan } from './plan';
import { storeSums } from './sums';

/** The four numbers added up, each lane to double precision. */
@inline
function total(x: v128): f64 {
  return (
    <f64>f32x4.extract_lane(x, 0) +
    <f64>f32x4.extract_lane(x, 1) +
    <f64>f32x4.extract_lane(x, 2) +
    <f64>f32x4.extract_lane(x, 3)
  );
}

/** Scores of pairs from..to become the logitGradients of their own losses, mean over `pairs`, in place. */
export function pairLossGradients(from: i32, to: i32, pairs: i32, sums: usize): void {
  const link = at(Plan.LinkAt);
  const weight: f32 = link !== 0 ? float(link, 0) : 1;
  const bias: f32 = link !== 0 ? float(link, 1) : 0;
  const w = splat(weight);
  const share = splat(<f32>1 / <f32>pairs);
  const one = splat(1);
  const none = splat(0);
  const crossEntropy = plan(Plan.Loss) === Loss.CrossEntropy;
  const curve = plan(Plan.Output);
  const lowest = splat(planFloat(Plan.RangeFrom));
  const width = splat(planFloat(Plan.RangeTo) - planFloat(Plan.RangeFrom));
  const z = at(Plan.LogitGradientsAt);
  const y = at(Plan.TargetsAt);
  let loss: f64 = 0;
  let losses = none;
  let metrics = none;
  let products = one;
  let weights = none;
  let biases = none;
  // Lanes beyond the end are read and must not count.
  let i = from;
  do {
    const valid = i32x4.lt_s(i32x4.add(i32x4.splat(i), i32x4(0, 1, 2, 3)), i32x4.splat(to));
    const place = z + (<usize>i << 2);
    const s = v128.and(valid, v128.load(place));
    const target = v128.and(valid, v128.load(y + (<usize>i << 2)));
    const x = link !== 0 ? madd(s, w, splat(bias)) : s;
    let g: v128;
    if (crossEntropy) {
      const e = exp4(f32x4.neg(f32x4.abs(x)));
      const inverse = f32x4.div(one, f32x4.add(one, e));
      const probability = v128.bitselect(inverse, f32x4.mul(e, inverse), f32x4.ge(x, none));
      g = f32x4.sub(probability, target);
      // softplus(x) − y x = max(x, 0) − y x + ln(1 + e^−|x|); of the logarithms only that of their product is taken.
      losses = f32x4.add(losses, v128.and(valid, f32x4.sub(f32x4.max(x, none), f32x4.mul(target, x))));
      products = f32x4.mul(products, v128.bitselect(f32x4.add(one, e), one, valid));
      const right = v128.not(v128.xor(f32x4.gt(x, none), f32x4.gt(target, splat(0.5))));
      metrics = f32x4.add(metrics, v128.and(v128.and(valid, right), one));
      if (((i - from) & 255) === 252) {
        loss += lnProduct(products);
        products = one;
      }
    } else {
      let prediction = x;
      let steepness = one;
      if (curve === Curve.Relu) {
        prediction = f32x4.max(x, none);
        steepness = v128.and(f32x4.gt(x, none), one);
      } else if (curve === Curve.Sigmoid) {
        const e = exp4(f32x4.neg(f32x4.abs(x)));
        const inverse = f32x4.div(one, f32x4.add(one, e));
        const p = v128.bitselect(inverse, f32x4.mul(e, inverse), f32x4.ge(x, none));
        prediction = madd(width, p, lowest);
        steepness = f32x4.mul(width, f32x4.mul(p, f32x4.sub(one, p)));
      }
      const error = f32x4.sub(prediction, target);
      losses = f32x4.add(losses, v128.and(valid, f32x4.mul(error, error)));
      metrics = f32x4.add(metrics, v128.and(valid, f32x4.abs(error)));
      g = f32x4.mul(f32x4.add(error, error), steepness);
    }
    g = v128.and(valid, f32x4.mul(g, share));
    if (link !== 0) {
      weights = madd(g, s, weights);
      biases = f32x4.add(biases, g);
      g = f32x4.mul(g, w);
    }
    if (i + 4 <= to) v128.store(place, g);
    else for (let j = 0; j < to - i; j++) storeLane(place, g, j);
    i += 4;
  } while (i < to);
  storeSums(sums, loss + total(losses) + lnProduct(products), total(metrics), total(weights), total(biases));
}

function storeLane(place: usize, x: v128, lane: i32): void {
  if (lane === 0) store<f32>(place, f32x4.extract_lane(x, 0));
  else if (lane === 1) store<f32>(place, f32x4.extract_lane(x, 1), 4);
  else store<f32>(place, f32x4.extract_lane(x, 2), 8);
}

/** Scores of the groups in from..to become the logitGradients of their losses, BPR or softmax among each group, in place. */
export function groupLossGradients(from: i32, to: i32, groups: i32, sums: usize): void {
  const group = plan(Plan.Group);
  const logitGradients = at(Plan.LogitGradientsAt);
  const bpr = plan(Plan.Loss) === Loss.Bpr;
  const share = bpr ? <f32>1 / <f32>(groups * (group - 1)) : <f32>1 / <f32>groups;
  let loss: f64 = 0;
  let metric: f64 = 0;
  for (let n = from; n < to; n += group) {
    const z = logitGradients + (<usize>n << 2);
    const own = float(z, 0);
    let below = 0;
    for (let j = 1; j < group; j++) if (float(z, j) < own) below++;
    metric += <f64>below;
    if (bpr) {
      let sum: f32 = 0;
      for (let j = 1; j < group; j++) {
        const apart = own - float(z, j);
        const e = expOf(-abs(apart));
        loss += <f64>max(-apart, <f32>0) + ln(1 + <f64>e);
        const g = share * (apart >= 0 ? e / (1 + e) : 1 / (1 + e));
        setFloat(z, j, g);
        sum += g;
      }
      setFloat(z, 0, -sum);
    } else {
      let highest = own;
      for (let j = 1; j < group; j++) highest = max(highest, float(z, j));
      let all: f32 = 0;
      for (let j = 0; j < group; j++) {
        const e = expOf(float(z, j) - highest);
        setFloat(z, j, e);
        all += e;
      }
      loss += ln(<f64>all) + <f64>(highest - own);
      const by = share / all;
      for (let j = 0; j < group; j++) setFloat(z, j, float(z, j) * by);
      setFloat(z, 0, float(z, 0) - share);
    }
  }
  storeSums(sums, loss, metric, 0, 0);
}

function expOf(x: f32): f32 {
  return f32x4.extract_lane(exp4(splat(x)), 0);
}
