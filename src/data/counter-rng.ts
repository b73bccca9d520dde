/**
 * Random numbers without a state: each is a function of a key and its place. Engines that draw by
 * themselves, on any number of threads or on a graphics processor, so draw what every other draws.
 * The numbers are 32 bits, unsigned.
 */

/** A bijection of 32-bit numbers that leaves no visible order (lowbias32; Wellons, 2018). */
export function hash32(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A key for a named purpose. */
export function keyOf(seed: number, ...purpose: (string | number)[]): number {
  let hash = 0x811c9dc5 ^ seed;
  for (const part of purpose.join('/')) hash = Math.imul(hash ^ part.charCodeAt(0), 0x01000193);
  return hash32(hash);
}

/** floor(value · bound / 2³²): a 32-bit number brought into [0, bound) (Lemire, 2019, without his correction). */
export function toRange(value: number, bound: number): number {
  const high = (value >>> 16) * bound;
  const low = Math.floor(((value & 0xffff) * bound) / 65536);
  return Math.floor((high + low) / 65536);
}

/**
 * Where place i of a shuffle of [0, count) leads: a shuffle that takes no memory and can be entered
 * anywhere (Kensler, “Correlated multi-jittered sampling”, 2013). `count` is below 2³¹.
 */
export function permutedIndex(i: number, count: number, key: number): number {
  let w = count - 1;
  w |= w >>> 1;
  w |= w >>> 2;
  w |= w >>> 4;
  w |= w >>> 8;
  w |= w >>> 16;
  let x = i | 0;
  do {
    x ^= key;
    x = Math.imul(x, 0xe170893d);
    x ^= key >>> 16;
    x ^= (x & w) >>> 4;
    x ^= key >>> 8;
    x = Math.imul(x, 0x0929eb3f);
    x ^= key >>> 23;
    x ^= (x & w) >>> 1;
    x = Math.imul(x, 1 | (key >>> 27));
    x = Math.imul(x, 0x6935fa69);
    x ^= (x & w) >>> 11;
    x = Math.imul(x, 0x74dcb303);
    x ^= (x & w) >>> 2;
    x = Math.imul(x, 0x9e501cc3);
    x ^= (x & w) >>> 2;
    x = Math.imul(x, 0xc860a3df);
    x &= w;
    x ^= x >>> 5;
  } while (x >>> 0 >= count);
  return (((x >>> 0) + (key >>> 0)) % count) >>> 0;
}
