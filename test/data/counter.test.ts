import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hash32, keyOf, permutedIndex, toRange } from '../../src/data/counter-rng';

/** Any 32 bits, unsigned. */
const bits = fc.integer({ min: 0, max: 0xffffffff });

describe('mix', () => {
  // Worked out by a program in C.
  test.each([
    [0, 0],
    [1, 0x688990c0],
    [2, 0xd1132181],
    [42, 0x172733c2],
    [0x80000000, 0xcc4b4124],
    [0xffffffff, 0x6768824a],
    [0xdeadbeef, 0xe628c683],
  ])('of %d', (value, expected) => {
    expect(hash32(value)).toBe(expected);
    // What overflows 32 bits, or is negative, is the number that they hold.
    expect(hash32(value | 0)).toBe(expected);
    expect(hash32(value + 2 ** 32)).toBe(expected);
  });

  test('numbers in a row share no value, and half of the bits change from one to the next', () => {
    const count = 1 << 16;
    const seen = new Set<number>();
    let changed = 0;
    for (let i = 0; i < count; i++) {
      seen.add(hash32(i));
      for (let x = hash32(i) ^ hash32(i + 1); x !== 0; x &= x - 1) changed++;
    }
    expect(seen.size).toBe(count);
    expect(changed / count).toBeCloseTo(16, 1);
  });
});

test('a key is told by its seed and all of its purpose', () => {
  const keys = [keyOf(1, 'order', 2), keyOf(2, 'order', 2), keyOf(1, 'order', 3), keyOf(1, 'negatives', 2), keyOf(1)];
  expect(new Set(keys).size).toBe(keys.length);
  expect(keyOf(1, 'order', 2)).toBe(keys[0]);
  for (const key of keys) expect(key).toBe(key >>> 0);
});

describe('scaled', () => {
  test('is floor(value · bound / 2³²), to the last digit', () => {
    fc.assert(
      fc.property(bits, fc.integer({ min: 1, max: 0x7fffffff }), (value, bound) => {
        expect(toRange(value, bound)).toBe(Number((BigInt(value) * BigInt(bound)) >> 32n));
      }),
      { numRuns: 5000 },
    );
    for (const value of [0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff]) {
      for (const bound of [1, 2, 3, 0xffff, 0x10000, 0x7ffffffe, 0x7fffffff]) {
        expect(toRange(value, bound)).toBe(Number((BigInt(value) * BigInt(bound)) >> 32n));
      }
    }
  });

  test('of mixed numbers is every place alike', () => {
    const counts = new Float64Array(10);
    for (let i = 0; i < 100_000; i++) counts[toRange(hash32(i), 10)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(6 * Math.sqrt(10_000));
  });
});

describe('permute', () => {
  // Worked out by Kensler’s program in C, with the key added in 64 bits.
  test.each([
    [10, 0, [0, 9, 1, 7, 5, 3, 2, 8, 4, 6]],
    [10, 0xdeadbeef, [4, 7, 8, 5, 0, 6, 3, 1, 9, 2]],
    [0x7fffffff, 12345, [952807054, 1125840989, 22422740, 214434023]],
  ])('of %d under the key %d', (count, key, expected) => {
    expect(expected.map((_, i) => permutedIndex(i, count, key))).toEqual(expected);
  });

  test('enters a large shuffle anywhere', () => {
    expect([0, 1, 2, 3, 4].map((i) => permutedIndex(200_000 * i, 1_000_003, 0xfffffff0))).toEqual([
      898803, 289231, 232193, 572644, 880373,
    ]);
  });

  test('leads to every place once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), bits, (count, key) => {
        const seen = new Uint8Array(count);
        for (let i = 0; i < count; i++) seen[permutedIndex(i, count, key)]++;
        expect(seen.every((times) => times === 1)).toBe(true);
      }),
      { numRuns: 300 },
    );
    for (const count of [1, 2, 3, 4, 5, 1023, 1024, 1025, 65_537]) {
      for (const key of [0, 1, 0x7fffffff, 0xffffffff]) {
        const seen = new Set(Array.from({ length: count }, (_, i) => permutedIndex(i, count, key)));
        expect(seen.size).toBe(count);
        expect(Math.max(...seen)).toBe(count - 1);
      }
    }
  });

  test.each([7, 16, 100])('over many keys sends each of %d places to each other alike', (count) => {
    const runs = 4000;
    const counts = Array.from({ length: count }, () => new Float64Array(count));
    for (let k = 0; k < runs; k++) {
      const key = hash32(k + 1);
      for (let i = 0; i < count; i++) counts[i][permutedIndex(i, count, key)]++;
    }
    const expected = runs / count;
    // χ² of each place, whose mean is count − 1 and whose variance is twice that.
    for (const row of counts) {
      const chi = row.reduce((sum, found) => sum + (found - expected) ** 2 / expected, 0);
      expect(chi).toBeLessThan(count - 1 + 6 * Math.sqrt(2 * (count - 1)));
    }
  });

  test('leaves neighbours no nearer than others', () => {
    const count = 10_000;
    let distance = 0;
    let rising = 0;
    for (let i = 1; i < count; i++) {
      const [before, here] = [permutedIndex(i - 1, count, 0x1234567), permutedIndex(i, count, 0x1234567)];
      distance += Math.abs(here - before) / count;
      if (here > before) rising++;
    }
    // Two places drawn at random lie a third apart.
    expect(distance / count).toBeCloseTo(1 / 3, 2);
    expect(rising / count).toBeCloseTo(1 / 2, 1);
  });
});
