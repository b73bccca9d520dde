/**
 * Gradients are added up as whole numbers, because these give the same sum in any order, and only whole
 * numbers can be added by many threads at once. Each sum has a scale of its own, a power of two that is
 * known before anything is added: of a sum we know how many numbers it will have, n, and the largest of
 * them, x. With x < 2ᵉ⁺¹ and n ≤ 2ᶜ the scale 2^(29 − e − c) brings every one of them to at most 2^(30 − c)
 * and their sum to at most 2³⁰: it cannot overflow, however large gradients grow, and a sum of small ones is
 * as exact as one of large ones. Where the largest is not a finite number, the gradient is it.
 */
export const FIXED_POINT = /* wgsl */ `
const NOT_FINITE = 0x7f800000u;
// Bits of |x|: they are in the order of the numbers, those that are not finite last.
fn bitsOf(x: f32) -> u32 {
  return bitcast<u32>(x) & 0x7fffffffu;
}
fn largestBits(x: vec4f) -> u32 {
  let bits = bitcast<vec4u>(x) & vec4u(0x7fffffffu);
  return max(max(bits.x, bits.y), max(bits.z, bits.w));
}
fn exponentOf(largest: u32, uses: u32) -> i32 {
  let e = i32(largest >> 23u) - 127;
  let c = 32 - i32(countLeadingZeros(max(uses, 1u) - 1u));
  return clamp(29 - e - c, -126, 126);
}
fn powerOfTwo(exponent: i32) -> f32 {
  return bitcast<f32>(u32(exponent + 127) << 23u);
}
fn whole(x: vec4f, largest: u32, uses: u32) -> vec4i {
  if (largest >= NOT_FINITE) {
    return vec4i();
  }
  return vec4i(round(x * powerOfTwo(exponentOf(largest, uses))));
}
fn unwhole(sum: vec4i, largest: u32, uses: u32) -> vec4f {
  if (largest >= NOT_FINITE) {
    return vec4f(bitcast<f32>(largest));
  }
  return vec4f(sum) * powerOfTwo(-exponentOf(largest, uses));
}`;

/** Adds four numbers to a gradient, `at` in vec4s; `sums` is the name of an array of atomic<i32>. */
export function addTo(sums: string): string {
  return /* wgsl */ `
fn addTo_${sums}(at: u32, x: vec4i) {
  for (var i = 0u; i < 4u; i++) {
    if (x[i] != 0) {
      atomicAdd(&${sums}[4u * at + i], x[i]);
    }
  }
}`;
}
