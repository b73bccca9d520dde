import { beforeAll, describe, expect, test } from 'vitest';
import { splitPairs } from '../../src/data/split';
import { drawPairs } from '../../src/engines/draw';
import type { Engine } from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { probeWebgpu } from '../../src/engines/webgpu/probe';
import { TrainingControl } from '../../src/training/control';
import { PairSampler } from '../../src/training/pair-sampler';
import type { TrainingProgress } from '../../src/training/trainer';
import { trainModel } from '../../src/training/trainer';
import { pairsOnly } from '../../src/training/training-data';
import {
  batchesOf,
  CASES,
  compare,
  dataFor,
  difference,
  type EngineCase,
  engineData,
  MATRIX,
  NETWORK_CASES,
  start,
} from '../engines/cases';
import { task } from '../support/task';

function find(part: string): EngineCase {
  const found = CASES.find(({ name }) => name.includes(part));
  if (!found) throw new Error(`expected a case “${part}”`);
  return found;
}

/** What our own kernels train: enough to have seen each of them. */
const PAIR_CASES = ['learned link, features', 'ratings, biases', 'BPR, column biases', 'gradient descent with'].map(
  find,
);
const [PLAIN] = PAIR_CASES;
const BLOCK_CASES = [
  'repeated columns',
  'softmax over sampled columns',
  'features of both sides, weight decay',
  'lazy Adam with decoupled decay',
].map(find);

function samplerOf({ spec, training }: EngineCase): PairSampler {
  if (training.batches.kind !== 'pairs') throw new Error('expected a case of pairs');
  return new PairSampler(dataFor(spec), training.batches, 5);
}

describe('webgpu by our own kernels, in this browser', () => {
  let engine: Engine;
  beforeAll(async () => {
    const found = await probeWebgpu(true)();
    if (!('engine' in found)) throw new Error(found.missing);
    engine = found.engine;
    expect(engine.description.engine).toBe('webgpu');
    // The self-check passed.
    expect(engine.description.reason).not.toMatch(/failed/);
  });

  test.each(PAIR_CASES)('$name: drawn and written steps, loss by loss as the reference', async (example) => {
    const { source, pool, stepsPerEpoch } = samplerOf(example);
    const before = engine.liveBuffers();
    const { learningRate } = example.training;
    const tested = engine.create(example.spec, start(example), engineData(example.spec), source);
    const oracle = createReferenceEngine().create(example.spec, start(example), engineData(example.spec));
    tested.draw?.(0, 0, new Float32Array(stepsPerEpoch).fill(learningRate));
    for (let step = 0; step < stepsPerEpoch; step++) oracle.step(drawPairs(source, pool, 0, step), learningRate);
    // The same once more, written.
    const { losses, metrics, tables } = await compare(tested, oracle, batchesOf(example, 1), learningRate);
    expect(losses).toBeLessThan(2e-4);
    expect(metrics).toBeLessThan(1e-3);
    for (const { apart } of tables) expect(apart).toBeLessThan(5e-3);
    tested.dispose();
    expect(engine.liveBuffers()).toBe(before);
  });

  test.each(BLOCK_CASES)('$name: blocks, loss by loss as the reference, to the same bits again', async (example) => {
    const before = engine.liveBuffers();
    const create = (on: Engine) => on.create(example.spec, start(example), engineData(example.spec));
    const [tested, again] = [create(engine), create(engine)];
    // Tensors of tfjs would be counted too: buffers of our own are many more than tables.
    expect(engine.liveBuffers() - before).toBeGreaterThan(10);
    const batches = batchesOf(example);
    const { learningRate } = example.training;
    const found = await compare(tested, create(createReferenceEngine()), batches, learningRate);
    expect(found.losses).toBeLessThan(2e-5);
    for (const { apart } of found.tables) expect(apart).toBeLessThan(2e-4);
    for (const batch of batches) again.step(batch, learningRate);
    expect(await again.save()).toEqual(await tested.save());
    for (const trainer of [tested, again]) trainer.dispose();
    expect(engine.liveBuffers()).toBe(before);
  });

  test.each([NETWORK_CASES[0]])('$name: left to tfjs on the same device, beside a model of ours', async (example) => {
    const { source, stepsPerEpoch } = samplerOf(PLAIN);
    const ours = engine.create(PLAIN.spec, start(PLAIN), engineData(PLAIN.spec), source);
    ours.draw?.(0, 0, new Float32Array(stepsPerEpoch).fill(0.05));
    const tested = engine.create(example.spec, start(example), engineData(example.spec));
    const oracle = createReferenceEngine().create(example.spec, start(example), engineData(example.spec));
    const { losses } = await compare(tested, oracle, batchesOf(example, 1), example.training.learningRate);
    expect(losses).toBeLessThan(1e-3);
    expect((await ours.losses()).every(Number.isFinite)).toBe(true);
    tested.dispose();
    ours.dispose();
  });
});

test('a GPU that is destroyed in the middle: the run goes on from its checkpoint on the next engine', async () => {
  const found = await probeWebgpu(true)();
  if (!('engine' in found)) throw new Error(found.missing);
  const example = find('pairs with negatives, dot, cross-entropy');
  const split = splitPairs({ matrix: MATRIX }, { fraction: 0.2, minimumDegree: 3, seed: 1 });
  const run = {
    model: example.spec,
    training: { ...example.training, epochs: 3 },
    data: pairsOnly(split.train, split.heldOut),
    seed: 1,
  };
  const world = {
    ...task<[TrainingProgress]>({ clock: () => performance.now() }),
    control: new TrainingControl(),
    nextEngine: async () => createReferenceEngine(),
  };
  const result = await trainModel(run, found.engine, {
    ...world,
    progress: ({ heldOut }) => {
      if (heldOut.length > 0) found.engine.dispose();
    },
  });
  expect(result.stopReason).toBe('done');
  expect(result.notices[0]).toMatch(/Training went on from the end of epoch 1 on reference\.$/);
  const undisturbed = await trainModel(run, createReferenceEngine(), { ...world });
  expect(difference(result.loss, undisturbed.loss)).toBeLessThan(1e-3);
});
