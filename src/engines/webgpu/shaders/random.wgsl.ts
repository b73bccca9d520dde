/** data/counter.ts on the device, bit by bit. */
export const RANDOM = /* wgsl */ `
fn mix32(value: u32) -> u32 {
  var x = value;
  x = (x ^ (x >> 16u)) * 0x7feb352du;
  x = (x ^ (x >> 15u)) * 0x846ca68bu;
  return x ^ (x >> 16u);
}

// The upper 32 bits of a product, made of products of halves.
fn scaled(value: u32, bound: u32) -> u32 {
  let a = vec2u(value & 0xffffu, value >> 16u);
  let b = vec2u(bound & 0xffffu, bound >> 16u);
  let low = a.x * b.y;
  let high = a.y * b.x;
  let carried = ((a.x * b.x) >> 16u) + (low & 0xffffu) + (high & 0xffffu);
  return a.y * b.y + (low >> 16u) + (high >> 16u) + (carried >> 16u);
}

// mask: the smallest 2ⁿ − 1 that holds count − 1.
fn permute(i: u32, count: u32, mask: u32, key: u32) -> u32 {
  var x = i;
  loop {
    x ^= key;
    x *= 0xe170893du;
    x ^= key >> 16u;
    x ^= (x & mask) >> 4u;
    x ^= key >> 8u;
    x *= 0x0929eb3fu;
    x ^= key >> 23u;
    x ^= (x & mask) >> 1u;
    x *= 1u | (key >> 27u);
    x *= 0x6935fa69u;
    x ^= (x & mask) >> 11u;
    x *= 0x74dcb303u;
    x ^= (x & mask) >> 2u;
    x *= 0x9e501cc3u;
    x ^= (x & mask) >> 2u;
    x *= 0xc860a3dfu;
    x &= mask;
    x ^= x >> 5u;
    if (x < count) {
      break;
    }
  }
  // count is below 2³¹: the sum fits.
  x += key % count;
  return select(x, x - count, x >= count);
}`;
