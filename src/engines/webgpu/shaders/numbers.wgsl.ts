import type { Kept, ModelShape } from '../shape';

/**
 * Parameters with what the optimiser keeps of them, four at a time, from `table`. `stride`: vec4Count from one
 * of the kept numbers of a row to the next.
 */
export function parameterFunctions(shape: ModelShape, stride: number): string {
  const at = placesOf(shape, stride);
  return /* wgsl */ `
const STRIDE = ${stride}u;
const RECORD = ${shape.kept.length * stride}u;
struct Numbers {
  value: vec4f,
  first: vec4f,
  second: vec4f,
}
fn numbersAt(at: u32) -> Numbers {
  return Numbers(${[at.values, at.first, at.second].map((place) => place ?? 'vec4f()').join(', ')});
}`;
}

/** One step of the optimiser (models/optimiser.ts), and the way back into `table`. */
export function optimizerStepFunctions(shape: ModelShape, stride: number): string {
  const at = placesOf(shape, stride);
  return /* wgsl */ `
fn store(at: u32, n: Numbers) {
  ${at.values} = n.value;
  ${at.first ? `${at.first} = n.first;` : ''}
  ${at.second ? `${at.second} = n.second;` : ''}
}
fn updated(n: Numbers, gradient: vec4f) -> Numbers {
  let g = gradient${shape.coupledDecay > 0 ? ` + f32(${shape.coupledDecay}) * n.value` : ''};
  ${formula(shape)}
}`;
}

function placesOf({ kept }: ModelShape, stride: number): Partial<Record<Kept, string>> {
  return Object.fromEntries(kept.map((name, k) => [name, `table[at + ${k * stride}u]`]));
}

function formula({ spec: { optimiser } }: ModelShape): string {
  switch (optimiser.kind) {
    case 'adam':
      return /* wgsl */ `
  let m = f32(${optimiser.beta1}) * n.first + f32(${1 - optimiser.beta1}) * g;
  let v = f32(${optimiser.beta2}) * n.second + f32(${1 - optimiser.beta2}) * g * g;
  let change = step.scale * m / (sqrt(v) * step.rootScale + f32(${optimiser.epsilon}));
  return Numbers((1.0 - step.decayShare) * n.value - change, m, v);`;
    case 'adagrad':
      return /* wgsl */ `
  let sum = n.second + g * g;
  return Numbers(n.value - step.rate * g / (sqrt(sum) + f32(${optimiser.epsilon})), n.first, sum);`;
    case 'sgd':
      return 'return Numbers(n.value - step.rate * g, n.first, n.second);';
    default:
      return optimiser satisfies never;
  }
}
