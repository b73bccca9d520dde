import { describe, expect, test } from 'vitest';
import { Random } from '../../src/data/random';
import { completeOptions } from '../../src/models/option';
import { affinities, nearestPoints } from '../../src/projection/affinities';
import type { ProjectionContext } from '../../src/projection/projection';
import { Quadtree } from '../../src/projection/quadtree';
import { projectionQuality } from '../../src/projection/quality';
import { methodById } from '../../src/projection/registry';
import { task } from '../support/task';

const tsne = methodById('tsne');

function world(seed = 1, change: Partial<ProjectionContext> = {}): ProjectionContext {
  return { ...task({ clock: () => performance.now() }), random: new Random(seed), ...change };
}

/** Clusters of points around random centres; point n belongs to cluster n % clusters. */
function planted(count: number, clusters: number, dimensions: number, spread: number) {
  const random = new Random(11);
  const centres = Float32Array.from({ length: clusters * dimensions }, () => random.normal());
  const values = Float32Array.from({ length: count * dimensions }, (_, at) => {
    const cluster = Math.floor(at / dimensions) % clusters;
    return centres[cluster * dimensions + (at % dimensions)] + spread * random.normal();
  });
  return { values, dimensions };
}

function plane(count: number): [Float64Array, Float64Array] {
  const random = new Random(4);
  const axis = () => Float64Array.from({ length: count }, () => random.normal());
  return [axis(), axis()];
}

describe('the quadtree', () => {
  /** The sums that the tree approximates, term by term. */
  function exact(x: Float64Array, y: Float64Array) {
    const [fx, fy] = [new Float64Array(x.length), new Float64Array(x.length)];
    let total = 0;
    for (let a = 0; a < x.length; a++) {
      for (let b = 0; b < x.length; b++) {
        if (a === b) continue;
        const q = 1 / (1 + (x[a] - x[b]) ** 2 + (y[a] - y[b]) ** 2);
        total += q;
        fx[a] += q * q * (x[a] - x[b]);
        fy[a] += q * q * (y[a] - y[b]);
      }
    }
    return { total, fx, fy };
  }
  function byTree(theta: number, x: Float64Array, y: Float64Array) {
    const [fx, fy] = [new Float64Array(x.length), new Float64Array(x.length)];
    const tree = new Quadtree(x, y);
    tree.build();
    return { total: tree.repel(theta, fx, fy), fx, fy };
  }

  test('without approximation gives every term', () => {
    const [x, y] = plane(200);
    const expected = exact(x, y);
    const found = byTree(0, x, y);
    expect(found.total).toBeCloseTo(expected.total, 8);
    for (let i = 0; i < 200; i++) {
      expect(found.fx[i]).toBeCloseTo(expected.fx[i], 9);
      expect(found.fy[i]).toBeCloseTo(expected.fy[i], 9);
    }
  });

  test('at half a width a distance errs by a few percent', () => {
    const [x, y] = plane(500).map((axis) => axis.map((value) => 20 * value));
    const expected = exact(x, y);
    const found = byTree(0.5, x, y);
    expect(Math.abs(found.total / expected.total - 1)).toBeLessThan(0.02);
    expect(found.total).not.toBe(expected.total);
    const miss = Math.hypot(...found.fx.map((value, i) => value - expected.fx[i]));
    expect(miss / Math.hypot(...expected.fx)).toBeLessThan(0.04);
  });

  test('points that coincide are one cell, and nothing is not a number', () => {
    const x = Float64Array.of(1, 1, 1, 1, 1 + Number.EPSILON, 5);
    const y = Float64Array.of(2, 2, 2, 2, 2, -3);
    const expected = exact(x, y);
    const found = byTree(0.5, x, y);
    expect(found.total).toBeCloseTo(expected.total, 9);
    expect([...found.fx].every(Number.isFinite)).toBe(true);
    const same = byTree(0.5, new Float64Array(4).fill(7), new Float64Array(4).fill(7));
    expect(same).toEqual({ total: 12, fx: new Float64Array(4), fy: new Float64Array(4) });
  });
});

test('the nearest of each point, as a sort of all distances finds them', async () => {
  const { values, dimensions: d } = planted(70, 5, 3, 0.5);
  const { indices, distances } = await nearestPoints(values, d, 6, async () => undefined);
  for (let a = 0; a < 70; a++) {
    const all = Array.from({ length: 70 }, (_, b) => {
      let sum = 0;
      for (let i = 0; i < d; i++) sum += (values[a * d + i] - values[b * d + i]) ** 2;
      return { b, sum };
    })
      .filter(({ b }) => b !== a)
      .sort((one, other) => one.sum - other.sum)
      .slice(0, 6);
    expect([...indices.subarray(a * 6, a * 6 + 6)]).toEqual(all.map(({ b }) => b));
    expect(distances[a * 6 + 5]).toBeCloseTo(all[5].sum, 10);
  }
});

test('affinities are symmetric, 1 in sum, and each point has as many neighbours as the perplexity says', async () => {
  const { values, dimensions } = planted(90, 3, 4, 1);
  const near = await nearestPoints(values, dimensions, 89, async () => undefined);
  const { offsets, indices, probabilities } = affinities(near, 12);
  const joint = new Map<string, number>();
  for (let a = 0; a < 90; a++) {
    for (let at = offsets[a]; at < offsets[a + 1]; at++) joint.set(`${a} ${indices[at]}`, probabilities[at]);
  }
  expect(joint.size).toBe(probabilities.length);
  for (const [pair, probability] of joint) {
    expect(joint.get(pair.split(' ').reverse().join(' '))).toBeCloseTo(probability, 14);
  }
  expect(probabilities.reduce((sum, value) => sum + value)).toBeCloseTo(1, 10);
  // With two neighbours each, one near and one far, the entropy of the shares is that of the perplexity.
  const two = affinities(
    { k: 2, indices: Int32Array.of(1, 2, 0, 2, 0, 1), distances: Float64Array.of(1, 4, 1, 4, 1, 4) },
    1.5,
  );
  // Both of 0 and 1 give each other this share; joint it is 2 · share / 2n.
  const share = two.probabilities[0] * 3;
  expect(-(share * Math.log(share) + (1 - share) * Math.log(1 - share))).toBeCloseTo(Math.log(1.5), 4);
});

test('planted clusters stay apart, and the map can be trusted', async () => {
  const input = planted(600, 6, 20, 0.35);
  const { x, y } = await tsne.project(input, completeOptions(tsne.options, { steps: 500 }), world());
  const quality = projectionQuality(input.values, input.dimensions, { x, y }, new Random(1));
  expect(quality.trustworthiness).toBeGreaterThan(0.9);
  expect(quality.continuity).toBeGreaterThan(0.9);
  const centre = (cluster: number) => {
    const of = Array.from(x, (_, n) => n).filter((n) => n % 6 === cluster);
    const mean = (axis: Float32Array) => of.reduce((sum, n) => sum + axis[n], 0) / of.length;
    const [cx, cy] = [mean(x), mean(y)];
    return { cx, cy, radius: Math.max(...of.map((n) => Math.hypot(x[n] - cx, y[n] - cy))) };
  };
  for (let a = 0; a < 6; a++) {
    for (let b = 0; b < a; b++) {
      const [one, other] = [centre(a), centre(b)];
      expect(Math.hypot(one.cx - other.cx, one.cy - other.cy)).toBeGreaterThan(Math.max(one.radius, other.radius));
    }
  }
});

test('shows positions on the way and can be stopped', async () => {
  const controller = new AbortController();
  const stages = new Set<string>();
  const shares: number[] = [];
  let now = 0;
  const running = tsne.project(planted(90, 3, 5, 0.3), completeOptions(tsne.options, {}), {
    ...world(),
    clock: () => (now += 300),
    signal: controller.signal,
    progress: (share, stage, positions) => {
      stages.add(stage);
      shares.push(share);
      if (positions) expect(positions.x.every(Number.isFinite)).toBe(true);
      if (share > 0.6) controller.abort();
    },
  });
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  expect([...stages]).toEqual(['finding neighbours', 'gathering', 'laying out']);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
});

test.each([3, 4, 10])('%i points, some of them the same, lie somewhere', async (count) => {
  const values = new Float32Array(count * 2);
  values.set([1, 1], 2);
  const { x, y } = await tsne.project(
    { values, dimensions: 2 },
    completeOptions(tsne.options, { steps: 250 }),
    world(),
  );
  expect([...x, ...y].every(Number.isFinite)).toBe(true);
});
