import { describe, expect, test } from 'vitest';
import { Random } from '../../src/data/random';
import { nearestBy } from '../../src/embedding/nearest-points';
import type { Engine } from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { createWasmEngine } from '../../src/engines/wasm/engine';
import { loadKernels } from '../../src/engines/wasm/kernels';

/** Clouds of points that lie close to a plane of a few dimensions, as what is learned does. */
function clouds(count: number, dimensions: number, offset = 0, seed = 5) {
  const random = new Random(seed);
  const centres = Float32Array.from({ length: 20 * 6 }, () => random.normal());
  const axes = Float32Array.from({ length: 6 * dimensions }, () => random.normal());
  const values = new Float32Array(count * dimensions);
  for (let n = 0; n < count; n++) {
    const centre = random.integer(20);
    const place = Array.from({ length: 6 }, (_, i) => centres[centre * 6 + i] + 0.5 * random.normal());
    for (let i = 0; i < dimensions; i++) {
      values[n * dimensions + i] =
        offset + 0.1 * random.normal() + place.reduce((sum, x, axis) => sum + x * axes[axis * dimensions + i], 0);
    }
  }
  return values;
}

function sorted(values: Float32Array, d: number, point: number, k: number) {
  return Array.from({ length: values.length / d }, (_, other) => {
    let distance = 0;
    for (let i = 0; i < d; i++) distance += (values[point * d + i] - values[other * d + i]) ** 2;
    return { other, distance };
  })
    .filter(({ other }) => other !== point)
    .sort((a, b) => a.distance - b.distance || a.other - b.other)
    .slice(0, k);
}

const ENGINES: [string, () => Promise<Engine>][] = [
  ['reference', async () => createReferenceEngine()],
  [
    'wasm',
    async () => {
      const kernels = await loadKernels(false);
      if (!kernels) throw new Error('expected WebAssembly with SIMD');
      return createWasmEngine(kernels, null);
    },
  ],
];

const yieldNow = async () => undefined;

describe.each(ENGINES)('all points compared: %s', (_, open) => {
  test.each([0, 30])('as a sort of all distances finds them, %d away from the origin', async (offset) => {
    const { scorer, liveBuffers } = await open();
    const values = clouds(1200, 9, offset);
    const shares: number[] = [];
    const nearest = nearestBy({ scorer, work: Number.POSITIVE_INFINITY, random: new Random(1) });
    const found = await nearest(values, 9, 12, async (share) => void shares.push(share));
    expect(found.recall).toBeNull();
    expect(liveBuffers()).toBe(0);
    expect(shares.at(-1)).toBe(1);
    for (let point = 0; point < 1200; point += 7) {
      const expected = sorted(values, 9, point, 12);
      expect([...found.indices.subarray(point * 12, (point + 1) * 12)]).toEqual(expected.map(({ other }) => other));
      expected.forEach(({ distance }, i) => {
        expect(found.distances[point * 12 + i] / distance).toBeCloseTo(1, 9);
      });
    }
  });

  test('equal points are near each other, and no point to itself', async () => {
    const { scorer } = await open();
    const values = Float32Array.of(1, 1, 5, 5, 1, 1, 1, 1);
    const nearest = nearestBy({ scorer, work: Number.POSITIVE_INFINITY, random: new Random(1) });
    const { indices, distances } = await nearest(values, 2, 2, yieldNow);
    expect([...indices]).toEqual([2, 3, 0, 2, 0, 3, 0, 2]);
    expect([...distances]).toEqual([0, 0, 32, 32, 0, 0, 0, 0]);
  });
});

describe('too many points to compare all', () => {
  const { scorer } = createReferenceEngine();
  const nearest = (seed = 1) => nearestBy({ scorer, work: 1e6, random: new Random(seed) });

  test('nearly all neighbours are found, and how many is measured', async () => {
    const values = clouds(3000, 16);
    const found = await nearest()(values, 16, 15, yieldNow);
    let hits = 0;
    let looked = 0;
    for (let point = 0; point < 3000; point += 23) {
      const expected = new Set(sorted(values, 16, point, 15).map(({ other }) => other));
      const own = [...found.indices.subarray(point * 15, (point + 1) * 15)];
      expect(new Set(own).size).toBe(15);
      expect(own).not.toContain(point);
      hits += own.filter((other) => expected.has(other)).length;
      looked += 15;
    }
    expect(hits / looked).toBeGreaterThan(0.95);
    expect(Math.abs((found.recall as number) - hits / looked)).toBeLessThan(0.02);
    expect(found.recall).toBeLessThanOrEqual(1);
  });

  test('the same seed finds the same', async () => {
    const values = clouds(400, 8);
    const one = await nearest(3)(values, 8, 10, yieldNow);
    expect(one.recall).not.toBeNull();
    expect(await nearest(3)(values, 8, 10, yieldNow)).toEqual(one);
  });

  test('many neighbours are found by comparing all the same: that takes less time', async () => {
    expect((await nearest()(clouds(300, 16), 16, 90, yieldNow)).recall).toBeNull();
  });
});

test('vectors that are no numbers are told', async () => {
  const nearest = nearestBy({ scorer: createReferenceEngine().scorer, work: 1e9, random: new Random(1) });
  await expect(nearest(new Float32Array(20).fill(Number.NaN), 2, 3, yieldNow)).rejects.toThrow(
    'expected 3 points beside each, found 0 with numbers',
  );
});
