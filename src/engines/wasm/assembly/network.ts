import { fillMembers, forget, gatherListed, listPairs, moveListed } from './batch';
import { batchPairs, draw } from './draw';
import { at, float, int, plan, planFloat, setFloat, setInt, tableAt, vector } from './memory';
import { multiply } from './matrix';
import { madd, mix, splat, sum4 } from './numbers';
import { beginStep, move, moveAllOthers } from './optimiser';
import { Layer, Plan, Side, Table } from './plan';
import { pairSlopes } from './slopes';
import { addLoss, chunkPairs, chunkSums, endStep, sumChunks } from './sums';
import { barrier, shareFrom } from './threads';

// The network family (models/network.ts) on batches of pairs. Rows and columns are gathered and moved as
// those of factor models; between lie dense layers. A thread takes some of the pairs forth and back, and
// then some of the weights: what each weight's gradient is summed over has one order for any number of threads.

/** Places at which dropout is drawn: 0 and 1 for the embeddings, then one for each hidden layer. */
const HIDDEN_PLACE: i32 = 2;
const PLACE: u32 = 0xc2b2ae35;

// The dropout of the step at hand.
let dropping: bool = false;
let seed: u32 = 0;

export function networkSteps(steps: i32, thread: i32): void {
  const group = plan(Plan.Group);
  for (let i = 0; i < steps; i++) {
    const step = plan(Plan.EpochStep) + i;
    const groups = batchPairs(step);
    const from = shareFrom(groups, thread);
    const to = shareFrom(groups, thread + 1);
    draw(step, from, to);
    listPairs(from * group, to * group, thread);
    dropping = true;
    seed = mix(<u32>plan(Plan.DropoutKey) + <u32>step);
    networkStep(i, groups, thread);
  }
}

export function writtenNetworkStep(thread: i32): void {
  const group = plan(Plan.Group);
  const groups = plan(Plan.Pairs) / group;
  listPairs(shareFrom(groups, thread) * group, shareFrom(groups, thread + 1) * group, thread);
  dropping = plan(Plan.DropoutOn) === 1;
  seed = <u32>plan(Plan.DropoutSeed);
  networkStep(0, groups, thread);
}

function networkStep(i: i32, groups: i32, thread: i32): void {
  const pairs = groups * plan(Plan.Group);
  const step = plan(Plan.Step) + i + 1;
  beginStep(step, float(at(Plan.RatesAt), i), pairs);
  barrier();
  gatherListed(Side.Row, at(Plan.RowsAt), 0, pairs, thread);
  gatherListed(Side.Column, at(Plan.ColumnsAt), 0, pairs, thread);
  barrier();
  const chunk = chunkPairs();
  const chunks = (pairs + chunk - 1) / chunk;
  const firstChunk = shareFrom(chunks, thread);
  const lastChunk = shareFrom(chunks, thread + 1);
  const from = firstChunk * chunk;
  const to = min(pairs, lastChunk * chunk);
  if (to > from) {
    forward(from, to, thread);
    for (let c = firstChunk; c < lastChunk; c++) {
      pairSlopes(c * chunk, min(pairs, (c + 1) * chunk), pairs, chunkSums(c));
    }
    backward(from, to, thread);
  }
  barrier();
  if (thread === 0) sumChunks(i, chunks, groups);
  addLoss(i, 0, thread);
  for (let l = 0; l < plan(Plan.Layers); l++) weightGradients(l, pairs, thread);
  moveAllOthers(thread);
  fillMembers(Side.Row, 0, at(Plan.RowSlotsAt), thread);
  fillMembers(Side.Column, 0, at(Plan.ColumnSlotsOfPairsAt), thread);
  moveListed(Side.Row, at(Plan.RowSlopesAt), thread);
  moveListed(Side.Column, at(Plan.ColumnSlopesAt), thread);
  barrier();
  for (let l = 0; l < plan(Plan.Layers); l++) moveWeights(l, thread);
  endStep(i, step, thread);
}

/** Last numbers of written pairs, without dropout and without moving anything. */
export function networkScores(thread: i32): void {
  const pairs = plan(Plan.Pairs);
  const from = shareFrom(pairs, thread);
  const to = shareFrom(pairs, thread + 1);
  listPairs(from, to, thread);
  dropping = false;
  barrier();
  gatherListed(Side.Row, at(Plan.RowsAt), 0, pairs, thread);
  gatherListed(Side.Column, at(Plan.ColumnsAt), 0, pairs, thread);
  barrier();
  if (to > from) forward(from, to, thread);
  barrier();
  forget(Side.Row, thread);
  forget(Side.Column, thread);
}

@inline
function layer(l: i32, field: i32): i32 {
  return load<i32>(at(Plan.LayersAt) + (<usize>(l * Layer.Fields + field) << 2));
}

@inline
function layerAt(l: i32, field: i32): usize {
  return <usize>load<u32>(at(Plan.LayersAt) + (<usize>(l * Layer.Fields + field) << 2));
}

@inline
function layerFloat(l: i32, field: i32): f32 {
  return load<f32>(at(Plan.LayersAt) + (<usize>(l * Layer.Fields + field) << 2));
}

/** Four numbers of a mask from position `i` on: 0, or what is kept. */
@inline
function mask4(key: u32, i: i32, bound: i32, kept: v128): v128 {
  let x = i32x4.add(i32x4.splat(<i32>key + i), i32x4(0, 1, 2, 3));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(0x7feb352d));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), i32x4.splat(<i32>0x846ca68b));
  x = v128.xor(x, i32x4.shr_u(x, 16));
  return v128.andnot(kept, i32x4.lt_u(x, i32x4.splat(bound)));
}

@inline
function keyOf(place: i32): u32 {
  return mix(seed + <u32>(place + 1) * PLACE);
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
    if (mix(key + <u32>(first + i)) < <u32>bound) setFloat(values, i, 0);
    else setFloat(values, i, float(values, i) * kept);
  }
}

/** Numbers that enter the first layer, without the biases. */
@inline
function joinedSize(): i32 {
  return plan(Plan.Concat) ? plan(Plan.RowDimensions) + plan(Plan.ColumnDimensions) : plan(Plan.RowDimensions);
}

function copyFloats(to: usize, from: usize, count: i32): void {
  memory.copy(to, from, <usize>count << 2);
}

/** Pairs from..to go through the layers; their last numbers are written where slopes go. */
function forward(from: i32, to: i32, thread: i32): void {
  const floats = plan(Plan.Gathered);
  const us = at(Plan.RowSlotsAt);
  const vs = at(Plan.ColumnSlotsOfPairsAt);
  const dr = plan(Plan.RowDimensions);
  const dc = plan(Plan.ColumnDimensions);
  const g = plan(Plan.ProductDimensions);
  const concat = plan(Plan.Concat) === 1;
  const joined = joinedSize();
  const dropped = dropping && plan(Plan.EmbeddingBound) !== 0;
  const each = plan(Plan.DropoutEach) === 1;
  const columnKey = keyOf(0);
  const rowKey = keyOf(1);
  const width = layer(0, Layer.Inputs);
  const last = plan(Plan.Layers) - 1;
  // One vector of each side at a time, in the thread's scratch.
  const u = vector(at(Plan.ScratchAt), 2 * thread, floats);
  const v = vector(at(Plan.ScratchAt), 2 * thread + 1, floats);
  for (let n = from; n < to; n++) {
    const rowSlot = int(tableAt(Side.Row, Table.SlotAt), int(at(Plan.RowsAt), n));
    const columnSlot = int(tableAt(Side.Column, Table.SlotAt), int(at(Plan.ColumnsAt), n));
    setInt(us, n, rowSlot);
    setInt(vs, n, columnSlot);
    const row = vector(tableAt(Side.Row, Table.GatheredAt), rowSlot, floats);
    const column = vector(tableAt(Side.Column, Table.GatheredAt), columnSlot, floats);
    const x = vector(layerAt(0, Layer.InputsAt), n, width);
    copyFloats(u, row, dr);
    copyFloats(v, column, dc);
    if (dropped && each) {
      drop(v, dc, n * dc, columnKey);
      drop(u, dr, n * dr, rowKey);
    }
    if (concat) {
      copyFloats(x, v, dc);
      copyFloats(x + (<usize>dc << 2), u, dr);
    } else {
      for (let i = 0; i < dr; i++) setFloat(x, i, float(u, i) * float(v, i));
    }
    if (dropped && !each) drop(x, joined, n * joined, columnKey);
    if (plan(Plan.NetworkBiases)) {
      setFloat(x, joined, float(row, dr + g));
      setFloat(x, joined + 1, float(column, dc + g));
    }
    if (g > 0) {
      const wide = layer(last, Layer.Inputs);
      const y = vector(layerAt(last, Layer.InputsAt), n, wide) + (<usize>(wide - g) << 2);
      for (let i = 0; i < g; i++) setFloat(y, i, float(row, dr + i) * float(column, dc + i));
    }
  }
  for (let l = 0; l < last; l++) {
    const inputs = layer(l, Layer.Inputs);
    const outputs = layer(l, Layer.Outputs);
    const wide = layer(l + 1, Layer.Inputs);
    const into = vector(layerAt(l + 1, Layer.InputsAt), from, wide);
    multiply(
      to - from,
      outputs,
      inputs,
      vector(layerAt(l, Layer.InputsAt), from, inputs),
      inputs,
      1,
      layerAt(l, Layer.WeightsAt),
      outputs,
      1,
      into,
      wide,
      false,
      thread,
    );
    for (let n = from; n < to; n++) rectify(l, n, vector(layerAt(l + 1, Layer.InputsAt), n, wide));
  }
  const inputs = layer(last, Layer.Inputs);
  const weights = layerAt(last, Layer.WeightsAt);
  const bias = float(layerAt(last, Layer.BiasesAt), 0);
  for (let n = from; n < to; n++) {
    setFloat(at(Plan.SlopesAt), n, bias + dot(vector(layerAt(last, Layer.InputsAt), n, inputs), weights, inputs));
  }
}

/** x becomes what leaves layer `l` for pair `n`: its biases added, rectified, some left out. */
function rectify(l: i32, n: i32, x: usize): void {
  const outputs = layer(l, Layer.Outputs);
  const biases = layerAt(l, Layer.BiasesAt);
  const bound = dropping ? layer(l, Layer.Bound) : 0;
  const kept = layerFloat(l, Layer.Kept);
  const key = keyOf(HIDDEN_PLACE + l);
  const first = n * outputs;
  let i = 0;
  if (bound === 0) {
    for (; i + 4 <= outputs; i += 4) {
      const place = <usize>i << 2;
      v128.store(x + place, f32x4.max(f32x4.add(v128.load(x + place), v128.load(biases + place)), splat(0)));
    }
  } else {
    for (; i + 4 <= outputs; i += 4) {
      const place = <usize>i << 2;
      const y = f32x4.max(f32x4.add(v128.load(x + place), v128.load(biases + place)), splat(0));
      v128.store(x + place, f32x4.mul(y, mask4(key, first + i, bound, splat(kept))));
    }
  }
  for (; i < outputs; i++) {
    const y = max(float(x, i) + float(biases, i), <f32>0);
    setFloat(x, i, bound === 0 ? y : mix(key + <u32>(first + i)) < <u32>bound ? 0 : y * kept);
  }
}

function dot(a: usize, b: usize, count: i32): f32 {
  let sum = splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) sum = madd(v128.load(a + (<usize>i << 2)), v128.load(b + (<usize>i << 2)), sum);
  let rest: f32 = 0;
  for (; i < count; i++) rest += float(a, i) * float(b, i);
  return sum4(sum) + rest;
}

/** The slopes of pairs from..to go back through the layers to their rows and columns. */
function backward(from: i32, to: i32, thread: i32): void {
  const last = plan(Plan.Layers) - 1;
  const weights = layerAt(last, Layer.WeightsAt);
  const g = plan(Plan.ProductDimensions);
  const units = layer(last, Layer.Inputs) - g;
  for (let n = from; n < to; n++) {
    const slope = float(at(Plan.SlopesAt), n);
    const into = last === 0 ? firstSlopes(n) : vector(layerAt(last - 1, Layer.SlopesAt), n, units);
    let i = 0;
    for (; i + 4 <= units; i += 4) {
      const place = <usize>i << 2;
      v128.store(into + place, f32x4.mul(splat(slope), v128.load(weights + place)));
    }
    for (; i < units; i++) setFloat(into, i, slope * float(weights, i));
    if (last > 0) unrectify(last - 1, n, into, units);
  }
  for (let l = last - 1; l >= 0; l--) {
    const inputs = layer(l, Layer.Inputs);
    const outputs = layer(l, Layer.Outputs);
    const into = l === 0 ? firstSlopes(from) : vector(layerAt(l - 1, Layer.SlopesAt), from, inputs);
    multiply(
      to - from,
      inputs,
      outputs,
      vector(layerAt(l, Layer.SlopesAt), from, outputs),
      outputs,
      1,
      layerAt(l, Layer.WeightsAt),
      1,
      outputs,
      into,
      inputs,
      false,
      thread,
    );
    if (l > 0) for (let n = from; n < to; n++) unrectify(l - 1, n, vector(layerAt(l - 1, Layer.SlopesAt), n, inputs), inputs);
  }
  toVectors(from, to, thread);
}

@inline
function firstSlopes(n: i32): usize {
  return vector(at(Plan.FirstSlopesAt), n, layer(0, Layer.Inputs));
}

/** Slopes of what left layer `l` for pair `n` become those of what it was before it was rectified and some left out. */
function unrectify(l: i32, n: i32, slopes: usize, count: i32): void {
  const left = vector(layerAt(l + 1, Layer.InputsAt), n, layer(l + 1, Layer.Inputs));
  const kept: f32 = dropping && layer(l, Layer.Bound) !== 0 ? layerFloat(l, Layer.Kept) : 1;
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const place = <usize>i << 2;
    const alive = f32x4.gt(v128.load(left + place), splat(0));
    v128.store(slopes + place, v128.and(alive, f32x4.mul(splat(kept), v128.load(slopes + place))));
  }
  for (; i < count; i++) setFloat(slopes, i, float(left, i) > 0 ? kept * float(slopes, i) : 0);
}

/** Slopes of what enters the first layer, and of the product beside the last, become those of rows and columns. */
function toVectors(from: i32, to: i32, thread: i32): void {
  const floats = plan(Plan.Gathered);
  const dr = plan(Plan.RowDimensions);
  const dc = plan(Plan.ColumnDimensions);
  const g = plan(Plan.ProductDimensions);
  const concat = plan(Plan.Concat) === 1;
  const joined = joinedSize();
  const dropped = dropping && plan(Plan.EmbeddingBound) !== 0;
  const each = plan(Plan.DropoutEach) === 1;
  const columnKey = keyOf(0);
  const rowKey = keyOf(1);
  const last = plan(Plan.Layers) - 1;
  const weights = layerAt(last, Layer.WeightsAt) + (<usize>(layer(last, Layer.Inputs) - g) << 2);
  const u = vector(at(Plan.ScratchAt), 2 * thread, floats);
  const v = vector(at(Plan.ScratchAt), 2 * thread + 1, floats);
  for (let n = from; n < to; n++) {
    const row = vector(tableAt(Side.Row, Table.GatheredAt), int(at(Plan.RowSlotsAt), n), floats);
    const column = vector(tableAt(Side.Column, Table.GatheredAt), int(at(Plan.ColumnSlotsOfPairsAt), n), floats);
    const du = vector(at(Plan.RowSlopesAt), n, floats);
    const dv = vector(at(Plan.ColumnSlopesAt), n, floats);
    const dx = firstSlopes(n);
    if (plan(Plan.NetworkBiases)) {
      setFloat(du, dr + g, float(dx, joined));
      setFloat(dv, dc + g, float(dx, joined + 1));
    }
    if (dropped && !each) drop(dx, joined, n * joined, columnKey);
    if (concat) {
      copyFloats(dv, dx, dc);
      copyFloats(du, dx + (<usize>dc << 2), dr);
    } else {
      copyFloats(u, row, dr);
      copyFloats(v, column, dc);
      if (dropped && each) {
        drop(v, dc, n * dc, columnKey);
        drop(u, dr, n * dr, rowKey);
      }
      for (let i = 0; i < dr; i++) {
        setFloat(du, i, float(dx, i) * float(v, i));
        setFloat(dv, i, float(dx, i) * float(u, i));
      }
    }
    if (dropped && each) {
      drop(dv, dc, n * dc, columnKey);
      drop(du, dr, n * dr, rowKey);
    }
    const slope = float(at(Plan.SlopesAt), n);
    for (let i = 0; i < g; i++) {
      const along = slope * float(weights, i);
      setFloat(du, dr + i, along * float(column, dc + i));
      setFloat(dv, dc + i, along * float(row, dr + i));
    }
  }
}

/** The gradients of this thread's share of a layer's weights, and of its biases. */
function weightGradients(l: i32, pairs: i32, thread: i32): void {
  const inputs = layer(l, Layer.Inputs);
  const outputs = layer(l, Layer.Outputs);
  const from = shareFrom(inputs, thread);
  const count = shareFrom(inputs, thread + 1) - from;
  const slopes = layerAt(l, Layer.SlopesAt);
  multiply(
    count,
    outputs,
    pairs,
    layerAt(l, Layer.InputsAt) + (<usize>from << 2),
    1,
    inputs,
    slopes,
    outputs,
    1,
    vector(layerAt(l, Layer.WeightGradientsAt), from, outputs),
    outputs,
    false,
    thread,
  );
  const gradients = layerAt(l, Layer.BiasGradientsAt);
  const first = shareFrom(outputs, thread);
  const end = shareFrom(outputs, thread + 1);
  for (let j = first; j < end; j++) setFloat(gradients, j, 0);
  for (let n = 0; n < pairs; n++) {
    const row = vector(slopes, n, outputs);
    for (let j = first; j < end; j++) setFloat(gradients, j, float(gradients, j) + float(row, j));
  }
}

/** Moves this thread's share of a layer's weights; the first thread its biases too. */
function moveWeights(l: i32, thread: i32): void {
  // Four at a time, up to the room behind the last.
  const vectors = (layer(l, Layer.Inputs) * layer(l, Layer.Outputs) + 3) >> 2;
  const from = shareFrom(vectors, thread);
  const count = shareFrom(vectors, thread + 1) - from;
  const offset = <usize>from << 4;
  const weights = layerAt(l, Layer.WeightsAt) + offset;
  if (count > 0) move(weights, count << 2, layerAt(l, Layer.WeightGradientsAt) + offset, <usize>layer(l, Layer.WeightsApart));
  if (thread > 0) return;
  const biases = (layer(l, Layer.Outputs) + 3) & ~3;
  move(layerAt(l, Layer.BiasesAt), biases, layerAt(l, Layer.BiasGradientsAt), <usize>layer(l, Layer.BiasesApart));
}
