import type { FactorSpec } from '../../../models/factor';
import { outputOf } from '../../../models/output';
import type { ModelShape } from '../shape';
import { FIXED_POINT } from './fixed-point.wgsl';
import { type Kernel, kernel, read, SUM_THREADS, write } from './kernel';

/** Groups whose loss one workgroup computes. */
export const LOSS_WORKGROUP = 64;

/**
 * Turns the scores of each group of pairs into gradients of the loss, mean over the batch; writes to the slots of both
 * sides how large a number they will be given; and sums loss, metric and the gradient of a link by workgroups.
 */
export function lossKernel({ spec }: ModelShape): Kernel {
  const linked = spec.link === 'affine';
  const grouped = spec.loss === 'bpr' || spec.loss === 'softmax';
  return kernel('loss', {
    threads: LOSS_WORKGROUP,
    bindings: [
      read('batch', 'array<Pair>'),
      write('rowSlots', 'array<Slot>'),
      write('columnSlots', 'array<Slot>'),
      write('scores', 'array<vec2f>'),
      write('totals', 'array<vec4f>'),
      ...(linked ? [read('link', 'array<vec4f>')] : []),
    ],
    functions: [
      FIXED_POINT,
      SUM_THREADS,
      /* wgsl */ `
// Loss, metric and the gradients of the link's two numbers.
var<private> total: vec4f;
// The last number of a pair.
fn logitOf(n: u32) -> f32 {
  return ${linked ? 'link[0].x * scores[n].x + link[0].y' : 'scores[n].x'};
}
// Writes the logitGradient of a pair's score, given that of its last number.
fn storeGradient(n: u32, logitGradient: f32) {
  ${linked ? 'total += vec4f(0.0, 0.0, logitGradient * scores[n].x, logitGradient);' : ''}
  ${spec.regularisation > 0 ? `total.x += f32(${spec.regularisation}) * scores[n].y / f32(step.pairs);` : ''}
  let own = ${linked ? 'logitGradient * link[0].x' : 'logitGradient'};
  scores[n].x = own;
  let row = rowSlots[n].owner;
  let column = columnSlots[n].owner;
  let rowReach = bitcast<f32>(atomicLoad(&rowSlots[row].reach));
  let columnReach = bitcast<f32>(atomicLoad(&columnSlots[column].reach));
  atomicMax(&rowSlots[row].largest, bitsOf(own * columnReach));
  atomicMax(&columnSlots[column].largest, bitsOf(own * rowReach));
}
// ln(1 + eˣ), which neither end makes overflow.
fn softplus(x: f32) -> f32 {
  return max(x, 0.0) + log(1.0 + exp(-abs(x)));
}
fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}`,
    ],
    main: /* wgsl */ `
  let groups = step.pairs / step.group;
  if (item < groups) {
    let first = item * step.group;
    ${grouped ? groupLoss(spec) : pairLoss(spec)}
  }
  let sum = sumThreads(thread, total);
  if (thread == 0u && workgroupNumber * THREADS < groups) {
    totals[workgroupNumber] = sum;
  }`,
  });
}

/** As models/pair-loss.ts. */
function pairLoss(spec: FactorSpec): string {
  const { curve, range } = outputOf(spec);
  const [low, high] = range ?? [0, 1];
  const prediction = {
    linear: 'z',
    relu: 'max(z, 0.0)',
    sigmoid: `f32(${low}) + f32(${high - low}) * share`,
  }[curve];
  const steepness = {
    linear: '1.0',
    relu: 'select(0.0, 1.0, z > 0.0)',
    sigmoid: `f32(${high - low}) * share * (1.0 - share)`,
  }[curve];
  const terms =
    spec.loss === 'bce'
      ? /* wgsl */ `
      total.x += (softplus(z) - label * z) * each;
      total.y += select(0.0, each, (z > 0.0) == (label > 0.5));
      storeGradient(n, (sigmoid(z) - label) * each);`
      : /* wgsl */ `
      ${curve === 'sigmoid' ? 'let share = sigmoid(z);' : ''}
      let error = ${prediction} - label;
      total.x += error * error * each;
      total.y += abs(error) * each;
      storeGradient(n, 2.0 * error * (${steepness}) * each);`;
  return /* wgsl */ `
    let each = 1.0 / f32(step.pairs);
    for (var j = 0u; j < step.group; j++) {
      let n = first + j;
      let z = logitOf(n);
      let label = batch[n].label;
      ${terms}
    }`;
}

/** As models/group-loss.ts. */
function groupLoss(spec: FactorSpec): string {
  const terms =
    spec.loss === 'bpr'
      ? /* wgsl */ `
    var sum = 0.0;
    for (var j = 1u; j < step.group; j++) {
      let apart = own - logitOf(first + j);
      total.x += softplus(-apart) * perNegative;
      let logitGradient = sigmoid(-apart) * perNegative;
      storeGradient(first + j, logitGradient);
      sum += logitGradient;
    }
    storeGradient(first, -sum);`
      : /* wgsl */ `
    var highest = own;
    for (var j = 1u; j < step.group; j++) {
      highest = max(highest, logitOf(first + j));
    }
    var sum = 0.0;
    for (var j = 0u; j < step.group; j++) {
      sum += exp(logitOf(first + j) - highest);
    }
    let each = 1.0 / f32(groups);
    total.x += (highest - own + log(sum)) * each;
    for (var j = 0u; j < step.group; j++) {
      storeGradient(first + j, (exp(logitOf(first + j) - highest) / sum - select(0.0, 1.0, j == 0u)) * each);
    }`;
  return /* wgsl */ `
    let own = logitOf(first);
    let perNegative = 1.0 / f32(groups * (step.group - 1u));
    for (var j = 1u; j < step.group; j++) {
      total.y += select(0.0, perNegative, logitOf(first + j) < own);
    }
    ${terms}`;
}
