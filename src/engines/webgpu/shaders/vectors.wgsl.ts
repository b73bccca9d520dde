import type { AxisShape, ModelShape } from '../shape';

/**
 * Vectors four numbers at a time: those of the vector itself, and two behind it that carry biases. A row's
 * gathered vector is [τu, b_r, 1], a column's [v, 1, b_c + offset], so that a score is their product; their
 * gradients then hold those of the biases. Cosine: u and v are scaled to length 1.
 */
export function vectors({ spec: { dimensions } }: ModelShape): string {
  return /* wgsl */ `
const DIMENSIONS = ${dimensions}u;
fn places(i: u32) -> vec4u {
  return vec4u(4u * i) + vec4u(0u, 1u, 2u, 3u);
}
// What belongs to the vector itself.
fn within(x: vec4f, i: u32) -> vec4f {
  return select(vec4f(), x, places(i) < vec4u(DIMENSIONS));
}
fn put(x: vec4f, i: u32, place: u32, y: vec4f) -> vec4f {
  return select(x, y, places(i) == vec4u(place));
}`;
}

/**
 * A vector that was scaled, `x`, with its bias and what stands for the other side's; `raw` is the row of the table.
 * Biases of rows and the offset count only where scores are `full`.
 */
export function withBiases({ spec, extended }: ModelShape, side: AxisShape): string {
  if (!extended) return 'x';
  const d = spec.dimensions;
  const [own, other] = side.name === 'row' ? [d, d + 1] : [d + 1, d];
  const bias = side.bias === null ? 'vec4f()' : 'raw';
  const added = side.name === 'row' ? `step.full * ${bias}` : `${bias} + step.full * f32(${spec.offset})`;
  return `put(put(x, i, ${own}u, ${added}), i, ${other}u, vec4f(1))`;
}

/** The temperature that a side's vectors are multiplied by. */
export function temperatureOf({ spec }: Pick<ModelShape, 'spec'>, side: AxisShape): number {
  return side.name === 'row' ? spec.temperature : 1;
}

/**
 * `factor`, which brings a vector to the length at which it is scored; all threads of an item have to come by.
 * `square`: what this thread's numbers add to the square of its length. Its length goes to `norm`.
 */
export function scaling({ spec }: ModelShape, side: AxisShape, norm: string): string {
  const temperature = temperatureOf({ spec }, side);
  if (spec.score === 'dot') return `let factor = f32(${temperature});`;
  return /* wgsl */ `
  // So that a zero vector has a direction.
  let norm = sqrt(sumLanes(thread, square) + 1e-12);
  let factor = f32(${temperature}) / norm;
  if (here && lane == 0u) {
    ${norm} = norm;
  }`;
}

/**
 * Readies a thread for `unscaled`; all threads of an item have to come by. `slot`: of the scaled vector in
 * `gathered`, if it is `used`; `gradientAt` gives its gradient.
 */
export function unscaling({ spec }: ModelShape, side: AxisShape, norm: string, gathered: string): string {
  const temperature = temperatureOf({ spec }, side);
  if (spec.score === 'dot') return `let factor = f32(${temperature});`;
  return /* wgsl */ `
  // (g − (g·x̂) x̂) / ‖x‖ with τ x̂ at hand and the gradient of τ x̂.
  var product = 0.0;
  for (var i = lane; used && i < GATHERED; i += LANES) {
    product += dot(within(gradientAt(slot, i), i), ${gathered}[slot * GATHERED + i]);
  }
  let along = sumLanes(thread, product) / f32(${temperature ** 2});
  var factor = 0.0;
  if (used) {
    factor = f32(${temperature}) / ${norm};
  }`;
}

/** The gradient of a vector before it was scaled to `scaled`, from that of what was gathered, `whole`. */
export function unscaled({ spec }: ModelShape, scaled: string): string {
  const across = spec.score === 'cosine' ? `(whole - along * ${scaled})` : 'whole';
  return `within(factor * ${across}, i)`;
}
