import type { ModelShape, SideShape } from '../shape';

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

/** A vector that was scaled, `x`, with its bias and what stands for the other side's; `raw` is the row of the table. */
export function withBiases({ spec, extended }: ModelShape, side: SideShape): string {
  if (!extended) return 'x';
  const d = spec.dimensions;
  const [own, other] = side.name === 'row' ? [d, d + 1] : [d + 1, d];
  const bias = `${side.bias === null ? 'vec4f()' : 'raw'} + f32(${side.name === 'row' ? 0 : spec.offset})`;
  return `put(put(x, i, ${own}u, ${bias}), i, ${other}u, vec4f(1))`;
}

/** The temperature that a side's vectors are multiplied by. */
export function temperatureOf({ spec }: ModelShape, side: SideShape): number {
  return side.name === 'row' ? spec.temperature : 1;
}
