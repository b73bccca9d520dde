// Arithmetic on four numbers at a time.
//
// The loops over vectors are written with their test at the end: of a loop that tests first, V8 moves
// what is computed before it and used only in it, a division or an exponential, into it.

/** a · b + c, in one operation where the machine has it. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** c − a · b */
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

@inline
export function splat(value: f32): v128 {
  return f32x4.splat(value);
}

/** eˣ, in [e⁻⁸⁷, e⁸⁸]; relative error below 2·10⁻⁷ (Cephes’s expf). */
@inline
export function exp4(value: v128): v128 {
  const x = f32x4.min(f32x4.max(value, splat(-87)), splat(88));
  const n = f32x4.nearest(f32x4.mul(x, splat(1.44269504088896341)));
  let r = nmadd(n, splat(0.693359375), x);
  r = nmadd(n, splat(-2.12194440e-4), r);
  let p = madd(splat(1.9875691500e-4), r, splat(1.3981999507e-3));
  p = madd(p, r, splat(8.3334519073e-3));
  p = madd(p, r, splat(4.1665795894e-2));
  p = madd(p, r, splat(1.6666665459e-1));
  p = madd(p, r, splat(5.0000001201e-1));
  const y = f32x4.add(madd(p, f32x4.mul(r, r), r), splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(y, power);
}

/** The natural logarithm of a positive number, to double precision. */
export function ln(value: f64): f64 {
  const bits = reinterpret<u64>(value);
  let exponent = <f64>(<i64>((bits >> 52) & 0x7ff) - 1023);
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent += 1;
  }
  // 2 artanh((m − 1) / (m + 1)), whose argument is at most 0.172.
  const s = (m - 1) / (m + 1);
  const q = s * s;
  const series =
    1 + q * (1.0 / 3 + q * (1.0 / 5 + q * (1.0 / 7 + q * (1.0 / 9 + q * (1.0 / 11 + q * (1.0 / 13 + q * (1.0 / 15 + q / 17)))))));
  return exponent * 0.6931471805599453 + 2 * s * series;
}

/** Logarithm of the product of four numbers of at least 1. */
@inline
export function lnProduct(x: v128): f64 {
  return ln(
    <f64>f32x4.extract_lane(x, 0) *
      <f64>f32x4.extract_lane(x, 1) *
      <f64>f32x4.extract_lane(x, 2) *
      <f64>f32x4.extract_lane(x, 3),
  );
}

@inline
export function horizontalSum(x: v128): f32 {
  const y = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.add(y, v128.shuffle<f32>(y, y, 1, 0, 3, 2)), 0);
}

/** The sums of four vectors, as one. */
@inline
export function horizontalSums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

@inline
export function max4(x: v128): f32 {
  const y = f32x4.max(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.max(y, v128.shuffle<f32>(y, y, 1, 0, 3, 2)), 0);
}

/** See data/counter.ts. */
@inline
export function hash32(value: u32): u32 {
  let x = value;
  x = (x ^ (x >> 16)) * 0x7feb352d;
  x = (x ^ (x >> 15)) * 0x846ca68b;
  return x ^ (x >> 16);
}

/** See data/counter.ts. */
@inline
export function toRange(value: u32, bound: u32): u32 {
  return <u32>((<u64>value * <u64>bound) >> 32);
}

/** The smallest 2ⁿ − 1 that holds count − 1. */
@inline
export function maskOf(count: u32): u32 {
  let mask = count - 1;
  mask |= mask >> 1;
  mask |= mask >> 2;
  mask |= mask >> 4;
  mask |= mask >> 8;
  return mask | (mask >> 16);
}

/** See data/counter.ts. `mask` is the smallest 2ⁿ − 1 that holds count − 1, and `turn` the key's rest by count. */
@inline
export function permutedIndex(i: u32, count: u32, mask: u32, key: u32, turn: u32): u32 {
  let x = i;
  do {
    x ^= key;
    x *= 0xe170893d;
    x ^= key >> 16;
    x ^= (x & mask) >> 4;
    x ^= key >> 8;
    x *= 0x0929eb3f;
    x ^= key >> 23;
    x ^= (x & mask) >> 1;
    x *= 1 | (key >> 27);
    x *= 0x6935fa69;
    x ^= (x & mask) >> 11;
    x *= 0x74dcb303;
    x ^= (x & mask) >> 2;
    x *= 0x9e501cc3;
    x ^= (x & mask) >> 2;
    x *= 0xc860a3df;
    x &= mask;
    x ^= x >> 5;
  } while (x >= count);
  x += turn;
  return x >= count ? x - count : x;
}
