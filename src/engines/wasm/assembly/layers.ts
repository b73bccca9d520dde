import { dropping, HIDDEN_PLACE, keyOf, mask4 } from './dropout';
import { multiply } from './matrix';
import { at, float, plan, setFloat, vector } from './memory';
import { madd, hash32, splat, horizontalSum } from './numbers';
import { move } from './optimiser';
import { Layer, Plan } from './plan';
import { shareFrom } from './threads';

@inline
export function layer(l: i32, field: i32): i32 {
  return load<i32>(at(Plan.LayersAt) + (<usize>(l * Layer.Fields + field) << 2));
}

@inline
export function layerAt(l: i32, field: i32): usize {
  return <usize>load<u32>(at(Plan.LayersAt) + (<usize>(l * Layer.Fields + field) << 2));
}

@inline
function layerFloat(l: i32, field: i32): f32 {
  return load<f32>(at(Plan.LayersAt) + (<usize>(l * Layer.Fields + field) << 2));
}

/** What entered the first layer for pairs from..to goes through them; the last numbers are written where outputGradients go. */
export function forward(from: i32, to: i32, thread: i32): void {
  const last = plan(Plan.Layers) - 1;
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
    setFloat(at(Plan.LogitGradientsAt), n, bias + dot(vector(layerAt(last, Layer.InputsAt), n, inputs), weights, inputs));
  }
}

/** x becomes what leaves layer `l` for pair `n`: its biases added, rectified, some left out. */
function rectify(l: i32, n: i32, x: usize): void {
  const outputs = layer(l, Layer.Outputs);
  const biases = layerAt(l, Layer.BiasesAt);
  const bound = dropping() ? layer(l, Layer.Bound) : 0;
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
    setFloat(x, i, bound === 0 ? y : hash32(key + <u32>(first + i)) < <u32>bound ? 0 : y * kept);
  }
}

function dot(a: usize, b: usize, count: i32): f32 {
  let sum = splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) sum = madd(v128.load(a + (<usize>i << 2)), v128.load(b + (<usize>i << 2)), sum);
  let rest: f32 = 0;
  for (; i < count; i++) rest += float(a, i) * float(b, i);
  return horizontalSum(sum) + rest;
}

/** The outputGradients of pairs from..to go back through the layers to what enters the first. */
export function backward(from: i32, to: i32, thread: i32): void {
  const last = plan(Plan.Layers) - 1;
  const weights = layerAt(last, Layer.WeightsAt);
  const g = plan(Plan.ProductDimensions);
  const units = layer(last, Layer.Inputs) - g;
  for (let n = from; n < to; n++) {
    const outputGradient = float(at(Plan.LogitGradientsAt), n);
    const into = last === 0 ? firstInputGradients(n) : vector(layerAt(last - 1, Layer.OutputGradientsAt), n, units);
    let i = 0;
    for (; i + 4 <= units; i += 4) {
      const place = <usize>i << 2;
      v128.store(into + place, f32x4.mul(splat(outputGradient), v128.load(weights + place)));
    }
    for (; i < units; i++) setFloat(into, i, outputGradient * float(weights, i));
    if (last > 0) unrectify(last - 1, n, into, units);
  }
  for (let l = last - 1; l >= 0; l--) {
    const inputs = layer(l, Layer.Inputs);
    const outputs = layer(l, Layer.Outputs);
    const into = l === 0 ? firstInputGradients(from) : vector(layerAt(l - 1, Layer.OutputGradientsAt), from, inputs);
    multiply(
      to - from,
      inputs,
      outputs,
      vector(layerAt(l, Layer.OutputGradientsAt), from, outputs),
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
    if (l > 0) for (let n = from; n < to; n++) unrectify(l - 1, n, vector(layerAt(l - 1, Layer.OutputGradientsAt), n, inputs), inputs);
  }
}

@inline
export function firstInputGradients(n: i32): usize {
  return vector(at(Plan.FirstInputGradientsAt), n, layer(0, Layer.Inputs));
}

/** Slopes of what left layer `l` for pair `n` become those of what it was before it was rectified and some left out. */
function unrectify(l: i32, n: i32, outputGradients: usize, count: i32): void {
  const left = vector(layerAt(l + 1, Layer.InputsAt), n, layer(l + 1, Layer.Inputs));
  const kept: f32 = dropping() && layer(l, Layer.Bound) !== 0 ? layerFloat(l, Layer.Kept) : 1;
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const place = <usize>i << 2;
    const alive = f32x4.gt(v128.load(left + place), splat(0));
    v128.store(outputGradients + place, v128.and(alive, f32x4.mul(splat(kept), v128.load(outputGradients + place))));
  }
  for (; i < count; i++) setFloat(outputGradients, i, float(left, i) > 0 ? kept * float(outputGradients, i) : 0);
}

/** The gradients of this thread's share of a layer's weights, and of its biases. */
export function weightGradients(l: i32, pairs: i32, thread: i32): void {
  const inputs = layer(l, Layer.Inputs);
  const outputs = layer(l, Layer.Outputs);
  const from = shareFrom(inputs, thread);
  const count = shareFrom(inputs, thread + 1) - from;
  const outputGradients = layerAt(l, Layer.OutputGradientsAt);
  multiply(
    count,
    outputs,
    pairs,
    layerAt(l, Layer.InputsAt) + (<usize>from << 2),
    1,
    inputs,
    outputGradients,
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
    const row = vector(outputGradients, n, outputs);
    for (let j = first; j < end; j++) setFloat(gradients, j, float(gradients, j) + float(row, j));
  }
}

/** Moves this thread's share of a layer's weights; the first thread its biases too. */
export function applyUpdate(l: i32, thread: i32): void {
  // Four at a time, up to the room behind the last.
  const vectors = (layer(l, Layer.Inputs) * layer(l, Layer.Outputs) + 3) >> 2;
  const from = shareFrom(vectors, thread);
  const count = shareFrom(vectors, thread + 1) - from;
  const offset = <usize>from << 4;
  const weights = layerAt(l, Layer.WeightsAt) + offset;
  if (count > 0) move(weights, count << 2, layerAt(l, Layer.WeightGradientsAt) + offset, <usize>layer(l, Layer.WeightsPartBytes));
  if (thread > 0) return;
  const biases = (layer(l, Layer.Outputs) + 3) & ~3;
  move(layerAt(l, Layer.BiasesAt), biases, layerAt(l, Layer.BiasGradientsAt), <usize>layer(l, Layer.BiasesPartBytes));
}
