import { at, float, int, plan, planFloat, table, tableAt } from './memory';
import { madd, maskOf, hash32, nmadd, permutedIndex, toRange, splat, horizontalSum } from './numbers';
import { Optimiser, Plan, Side, Table } from './plan';
import { storeStep } from './sums';
import { barrier, shareFrom, shareOf } from './threads';

// Descent pair by pair: each pair moves its row and its column, which no other pair of the same stratum has on another
// thread (engines/strata.ts). So the same bits come out on any number of threads.

/** Bytes of a pair: its row, its column and its value. */
const PAIR_BYTES: usize = 12;

/** Steps of pairs in strata, one for each rate. */
export function drawnDescent(steps: i32, thread: i32): void {
  const strata = plan(Plan.Strata);
  const threads = plan(Plan.Threads);
  const size = plan(Plan.BatchPairs);
  const from = plan(Plan.EpochStep) * size;
  const to = min(plan(Plan.PairCount), from + steps * size);
  const key = <u32>plan(Plan.OrderKey);
  for (let i = shareFrom(steps, thread); i < shareFrom(steps, thread + 1); i++) {
    for (let g = 0; g < strata; g++) clearSums(i, g);
  }
  barrier();
  let place = 0;
  for (let s = 0; s < strata && place < to; s++) {
    const d = <i32>permutedIndex(<u32>s, <u32>strata, maskOf(<u32>strata), key, key % <u32>strata);
    const stratum = at(Plan.StrataAt) + (<usize>(d * strata) << 2);
    const first = max(place, from);
    const last = min(place + int(stratum, strata) - int(stratum, 0), to);
    for (let g = 0; g < strata; g++) {
      const end = place + int(stratum, g + 1) - int(stratum, g);
      const begin = max(place, first);
      const stop = min(end, last);
      // A block goes to the thread whose share of the pairs its middle is in.
      if (begin < stop && shareOf((begin - first + stop - first) >> 1, last - first, threads) === thread) {
        descendBlock(d * strata + g, g, place, begin, stop);
      }
      place = end;
    }
    // What the next stratum reads, this one has written.
    if (first < last) barrier();
  }
  if (thread === 0) for (let i = 0; i < steps; i++) addUp(i, min(size, to - (from + i * size)));
}

/** One step with pairs that were written by the other side, in their order: by the first thread alone. */
export function writtenDescent(thread: i32): void {
  if (thread !== 0) return;
  const pairs = plan(Plan.Pairs);
  for (let g = 0; g < plan(Plan.Strata); g++) clearSums(0, g);
  descend(at(Plan.WrittenAt), pairs, float(at(Plan.RatesAt), 0), sumsOf(0, 0));
  addUp(0, pairs);
}

/** Address of what the pairs of step `i` of a command sum up to in blocks of row group `g`: losses and absolute errors. */
@inline
function sumsOf(i: i32, g: i32): usize {
  return at(Plan.StrataSumsAt) + (<usize>(i * plan(Plan.Strata) + g) << 4);
}

function clearSums(i: i32, g: i32): void {
  store<f64>(sumsOf(i, g), 0);
  store<f64>(sumsOf(i, g), 0, 8);
}

/** The means of step `i`, its blocks in order. */
function addUp(i: i32, pairs: i32): void {
  let loss: f64 = 0;
  let metric: f64 = 0;
  for (let g = 0; g < plan(Plan.Strata); g++) {
    loss += load<f64>(sumsOf(i, g));
    metric += load<f64>(sumsOf(i, g), 8);
  }
  storeStep(i, loss / <f64>pairs, metric / <f64>pairs);
}

/** The pairs at places from..to of an epoch, which are in a block whose first place is `place`. */
function descendBlock(block: i32, g: i32, place: i32, from: i32, to: i32): void {
  const batch = plan(Plan.BatchPairs);
  const firstStep = plan(Plan.EpochStep);
  const begin = int(at(Plan.StrataAt), block);
  const size = int(at(Plan.StrataAt), block + 1) - begin;
  const turn = <i32>toRange(hash32(<u32>plan(Plan.OrderKey) + <u32>block), <u32>size);
  let p = from;
  while (p < to) {
    const step = p / batch;
    const offset = (p - place + turn) % size;
    const count = min(min(to, (step + 1) * batch) - p, size - offset);
    const pairs = at(Plan.PairsAt) + <usize>(begin + offset) * PAIR_BYTES;
    descend(pairs, count, float(at(Plan.RatesAt), step - firstStep), sumsOf(step - firstStep, g));
    p += count;
  }
}

/** Lanes below `count`. */
@inline
function lanesBelow(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/**
 * Moves the row and the column of each pair by the gradient of its own loss, one pair after another:
 *
 *   u ← u − rate · (2 (ŷ − y) · temperature · v + pull · u),   pull = 2 λ + decay
 *
 * and so v and the biases, or with that over the root of all its squares so far (Adagrad).
 */
function descend(pairs: usize, count: i32, rate: f32, sums: usize): void {
  const adagrad = plan(Plan.Optimiser) === Optimiser.Adagrad;
  const d = plan(Plan.Dimensions);
  const rows = tableAt(Side.Row, Table.At);
  const columns = tableAt(Side.Column, Table.At);
  const rowBytes = <usize>table(Side.Row, Table.Record) << 2;
  const columnBytes = <usize>table(Side.Column, Table.Record) << 2;
  // Second moments lie so far behind what they belong to.
  const rowApart = <usize>table(Side.Row, Table.Stride) << 2;
  const columnApart = <usize>table(Side.Column, Table.Stride) << 2;
  // Fours of the vectors alone, then one with what is left of them and the biases.
  const whole = <usize>(d >> 2) << 4;
  const rowRest = rowApart > whole;
  const columnRest = columnApart > whole;
  const inside = lanesBelow(d & 3);
  const bias = v128.andnot(lanesBelow((d & 3) + 1), inside);
  const rowBias = table(Side.Row, Table.HasBias) ? bias : splat(0);
  const columnBias = table(Side.Column, Table.HasBias) ? bias : splat(0);
  const temperature = planFloat(Plan.Temperature);
  // A bias has the logitGradient of the score itself, not times the temperature.
  const one = splat(1 / temperature);
  const rowOne = v128.and(rowBias, one);
  const columnOne = v128.and(columnBias, one);
  const offset = planFloat(Plan.Offset);
  const regularisation = planFloat(Plan.Regularisation);
  const pull = splat(2 * regularisation + planFloat(Plan.CoupledDecay));
  const kept = splat(1 - rate * (2 * regularisation + planFloat(Plan.CoupledDecay)));
  const by = splat(rate);
  const epsilon = splat(planFloat(Plan.Epsilon));
  let losses: f64 = 0;
  let metrics: f64 = 0;
  let penalties: f64 = 0;
  const end = pairs + <usize>count * PAIR_BYTES;
  let u = rows + <usize>load<u32>(pairs) * rowBytes;
  let v = columns + <usize>load<u32>(pairs, 4) * columnBytes;
  let score = scoreOf(u, v, whole, inside, rowBias, columnBias, temperature);
  for (let pair = pairs; pair < end; pair += PAIR_BYTES) {
    const error = score + offset - load<f32>(pair, 8);
    losses += <f64>error * <f64>error;
    metrics += <f64>abs(error);
    // The next pair is scored before this one moves anything, unless it meets it, so that the processor has work while
    // it waits for roots and quotients. The last pair meets itself.
    const next = select(pair, pair + PAIR_BYTES, pair + PAIR_BYTES === end);
    const uNext = rows + <usize>load<u32>(next) * rowBytes;
    const vNext = columns + <usize>load<u32>(next, 4) * columnBytes;
    const meets = uNext === u || vNext === v;
    if (!meets) score = scoreOf(uNext, vNext, whole, inside, rowBias, columnBias, temperature);
    const uRest = v128.load(u + whole);
    const vRest = v128.load(v + whole);
    const logitGradient = (error + error) * temperature;
    const uOther = v128.or(v128.and(inside, vRest), rowOne);
    const vOther = v128.or(v128.and(inside, uRest), columnOne);
    const uAll = v128.and(v128.or(inside, rowBias), uRest);
    const vAll = v128.and(v128.or(inside, columnBias), vRest);
    let squares = madd(uAll, uAll, f32x4.mul(vAll, vAll));
    let i: usize = 0;
    if (adagrad) {
      const s = splat(logitGradient);
      while (i < whole) {
        const a = v128.load(u + i);
        const b = v128.load(v + i);
        squares = madd(a, a, madd(b, b, squares));
        adagradStep(u + i, rowApart, a, madd(s, b, f32x4.mul(pull, a)), by, epsilon);
        adagradStep(v + i, columnApart, b, madd(s, a, f32x4.mul(pull, b)), by, epsilon);
        i += 16;
      }
      if (rowRest) adagradStep(u + whole, rowApart, uRest, madd(s, uOther, f32x4.mul(pull, uRest)), by, epsilon);
      if (columnRest) adagradStep(v + whole, columnApart, vRest, madd(s, vOther, f32x4.mul(pull, vRest)), by, epsilon);
    } else {
      const s = splat(rate * logitGradient);
      while (i < whole) {
        const a = v128.load(u + i);
        const b = v128.load(v + i);
        squares = madd(a, a, madd(b, b, squares));
        v128.store(u + i, nmadd(s, b, f32x4.mul(kept, a)));
        v128.store(v + i, nmadd(s, a, f32x4.mul(kept, b)));
        i += 16;
      }
      if (rowRest) v128.store(u + whole, nmadd(s, uOther, f32x4.mul(kept, uRest)));
      if (columnRest) v128.store(v + whole, nmadd(s, vOther, f32x4.mul(kept, vRest)));
    }
    penalties += <f64>horizontalSum(squares);
    if (meets) score = scoreOf(uNext, vNext, whole, inside, rowBias, columnBias, temperature);
    u = uNext;
    v = vNext;
  }
  losses += <f64>regularisation * penalties;
  store<f64>(sums, load<f64>(sums) + losses);
  store<f64>(sums, load<f64>(sums, 8) + metrics, 8);
}

/** Score of two vectors and their biases: the whole fours of the vectors, then what is left of them. */
@inline
function scoreOf(u: usize, v: usize, whole: usize, inside: v128, rowBias: v128, columnBias: v128, temperature: f32): f32 {
  const uRest = v128.load(u + whole);
  const vRest = v128.load(v + whole);
  let dot = f32x4.mul(v128.and(inside, uRest), vRest);
  let other = splat(0);
  let i: usize = 0;
  while (i + 16 < whole) {
    dot = madd(v128.load(u + i), v128.load(v + i), dot);
    other = madd(v128.load(u + i, 16), v128.load(v + i, 16), other);
    i += 32;
  }
  if (i < whole) dot = madd(v128.load(u + i), v128.load(v + i), dot);
  const biases = f32x4.add(v128.and(rowBias, uRest), v128.and(columnBias, vRest));
  return horizontalSum(madd(splat(temperature), f32x4.add(dot, other), biases));
}

/** Adagrad (Duchi, Hazan and Singer, 2011) on four parameters, whose sums of squares lie `apart` bytes behind them. */
@inline
function adagradStep(place: usize, apart: usize, values: v128, gradient: v128, by: v128, epsilon: v128): void {
  const squares = madd(gradient, gradient, v128.load(place + apart));
  v128.store(place + apart, squares);
  v128.store(place, f32x4.sub(values, f32x4.div(f32x4.mul(by, gradient), f32x4.add(f32x4.sqrt(squares), epsilon))));
}
