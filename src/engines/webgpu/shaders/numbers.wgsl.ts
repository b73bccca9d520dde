import type { ModelShape, ParameterPart } from '../shape';

/**
 * Parameters with what the optimiser keeps of them, four at a time, from `table`. `stride`: vec4Count from one
 * of the kept numbers of a row to the next.
 */
export function parameterFunctions(shape: ModelShape, stride: number): string {
  const at = placesOf(shape, stride);
  return /* wgsl */ `
const STRIDE = ${stride}u;
const RECORD = ${shape.parameterParts.length * stride}u;
struct Numbers {
  value: vec4f,
  m: vec4f,
  v: vec4f,
}
fn numbersAt(at: u32) -> Numbers {
  return Numbers(${[at.values, at.m, at.v].map((place) => place ?? 'vec4f()').join(', ')});
}`;
}

/** One step of the optimiser (models/optimiser.ts), and the way back into `table`. */
export function optimizerStepFunctions(shape: ModelShape, stride: number): string {
  const at = placesOf(shape, stride);
  return /* wgsl */ `
fn store(at: u32, n: Numbers) {
  ${at.values} = n.value;
  ${at.m ? `${at.m} = n.m;` : ''}
  ${at.v ? `${at.v} = n.v;` : ''}
}
fn updated(n: Numbers, gradient: vec4f) -> Numbers {
  let g = gradient${shape.coupledDecay > 0 ? ` + f32(${shape.coupledDecay}) * n.value` : ''};
  ${formula(shape)}
}`;
}

function placesOf({ parameterParts }: ModelShape, stride: number): Partial<Record<ParameterPart, string>> {
  return Object.fromEntries(parameterParts.map((name, k) => [name, `table[at + ${k * stride}u]`]));
}

function formula({ spec: { optimiser } }: ModelShape): string {
  switch (optimiser.kind) {
    case 'adam':
      return /* wgsl */ `
  let nextM = f32(${optimiser.beta1}) * n.m + f32(${1 - optimiser.beta1}) * g;
  let nextV = f32(${optimiser.beta2}) * n.v + f32(${1 - optimiser.beta2}) * g * g;
  let change = step.scale * nextM / (sqrt(nextV) * step.rootScale + f32(${optimiser.epsilon}));
  return Numbers((1.0 - step.decayShare) * n.value - change, nextM, nextV);`;
    case 'adagrad':
      return /* wgsl */ `
  let sum = n.v + g * g;
  return Numbers(n.value - step.rate * g / (sqrt(sum) + f32(${optimiser.epsilon})), n.m, sum);`;
    case 'sgd':
      return 'return Numbers(n.value - step.rate * g, n.m, n.v);';
    default:
      return optimiser satisfies never;
  }
}
