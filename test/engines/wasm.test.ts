import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/data/random';
import { drawPairs } from '../../src/engines/draw';
import { DeviceLostError, type Engine, type ModelState, type PairBatch } from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { selfCheck } from '../../src/engines/tfjs/self-check';
import { createWasmEngine } from '../../src/engines/wasm/engine';
import { loadKernels } from '../../src/engines/wasm/kernels';
import { ThreadPool } from '../../src/engines/wasm/threads';
import type { FactorSpec } from '../../src/models/factor';
import { type AdamSpec, TORCH_ADAGRAD, TORCH_ADAM } from '../../src/models/optimiser';
import { initialState } from '../../src/training/initial-state';
import { startNodeThread } from '../support/threads';
import {
  batchesOf,
  CASES,
  caseNamed,
  compare,
  DESCENT_CASES,
  difference,
  type EngineCase,
  engineData,
  FACTOR_CASES,
  MATRIX,
  pairSamplerOf,
  start,
} from './cases';

/** All that the kernels train. */
const ALL = [...CASES, ...DESCENT_CASES];
const DRAWN = ALL.filter(({ training }) => training.batches.kind === 'pairs');
const DECAYING: AdamSpec = { ...TORCH_ADAM, weightDecay: 0.1, decoupled: true };
const find = (part: string) => caseNamed(FACTOR_CASES, part);

async function open(threads: number): Promise<Engine> {
  const kernels = await loadKernels(threads > 1);
  if (!kernels) throw new Error('expected WebAssembly with SIMD');
  const pool = threads > 1 ? await ThreadPool.start(threads - 1, startNodeThread) : null;
  return createWasmEngine(kernels, pool);
}

/** Steps drawn by the kernels, epoch after epoch, and the state that they end in. */
async function drawn(engine: Engine, example: EngineCase, steps: number) {
  const { source, stepsPerEpoch } = pairSamplerOf(example);
  const trainer = engine.create(example.spec, start(example), engineData(example.spec), source);
  for (let made = 0; made < steps; made += stepsPerEpoch) {
    const rates = new Float32Array(Math.min(stepsPerEpoch, steps - made)).fill(example.training.learningRate);
    trainer.draw?.(made / stepsPerEpoch, 0, rates);
  }
  const losses = await trainer.losses();
  const state = await trainer.save();
  trainer.dispose();
  return { losses, state };
}

describe.each([1, 2, 3])('wasm, threads: %d', (threads) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open(threads);
  }, 120_000);
  afterAll(() => engine.dispose());

  test.each(ALL)('$name: steps as the reference does', async (example) => {
    const data = engineData(example.spec);
    const tested = engine.create(example.spec, start(example), data);
    const oracle = createReferenceEngine().create(example.spec, start(example), data);
    const batches = batchesOf(example);
    const { losses, metrics, tables, steps } = await compare(tested, oracle, batches, example.training.learningRate);
    expect(steps).toBeGreaterThanOrEqual(16);
    expect(losses).toBeLessThan(2e-4);
    expect(metrics).toBeLessThan(1e-3);
    for (const { apart } of tables) expect(apart).toBeLessThan(5e-3);
    tested.dispose();
  });

  test.each(DRAWN)('$name: 200 drawn steps lose what the reference loses', async (example) => {
    const { losses, state } = await drawn(engine, example, 200);
    const { source, pool, stepsPerEpoch } = pairSamplerOf(example);
    const oracle = createReferenceEngine().create(example.spec, start(example), engineData(example.spec));
    for (let step = 0; step < 200; step++) {
      const batch = drawPairs(source, pool, Math.floor(step / stepsPerEpoch), step % stepsPerEpoch);
      oracle.step(batch, example.training.learningRate);
    }
    expect(losses).toHaveLength(200);
    // Single precision against double: what is apart grows with the steps, and with the loss itself.
    const wanted = await oracle.losses();
    const scale = Math.max(1, ...wanted);
    expect(difference(losses, wanted)).toBeLessThan(2e-3 * scale);
    expect(state.step).toBe(200);
  });

  test('one thread and several give the same bits', async () => {
    const alone = await open(1);
    // The gradients of features are added up thread by thread: there, the same threads give the same bits.
    for (const example of DRAWN.filter(({ spec }) => spec.rowFeatures === 0)) {
      const many = await drawn(engine, example, 60);
      const one = await drawn(alone, example, 60);
      expect(many.state).toEqual(one.state);
      expect(many.losses).toHaveLength(60);
      expect(difference(many.losses, one.losses)).toBeLessThan(1e-6);
    }
    alone.dispose();
  });

  test('the same start gives the same bits, on blocks too', async () => {
    for (const example of [
      find('pooled rows with dropout'),
      find('repeated columns'),
      find('features of both sides'),
    ]) {
      const run = async () => {
        const trainer = engine.create(example.spec, start(example), engineData(example.spec));
        for (const batch of batchesOf(example)) trainer.step(batch, 0.05);
        const losses = await trainer.losses();
        const { tables } = await trainer.save();
        trainer.dispose();
        return { losses, tables };
      };
      expect(await run()).toEqual(await run());
    }
  });

  test('drawn steps and the same steps written give the same bits', async () => {
    const example = find('pairs with negatives, dot');
    const { source, pool } = pairSamplerOf(example);
    const data = engineData(example.spec);
    const one = engine.create(example.spec, start(example), data, source);
    one.draw?.(3, 1, Float32Array.of(0.05, 0.04, 0.03));
    const other = engine.create(example.spec, start(example), data, source);
    [0.05, 0.04, 0.03].forEach((rate, i) => {
      other.step(drawPairs(source, pool, 3, 1 + i), Math.fround(rate));
    });
    expect(await one.save()).toEqual(await other.save());
    expect(await one.losses()).toEqual(await other.losses());
    one.dispose();
    other.dispose();
  });

  test('dense Adam catches up: rows left alone for long come out as if moved at every step', async () => {
    // Few pairs of many rows: most rows wait for dozens of steps, some for more than the window of 200.
    const [rows, columns] = [400, 300];
    const random = new Random(4);
    for (const optimiser of [
      { ...find('pairs with negatives, dot').spec.optimiser },
      { ...find('pairs with negatives, dot').spec.optimiser, epsilon: 1e-3 },
      { ...find('ratings, biases').spec.optimiser },
    ]) {
      const spec = { ...find('pairs with negatives, dot').spec, optimiser };
      const state = (): ModelState => {
        const own = new Random(9);
        return {
          step: 0,
          tables: [['row', rows] as const, ['column', columns] as const].map(([name, count]) => ({
            name,
            shape: [count, spec.dimensions],
            values: Float32Array.from({ length: count * spec.dimensions }, () => own.normal()),
            m: new Float32Array(count * spec.dimensions),
            v: new Float32Array(count * spec.dimensions),
          })),
        };
      };
      const data = { rows, columns, rowFeatures: null, columnFeatures: null };
      const tested = engine.create(spec, state(), data);
      const oracle = createReferenceEngine().create(spec, state(), data);
      for (let step = 0; step < 600; step++) {
        const batch: PairBatch = {
          kind: 'pairs',
          rows: Int32Array.from({ length: 3 }, () => random.integer(rows)),
          columns: Int32Array.from({ length: 3 }, () => random.integer(columns)),
          targets: Float32Array.of(1, 0, 1),
          group: 1,
          dropoutSeed: null,
        };
        // A rate that changes, as schedules do.
        const rate = 0.02 * (1 + Math.sin(step / 40));
        tested.step(batch, rate);
        oracle.step(batch, rate);
      }
      expect(difference(await tested.losses(), await oracle.losses())).toBeLessThan(1e-3);
      const [a, b] = [await tested.save(), await oracle.save()];
      for (let t = 0; t < 2; t++) {
        expect(difference(a.tables[t].values, b.tables[t].values)).toBeLessThan(1e-3);
        expect(difference(a.tables[t].m, b.tables[t].m)).toBeLessThan(1e-5);
      }
      tested.dispose();
    }
  });

  test.each([
    ['dot', find('pairs with negatives, dot').spec, 3],
    [
      'cosine, link, temperature',
      { ...find('pairs with negatives, dot').spec, score: 'cosine', link: 'affine', temperature: 2 },
      3,
    ],
    ['cosine, biases, penalty', { ...find('ratings, biases').spec, score: 'cosine', regularisation: 0.1 }, 1],
    ['biases, penalty, Adagrad', { ...find('ratings, biases').spec, regularisation: 0.1, optimiser: TORCH_ADAGRAD }, 1],
    ['BPR, decay of parameters', { ...find('BPR').spec, optimiser: DECAYING }, 4],
  ] as const)(
    'rows that few pairs of a batch have, %s: as the reference, and the same bits',
    async (_, change, group) => {
      // Some rows are in one chunk of pairs alone, some in several, and some pairs have one of each.
      const [rows, columns, groups] = [1500, 800, 120];
      const spec: FactorSpec = { ...change };
      const data = { rows, columns, rowFeatures: null, columnFeatures: null };
      const alone = await open(1);
      const trainers = [engine, alone, createReferenceEngine()].map((one) =>
        one.create(spec, initialState(spec, rows, columns, 3), data),
      );
      const random = new Random(8);
      for (let step = 0; step < 30; step++) {
        const pairs = groups * group;
        const row = Array.from({ length: groups }, () => random.integer(rows));
        const batch: PairBatch = {
          kind: 'pairs',
          rows: Int32Array.from({ length: pairs }, (_, n) => row[Math.floor(n / group)]),
          // Half of them are popular.
          columns: Int32Array.from({ length: pairs }, () => random.integer(random.next() < 0.5 ? 20 : columns)),
          targets: Float32Array.from({ length: pairs }, (_, n) => (n % group === 0 ? 1 : 0)),
          group,
          dropoutSeed: null,
        };
        for (const trainer of trainers) trainer.step(batch, 0.03);
      }
      const [losses, ownLosses, wanted] = await Promise.all(trainers.map((trainer) => trainer.losses()));
      expect(difference(losses, wanted)).toBeLessThan(1e-4 * Math.max(1, ...wanted));
      expect(difference(losses, ownLosses)).toBeLessThan(1e-6);
      const [state, own, oracle] = await Promise.all(trainers.map((trainer) => trainer.save()));
      expect(state).toEqual(own);
      state.tables.forEach(({ values }, t) => {
        expect(difference(values, oracle.tables[t].values)).toBeLessThan(2e-3);
      });
      for (const trainer of trainers) trainer.dispose();
      alone.dispose();
    },
  );

  test('a saved state goes on as if nothing had been', async () => {
    for (const example of [find('pairs with negatives, dot'), find('softmax over all columns, biases')]) {
      const data = engineData(example.spec);
      const batches = batchesOf(example);
      const whole = engine.create(example.spec, start(example), data);
      for (const batch of batches.slice(0, 7)) whole.step(batch, 0.05);
      const saved = await whole.save();
      for (const batch of batches.slice(7)) whole.step(batch, 0.05);
      const second = engine.create(example.spec, saved, data);
      for (const batch of batches.slice(7)) second.step(batch, 0.05);
      expect(await second.save()).toEqual(await whole.save());
      whole.dispose();
      second.dispose();
    }
  });

  test('pairs that are scored between two steps change nothing', async () => {
    for (const example of [find('pairs with negatives, dot'), find('BPR')]) {
      const undisturbed = await drawn(engine, example, 12);
      const { source, stepsPerEpoch } = pairSamplerOf(example);
      const trainer = engine.create(example.spec, start(example), engineData(example.spec), source);
      for (let step = 0; step < 12; step++) {
        const rate = Float32Array.of(example.training.learningRate);
        trainer.draw?.(Math.floor(step / stepsPerEpoch), step % stepsPerEpoch, rate);
        await trainer.logits({ rows: Int32Array.of(1, 2, 3), columns: Int32Array.of(4, 5, 5) });
      }
      expect((await trainer.save()).tables).toEqual(undisturbed.state.tables);
      trainer.dispose();
    }
  });

  test('two models take turns with the same threads', async () => {
    const [one, other] = [find('pairs with negatives, dot'), find('pooled rows, dot')];
    const alone = await drawn(engine, one, 20);
    const { source, stepsPerEpoch } = pairSamplerOf(one);
    const first = engine.create(one.spec, start(one), engineData(one.spec), source);
    const second = engine.create(other.spec, start(other), engineData(other.spec));
    const blocks = batchesOf(other);
    for (let step = 0; step < 20; step++) {
      const rate = Float32Array.of(one.training.learningRate);
      first.draw?.(Math.floor(step / stepsPerEpoch), step % stepsPerEpoch, rate);
      second.step(blocks[step % blocks.length], 0.05);
    }
    expect((await first.save()).tables).toEqual(alone.state.tables);
    first.dispose();
    second.dispose();
  });

  test.each(DRAWN)('$name: a predictor says of pairs what the trainer and the reference say', async (example) => {
    const data = engineData(example.spec);
    const trainer = engine.create(example.spec, start(example), data);
    const batches = batchesOf(example, 2) as PairBatch[];
    for (const batch of batches) trainer.step(batch, 0.01);
    const { tables } = await trainer.save();
    const predictor = engine.predictor(example.spec, tables, data);
    const said = await predictor.logits(batches[0]);
    expect(new Set(said).size).toBeGreaterThan(5);
    expect(difference(said, await trainer.logits(batches[0]))).toBe(0);
    const oracle = createReferenceEngine().predictor(example.spec, tables, data);
    expect(difference(said, await oracle.logits(batches[0]))).toBeLessThan(1e-4);
    predictor.dispose();
    trainer.dispose();
  });

  test('scores of rows are those of the reference, with link and bias', async () => {
    for (const part of ['ratings, biases', 'pooled rows with features', 'features of both sides']) {
      const example = find(part);
      const data = engineData(example.spec);
      const tested = engine.create(example.spec, start(example), data);
      const oracle = createReferenceEngine().create(example.spec, start(example), data);
      const block = batchesOf(example, 1)[0];
      const rows = block.kind === 'block' ? block.rows : Int32Array.of(5, 0, 66);
      const inputs = block.kind === 'block' ? block.inputs : null;
      expect(difference(await tested.score(rows, inputs), await oracle.score(rows, inputs))).toBeLessThan(1e-4);
      tested.dispose();
    }
  });

  test('passes the self-check', async () => {
    expect(await selfCheck(engine)).toBeNull();
  });

  test('an engine that was given up says so, and nothing is left of models', async () => {
    const own = await open(threads);
    const example = find('pairs with negatives, dot');
    const trainer = own.create(example.spec, start(example), engineData(example.spec));
    expect(own.liveBuffers()).toBe(1);
    trainer.dispose();
    expect(own.liveBuffers()).toBe(0);
    const late = own.create(example.spec, start(example), engineData(example.spec));
    own.dispose();
    expect(() => late.step(batchesOf(example, 1)[0], 0.1)).toThrow(DeviceLostError);
    await expect(late.save()).rejects.toThrow(DeviceLostError);
  });
});

test('pairs that are drawn are those of drawPairs, to the last', async () => {
  // With a rate of nothing a step only scores: its loss tells which pairs it had.
  const engine = await open(2);
  for (const example of DRAWN) {
    const { source, pool, stepsPerEpoch } = pairSamplerOf(example, 77);
    const trainer = engine.create(example.spec, start(example), engineData(example.spec), source);
    const oracle = createReferenceEngine().create(example.spec, start(example), engineData(example.spec));
    for (const epoch of [0, 9]) {
      trainer.draw?.(epoch, 0, new Float32Array(stepsPerEpoch));
      for (let step = 0; step < stepsPerEpoch; step++) oracle.step(drawPairs(source, pool, epoch, step), 0);
    }
    expect(difference(await trainer.losses(), await oracle.losses())).toBeLessThan(1e-5);
    trainer.dispose();
  }
  expect(MATRIX.rows).toBe(67);
  engine.dispose();
});
