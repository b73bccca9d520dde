import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { splitPairs } from '../../src/data/split';
import type { Engine, EngineProbe } from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { probeCpu, probeWebgl, probeWebgpu } from '../../src/engines/tfjs/engine';
import { probeWasm } from '../../src/engines/wasm/engine';
import { TrainingControl } from '../../src/training/control';
import type { TrainingProgress } from '../../src/training/trainer';
import { trainModel } from '../../src/training/trainer';
import { pairsOnly } from '../../src/training/training-data';
import { batchesOf, CASES, compare, engineData, MATRIX, start } from '../engines/cases';
import { task } from '../support/task';

/** A page's own thread may not wait for others: threads are tried end to end. */
const ALONE = { cores: 1, startThread: null };

/** Differences a device may show: software GPUs add in another order. */
const PROBES: [string, EngineProbe, { loss: number; metric: number; table: number }][] = [
  ['wasm', probeWasm(ALONE), { loss: 2e-4, metric: 1e-3, table: 5e-3 }],
  ['cpu', probeCpu, { loss: 2e-4, metric: 1e-3, table: 5e-3 }],
  ['webgpu', probeWebgpu(true), { loss: 1e-3, metric: 2e-2, table: 2e-2 }],
  ['webgl', probeWebgl(true), { loss: 1e-3, metric: 2e-2, table: 2e-2 }],
];

describe.each(PROBES)('%s in this browser', (_name, probe, tolerance) => {
  let engine: Engine | null = null;
  let missing = '';
  beforeAll(async () => {
    const found = await probe();
    if ('engine' in found) engine = found.engine;
    else missing = found.missing;
  });
  afterAll(() => {
    engine = null;
  });

  test.each(CASES)('$name: steps as the reference does', async (example) => {
    // A device that is not here, or whose gradients the self-check refused, is said and passed over.
    if (!engine) {
      expect(missing).toMatch(/^(This browser|WebGPU|WebGL is not used: its gradients|tfjs could not)/);
      console.log(`skipped: ${missing}`);
      return;
    }
    const tested = engine.create(example.spec, start(example), engineData(example.spec));
    const oracle = createReferenceEngine().create(example.spec, start(example), engineData(example.spec));
    const batches = batchesOf(example, 2);
    const { losses, metrics, tables } = await compare(tested, oracle, batches, example.training.learningRate);
    expect(losses).toBeLessThan(tolerance.loss);
    expect(metrics).toBeLessThan(tolerance.metric);
    for (const { apart } of tables) expect(apart).toBeLessThan(tolerance.table);
    tested.dispose();
  });
});

test('a GPU that is destroyed in the middle: the run goes on from its checkpoint on the next engine', async () => {
  const [example] = CASES;
  const found = await probeWebgpu(true)();
  if (!('engine' in found)) throw new Error(found.missing);
  const split = splitPairs({ matrix: MATRIX }, { fraction: 0.2, minimumDegree: 3, seed: 1 });
  const run = {
    model: example.spec,
    training: { ...example.training, epochs: 6 },
    data: pairsOnly(split.train, split.heldOut),
    seed: 1,
  };
  let destroyed = false;
  const result = await trainModel(run, found.engine, {
    ...task<[TrainingProgress]>({ clock: () => performance.now() }),
    control: new TrainingControl(),
    nextEngine: async (lost, reason) => {
      expect(lost.description.engine).toBe('webgpu');
      expect(reason).not.toBe('');
      const next = await probeWasm(ALONE)();
      return 'engine' in next ? next.engine : null;
    },
    progress: ({ heldOut }) => {
      if (heldOut.length > 0 && !destroyed) {
        destroyed = true;
        found.engine.dispose();
      }
    },
  });
  expect(result.engine.description.engine).toBe('wasm');
  expect(result.stopReason).toBe('done');
  expect(result.steps).toBe(6 * 4);
  expect(result.notices[0]).toMatch(/Training went on from the end of epoch 1 on wasm\.$/);
  expect(() =>
    found.engine.create(example.spec, start(example), engineData(example.spec)).step(batchesOf(example, 1)[0], 0.1),
  ).toThrow();
});
