import { describe, expect, test } from 'vitest';
import { Random } from '../../src/data/random';
import { nearestBy } from '../../src/embedding/nearest-points';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { completeOptions } from '../../src/models/option';
import type { ProjectionContext } from '../../src/projection/projection';
import { methodById, methods } from '../../src/projection/registry';
import { task } from '../support/task';

function world(seed = 1, change: Partial<ProjectionContext> = {}): ProjectionContext {
  return { ...task({ clock: () => performance.now() }), random: new Random(seed), ...change };
}

/** Three far-apart clouds of points in five dimensions. */
function clouds(each = 40) {
  const random = new Random(3);
  const values = new Float32Array(3 * each * 5);
  for (let n = 0; n < 3 * each; n++) {
    for (let i = 0; i < 5; i++) values[n * 5 + i] = (i === n % 3 ? 10 : 0) + random.normal() * 0.3;
  }
  return { values, dimensions: 5 };
}

describe.each(methods.map((method) => [method.id, method] as const))('%s', (_, method) => {
  const options = completeOptions(method.options, {});

  test('keeps clouds together: nearest in the plane is of the same cloud', async () => {
    const { x, y } = await method.project(clouds(), options, world());
    let same = 0;
    for (let a = 0; a < x.length; a++) {
      let nearest = -1;
      let best = Number.POSITIVE_INFINITY;
      for (let b = 0; b < x.length; b++) {
        const distance = (x[a] - x[b]) ** 2 + (y[a] - y[b]) ** 2;
        if (b !== a && distance < best) [best, nearest] = [distance, b];
      }
      if (nearest % 3 === a % 3) same++;
    }
    expect(same / x.length).toBeGreaterThan(0.95);
  });

  test('the same seed gives the same map', async () => {
    const one = await method.project(clouds(), options, world(5));
    expect(await method.project(clouds(), options, world(5))).toEqual(one);
    expect([...one.x, ...one.y].every(Number.isFinite)).toBe(true);
  });

  test('two points are too few', async () => {
    const few = { values: new Float32Array(10), dimensions: 5 };
    await expect(method.project(few, options, world())).rejects.toThrow(
      'expected at least three points to project, found 2',
    );
  });
});

test.each(['umap', 'tsne'])(
  '%s is laid out by the neighbours it is given, and says how many of them were found',
  async (id) => {
    const method = methodById(id);
    const options = completeOptions(method.options, id === 'tsne' ? { perplexity: 5, steps: 300 } : {});
    const { scorer } = createReferenceEngine();
    const asked: number[] = [];
    const project = async (work: number) => {
      const nearest = nearestBy({ scorer, work, random: new Random(1) });
      const { recall, x } = await method.project(clouds(), options, {
        ...world(2),
        nearest(values, dimensions, k, pause) {
          asked.push(values.length / dimensions, k);
          return nearest(values, dimensions, k, pause);
        },
      });
      expect([...x].every(Number.isFinite)).toBe(true);
      return recall;
    };
    expect(await project(Number.POSITIVE_INFINITY)).toBeNull();
    // umap-js counts a point among its neighbours; t-SNE looks at three times its perplexity.
    expect(asked).toEqual([120, id === 'umap' ? 14 : 15]);
    expect(await project(0)).toBeGreaterThan(0.95);
  },
);

test('PCA finds the axis of the largest spread, and its share of the variance', async () => {
  // Spread 3 along (1, 1)/√2 and 1 along (1, −1)/√2: shares 0.9 and 0.1.
  const values = Float32Array.from([3, 3, -3, -3, 1, -1, -1, 1]);
  const { x, y, variance } = await methodById('pca').project({ values, dimensions: 2 }, {}, world());
  expect(variance?.[0]).toBeCloseTo(0.9, 6);
  expect(variance?.[1]).toBeCloseTo(0.1, 6);
  expect(Math.abs(x[0])).toBeCloseTo(3 * Math.SQRT2, 5);
  expect(x[1]).toBeCloseTo(-x[0], 5);
  expect(Math.abs(y[2])).toBeCloseTo(Math.SQRT2, 5);
});

test('PCA of one dimension lies on a line', async () => {
  const { y, variance } = await methodById('pca').project(
    { values: Float32Array.of(1, 2, 4), dimensions: 1 },
    {},
    world(),
  );
  expect([...y]).toEqual([0, 0, 0]);
  expect(variance).toEqual([1, 0]);
});

test('UMAP shows positions on the way and can be stopped', async () => {
  const controller = new AbortController();
  const shown: number[] = [];
  let now = 0;
  const running = methodById('umap').project(clouds(), completeOptions(methodById('umap').options, {}), {
    ...world(),
    clock: () => (now += 300),
    signal: controller.signal,
    progress: (share, _stage, positions) => {
      if (positions) shown.push(positions.x.length);
      if (share > 0.2) controller.abort();
    },
  });
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  expect(shown.length).toBeGreaterThan(1);
  expect(new Set(shown)).toEqual(new Set([120]));
});
