import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/data/random';
import { DeviceLostError, type Engine, type ScoredColumns } from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { createWebgpuEngine } from '../../src/engines/webgpu/engine';
import type { WebgpuBounds } from '../../src/engines/webgpu/model';
import { randomMatrix } from '../support/tiny';
import { difference } from './cases';
import { complaints, gpu, openDevice } from './webgpu-device';

/** Column vectors and rows to be scored with them; whole numbers make scores exact, and many of them equal. */
function made(rows: number, columns: number, dimensions: number, { whole = false, bias = true } = {}) {
  const random = new Random(3);
  const number = () => (whole ? random.integer(3) - 1 : random.normal());
  const scored: ScoredColumns = {
    dimensions,
    columns: Float32Array.from({ length: columns * dimensions }, number),
    bias: bias ? Float32Array.from({ length: columns }, number) : null,
    temperature: 2,
    unknown: Int32Array.of(1, columns - 1),
  };
  return { scored, u: Float32Array.from({ length: rows * dimensions }, number) };
}

describe.skipIf('missing' in gpu)('webgpu: scores by our own kernels', () => {
  let device: GPUDevice;
  let engine: Engine;
  const bounded = (bounds: Partial<WebgpuBounds>) => createWebgpuEngine(createReferenceEngine(), device, bounds);
  beforeAll(async () => {
    device = await openDevice();
    engine = bounded({});
  });
  afterEach(() => {
    expect(complaints).toEqual([]);
    expect(engine.liveBuffers()).toBe(0);
  });
  afterAll(() => engine.dispose());

  test.each([
    [1, 1, 1, true],
    [3, 41, 6, true],
    [3, 41, 8, false],
    [300, 70, 33, true],
    [2, 8195, 4, true],
  ])('%d rows against %d columns of %d numbers', async (rows, columns, dimensions, bias) => {
    const { scored, u } = made(rows, columns, dimensions, { bias });
    const wanted = await createReferenceEngine().scorer(scored).score(u);
    for (const on of [engine, bounded({ partBytes: 400, workgroups: 2 })]) {
      if (on !== engine && columns > 1000) continue;
      const scorer = on.scorer(scored);
      expect(difference(await scorer.score(u), wanted)).toBeLessThan(1e-4);
      // Asked again, and for fewer.
      expect(difference(await scorer.score(u.subarray(0, dimensions)), wanted.subarray(0, columns))).toBeLessThan(1e-4);
      scorer.dispose();
      expect(on.liveBuffers()).toBe(0);
    }
  });

  test('the best columns, of equals the first, without those that are skipped or unknown', async () => {
    const { scored, u } = made(270, 120, 9, { whole: true });
    const skip = randomMatrix(270, 120, 9);
    const oracle = createReferenceEngine().scorer(scored);
    for (const on of [engine, bounded({ partBytes: 1000 })]) {
      const scorer = on.scorer(scored);
      for (const [k, left] of [
        [10, null],
        [7, skip],
        [500, skip],
      ] as const) {
        expect(await scorer.top(u, k, left)).toEqual(await oracle.top(u, k, left));
      }
      // Two questions at once keep apart.
      const [one, other] = await Promise.all([scorer.top(u, 5, null), scorer.score(u.subarray(0, 9))]);
      expect(one).toEqual(await oracle.top(u, 5, null));
      expect(other).toEqual(await oracle.score(u.subarray(0, 9)));
      scorer.dispose();
    }
  });

  test('says that the device is gone', async () => {
    const lost = await openDevice();
    const gone = createWebgpuEngine(createReferenceEngine(), lost);
    const { scored, u } = made(3, 41, 6);
    const scorer = gone.scorer(scored);
    const waiting = scorer.score(u);
    lost.destroy();
    await expect(waiting).rejects.toThrow(DeviceLostError);
    await lost.lost;
    await expect(scorer.top(u, 3, null)).rejects.toThrow(/^The graphics device was lost/);
    expect(() => gone.scorer(scored)).toThrow(DeviceLostError);
    scorer.dispose();
    expect(gone.liveBuffers()).toBe(0);
  });
});
