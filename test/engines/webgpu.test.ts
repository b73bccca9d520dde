import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { splitPairs } from '../../src/data/split';
import { drawPairs, negativePool } from '../../src/engines/draw';
import {
  DeviceLostError,
  type Engine,
  type EngineData,
  type ModelState,
  type ModelTrainer,
  type PairBatch,
  type PairSource,
  type Pairs,
} from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { createWebgpuEngine } from '../../src/engines/webgpu/engine';
import { FusedModel, type WebgpuBounds } from '../../src/engines/webgpu/model';
import { Pipelines } from '../../src/engines/webgpu/pipelines';
import { selfCheck } from '../../src/engines/webgpu/self-check';
import type { FactorSpec } from '../../src/models/factor';
import { TORCH_ADAM } from '../../src/models/optimiser';
import { TrainingControl } from '../../src/training/control';
import type { PairSampler } from '../../src/training/pair-sampler';
import type { TrainingProgress } from '../../src/training/trainer';
import { trainModel } from '../../src/training/trainer';
import { pairsOnly } from '../../src/training/training-data';
import { task } from '../support/task';
import {
  batchesOf,
  caseNamed,
  compare,
  difference,
  type EngineCase,
  engineData,
  FACTOR_CASES,
  MATRIX,
  NETWORK_CASES,
  pairSamplerOf,
  start,
} from './cases';
import { complaints, gpu, openDevice } from './webgpu-device';

type PairCase = EngineCase<FactorSpec>;

const PAIR_CASES = FACTOR_CASES.filter(({ training }) => training.batches.kind === 'pairs');

const find = (part: string) => caseNamed(PAIR_CASES, part);

const PLAIN = find('pairs with negatives, dot, cross-entropy');
const FEATURES = find('learned link, features');
const RATINGS = find('ratings, biases');

/** The same pairs with another model. */
function like(example: PairCase, name: string, change: Partial<FactorSpec>): PairCase {
  return { ...example, name, spec: { ...example.spec, ...change } };
}

/** What the cases of all engines leave open: vectors of other lengths, and decay that moves every row. */
const MORE_CASES: readonly PairCase[] = [
  like(FEATURES, 'weight decay in the gradient of dense Adam, features', {
    optimiser: { ...TORCH_ADAM, weightDecay: 0.02 },
  }),
  like(RATINGS, 'vectors of 7 numbers, biases, penalty, cosine, temperature', {
    dimensions: 7,
    score: 'cosine',
    temperature: 4,
  }),
  like(RATINGS, 'vectors of 8 numbers, a bias of columns alone, penalty', { dimensions: 8, rowBias: false }),
  like(FEATURES, 'vectors of 50 numbers, which several threads share', { dimensions: 50, rowBias: true }),
  like(RATINGS, 'vectors of 130 numbers', { dimensions: 130, score: 'cosine', regularisation: 0.5 }),
];

/** Draws so many steps, epoch after epoch, each epoch in calls of so many. */
function draw(trainer: ModelTrainer, { stepsPerEpoch }: PairSampler, steps: number, rate: number, atOnce = 7): void {
  for (let made = 0; made < steps; ) {
    const first = made % stepsPerEpoch;
    const count = Math.min(atOnce, stepsPerEpoch - first, steps - made);
    trainer.draw?.(Math.floor(made / stepsPerEpoch), first, new Float32Array(count).fill(rate));
    made += count;
  }
}

/** Drawn steps of a case, and the state that they end in. */
async function drawn(engine: Engine, example: PairCase, steps: number) {
  const sampler = pairSamplerOf(example);
  const trainer = engine.create(example.spec, start(example), engineData(example.spec), sampler.source);
  draw(trainer, sampler, steps, example.training.learningRate);
  const losses = await trainer.losses();
  const metrics = await trainer.metrics();
  const state = await trainer.save();
  trainer.dispose();
  return { losses, metrics, state };
}

describe.skipIf('missing' in gpu)('webgpu by our own kernels', () => {
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

  /** A model of a case that learns from its pairs. */
  const create = (example: PairCase, on = engine) =>
    on.create(example.spec, start(example), engineData(example.spec), pairSamplerOf(example).source);
  const oracleOf = (example: PairCase) =>
    createReferenceEngine().create(example.spec, start(example), engineData(example.spec));

  const asTheReference = async (example: PairCase, on = engine) => {
    const tested = create(example, on);
    const { learningRate } = example.training;
    const { losses, metrics, tables, steps } = await compare(
      tested,
      oracleOf(example),
      batchesOf(example),
      learningRate,
    );
    expect(steps).toBeGreaterThanOrEqual(16);
    expect(losses).toBeLessThan(2e-4);
    expect(metrics).toBeLessThan(1e-3);
    for (const { apart, kept } of tables) {
      expect(apart).toBeLessThan(5e-3);
      expect(kept).toBeLessThan(5e-3);
    }
    tested.dispose();
  };

  test.each([...PAIR_CASES, ...MORE_CASES])('$name: steps as the reference does', (example) => asTheReference(example));

  test.each(PAIR_CASES)('$name: 200 drawn steps, loss by loss as the reference', async (example) => {
    const { losses, metrics, state } = await drawn(engine, example, 200);
    const { source, pool, stepsPerEpoch } = pairSamplerOf(example);
    const oracle = oracleOf(example);
    for (let step = 0; step < 200; step++) {
      const batch = drawPairs(source, pool, Math.floor(step / stepsPerEpoch), step % stepsPerEpoch);
      oracle.step(batch, example.training.learningRate);
    }
    expect(state.step).toBe(200);
    expect(losses).toHaveLength(200);
    // Single precision against double: what is apart grows with the steps, and with the loss itself.
    const wanted = await oracle.losses();
    expect(difference(losses, wanted)).toBeLessThan(2e-3 * Math.max(1, ...wanted));
    // A score beside its bound may fall to the other side of it.
    expect(difference(metrics, await oracle.metrics())).toBeLessThan(2e-2);
  });

  test('pairs that are drawn are those of drawPairs, bit by bit', async () => {
    for (const example of PAIR_CASES) {
      const { source, pool, stepsPerEpoch } = pairSamplerOf(example, 4_000_000_007);
      const model = modelOf(example, source);
      for (const [epoch, step] of [
        [0, 0],
        [3, 1],
        [1_000, stepsPerEpoch - 1],
      ]) {
        const { rows, columns, targets } = drawPairs(source, pool, epoch, step);
        expect(await model.drawn(epoch, step)).toEqual({ rows, columns, targets });
      }
      model.dispose();
    }
  });

  const modelOf = (example: PairCase, source: PairSource) =>
    new FusedModel(example.spec, start(example), engineData(example.spec), source, {
      device,
      life: { lost: () => null, whenLost: new Promise<never>(() => undefined), count: () => undefined },
      pipelines: new Pipelines(device, 65535),
      bounds: { bindingBytes: 1 << 27, partBytes: 1 << 27, workgroups: 65535, maxRecordedSteps: 1000 },
    });

  test('negatives of a row that has nearly every column: the last of a hundred tries is kept', async () => {
    const columns = 40;
    const full = Array.from({ length: columns }, (_, c) => c);
    const offsets = Uint32Array.of(0, columns, 2 * columns, 2 * columns + 1);
    const train = { rows: 3, columns, offsets, indices: Uint32Array.from([...full, ...full, 7]) };
    const rowOfPair = Uint32Array.from({ length: 81 }, (_, i) => Math.floor(i / columns));
    const placeOfPair = Uint32Array.from({ length: 81 }, (_, i) => i);
    const { source } = pairSamplerOf(PLAIN);
    const crowded: PairSource = { ...source, train, rowOfPair, placeOfPair };
    const pool = negativePool(crowded);
    const model = modelOf(PLAIN, crowded);
    const { rows, columns: drawnColumns, targets } = drawPairs(crowded, pool, 2, 1);
    expect(await model.drawn(2, 1)).toEqual({ rows, columns: drawnColumns, targets });
    model.dispose();
  });

  test('the same start gives the same bits', async () => {
    for (const example of [FEATURES, RATINGS, MORE_CASES[0]]) {
      expect(await drawn(engine, example, 60)).toEqual(await drawn(engine, example, 60));
    }
  });

  test('drawn steps and the same steps written give the same bits, in any number of calls', async () => {
    const { source, pool } = pairSamplerOf(PLAIN);
    const rates = [0.05, 0.04, 0.03];
    const [one, other, third] = [create(PLAIN), create(PLAIN), create(PLAIN)];
    one.draw?.(3, 1, Float32Array.from(rates));
    rates.forEach((rate, i) => {
      other.step(drawPairs(source, pool, 3, 1 + i), Math.fround(rate));
      third.draw?.(3, 1 + i, Float32Array.of(rate));
    });
    const state = await one.save();
    expect(await other.save()).toEqual(state);
    expect(await third.save()).toEqual(state);
    const losses = await one.losses();
    expect(losses).toHaveLength(3);
    expect(await other.losses()).toEqual(losses);
    for (const trainer of [one, other, third]) trainer.dispose();
  });

  test('losses of more steps than the device keeps at a time are all told, once', async () => {
    const few = like(find('gradient descent'), 'few pairs', { dimensions: 2 });
    const sampler = pairSamplerOf(few);
    const trainer = create(few);
    draw(trainer, sampler, 1100, 0.1, 64);
    const losses = await trainer.losses();
    expect(losses).toHaveLength(1100);
    expect(losses.every((loss) => loss > 0)).toBe(true);
    expect(await trainer.metrics()).toHaveLength(1100);
    expect(await trainer.losses()).toHaveLength(0);
    trainer.dispose();
  });

  test('dense Adam catches up: rows left alone for long come out as if updated at every step', async () => {
    // Few pairs of many rows: most rows wait for dozens of steps, some for more than the window of 200.
    const example = {
      ...PLAIN,
      training: { ...PLAIN.training, batches: { ...PLAIN.training.batches, batchPairs: 1 } },
    };
    const sampler = pairSamplerOf(example as PairCase);
    for (const [optimiser, maxRecordedSteps] of [
      [{ ...TORCH_ADAM, epsilon: 1e-3 }, 16384],
      [{ ...TORCH_ADAM, weightDecay: 0.02, decoupled: true }, 16384],
      // All rows are brought up to date now and then.
      [{ ...TORCH_ADAM, weightDecay: 0.02, decoupled: true }, 70],
    ] as const) {
      const alone = like(example as PairCase, 'a pair at a time', { optimiser });
      const tested = create(alone, bounded({ maxRecordedSteps }));
      const oracle = oracleOf(alone);
      for (let step = 0; step < 300; step++) {
        const batch = drawPairs(sampler.source, sampler.pool, 0, step % sampler.stepsPerEpoch);
        // The first rows alone, and a rate that changes, as schedules do.
        const some = { ...batch, rows: batch.rows.map((row) => (step < 30 ? row : row % 20)) };
        const rate = 0.02 * (1 + Math.sin(step / 40));
        tested.step(some, rate);
        oracle.step(some, rate);
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

  describe('sums of whole numbers', () => {
    /** One row and one column in every pair, by plain descent on the squared error; the rate brings moves to size. */
    const spec: FactorSpec = {
      ...RATINGS.spec,
      dimensions: 3,
      rowBias: false,
      columnBias: false,
      offset: 0,
      regularisation: 0,
      optimiser: { kind: 'sgd', updates: 'batch', weightDecay: 0 },
    };
    const { source } = pairSamplerOf(RATINGS);
    const data: EngineData = { rows: 2, columns: 2, rowFeatures: null, columnFeatures: null };
    const stateOf = (row: readonly number[], column: readonly number[]): ModelState => {
      const none = new Float32Array(0);
      const table = (name: string, values: readonly number[]) => ({
        name,
        shape: [2, 3] as const,
        values: Float32Array.from(values),
        m: none,
        v: none,
      });
      return { step: 0, tables: [table('row', row), table('column', column)] };
    };
    const pairs = (count: number, row: (n: number) => number): PairBatch => ({
      kind: 'pairs',
      rows: Int32Array.from({ length: count }, (_, n) => row(n)),
      columns: new Int32Array(count),
      targets: new Float32Array(count),
      group: 1,
      dropoutSeed: null,
    });
    const after = async (batch: PairBatch, state: ModelState, rate: number, on: Engine) => {
      const trainer = on.create(spec, state, data, source);
      trainer.step(batch, rate);
      const [loss] = await trainer.losses();
      const { tables } = await trainer.save();
      trainer.dispose();
      return { loss, tables };
    };

    test.each([1e9, 1e4, 1, 1e-4, 1e-7])('are right for gradients of any size: vectors of about %d', async (size) => {
      const state = () =>
        stateOf(
          [2, -1, 0.5, 1, 1, -3].map((x) => x * size),
          [1, 3, -2, 4, 0, 1].map((x) => x * size),
        );
      // Of 5,000 numbers that are all alike and large: a scale that only looked at each would overflow.
      const batch = pairs(5_000, (n) => (n === 7 ? 1 : 0));
      const rate = 1e-3 / size ** 2;
      const tested = await after(batch, state(), rate, engine);
      const wanted = await after(batch, state(), rate, createReferenceEngine());
      expect(Math.abs(tested.loss / wanted.loss - 1)).toBeLessThan(1e-5);
      wanted.tables.forEach(({ values }, t) => {
        expect(values).not.toEqual(state().tables[t].values);
        const scaled = (list: Float32Array) => Array.from(list, (x) => x / size);
        expect(difference(scaled(tested.tables[t].values), scaled(values))).toBeLessThan(1e-5);
        // The moves themselves, and the smallest of them, that of the row which one pair has.
        const moves = (list: Float32Array) => list.map((x, i) => (x - state().tables[t].values[i]) / size);
        expect(difference(moves(tested.tables[t].values), moves(values))).toBeLessThan(1e-6);
      });
    });

    test('of small and large numbers are kept apart: each row has its own scale', async () => {
      const state = () => stateOf([1e6, 0, 0, 1e-4, 0, 0], [1, 0, 0, 0, 0, 0]);
      const batch = pairs(64, (n) => (n === 7 ? 1 : 0));
      const tested = await after(batch, state(), 0.1, engine);
      const wanted = await after(batch, state(), 0.1, createReferenceEngine());
      const move = (tables: ModelState['tables']) => tables[0].values[3] - state().tables[0].values[3];
      expect(move(wanted.tables)).not.toBe(0);
      expect(move(tested.tables) / move(wanted.tables)).toBeCloseTo(1, 4);
    });

    test.each([Number.POSITIVE_INFINITY, Number.NaN, 3e38])('tell of what is no number: %d', async (size) => {
      const state = stateOf([size, 1, 1, 1, 1, 1], [4, 1, 1, 1, 1, 1]);
      const { loss, tables } = await after(
        pairs(8, (n) => n % 2),
        state,
        0.1,
        engine,
      );
      expect(Number.isFinite(loss)).toBe(false);
      const finite = (values: Float32Array) => Array.from(values, Number.isFinite);
      // The row, and the column that met it, but neither the other row nor the other column.
      expect(finite(tables[0].values.subarray(0, 3))).toContain(false);
      expect(finite(tables[0].values.subarray(3))).toEqual([true, true, true]);
      expect(finite(tables[1].values.subarray(0, 3))).toContain(false);
      expect(finite(tables[1].values.subarray(3))).toEqual([true, true, true]);
    });
  });

  test('tables that lie in several buffers, and dispatches folded into two dimensions, change no bit', async () => {
    for (const example of [FEATURES, MORE_CASES[0], MORE_CASES[4]]) {
      const whole = await drawn(engine, example, 6);
      // Parts of some rows, and of a single row.
      for (const bounds of [{ partBytes: 6000 }, { workgroups: 3 }, { partBytes: 1, workgroups: 1 }]) {
        expect(await drawn(bounded(bounds), example, 6)).toEqual(whole);
      }
    }
    await asTheReference(RATINGS, bounded({ partBytes: 1000, workgroups: 2 }));
  });

  test('a saved state goes on as if nothing had been', async () => {
    for (const example of [PLAIN, RATINGS, find('lazy Adam'), find('Adagrad')]) {
      const batches = batchesOf(example);
      const { learningRate } = example.training;
      const whole = create(example);
      for (const batch of batches.slice(0, 7)) whole.step(batch, learningRate);
      const saved = await whole.save();
      for (const batch of batches.slice(7)) whole.step(batch, learningRate);
      const { source } = pairSamplerOf(example);
      const second = engine.create(example.spec, saved, engineData(example.spec), source);
      const third = create(example);
      third.step(batches[3], 1);
      third.load(saved);
      expect(await third.losses()).toHaveLength(0);
      for (const batch of batches.slice(7)) for (const trainer of [second, third]) trainer.step(batch, learningRate);
      const end = await whole.save();
      expect(await second.save()).toEqual(end);
      expect(await third.save()).toEqual(end);
      for (const trainer of [whole, second, third]) trainer.dispose();
    }
  });

  test('rows that the batch does not have stay as they are, to the bit, where only the batch moves', async () => {
    const example = find('lazy Adam');
    const trainer = create(example);
    const [batch] = batchesOf(example, 1) as PairBatch[];
    trainer.step(batch, 0.05);
    const { tables } = await trainer.save();
    for (const [name, touched] of [
      ['row', batch.rows],
      ['column', batch.columns],
    ] as const) {
      const t = tables.findIndex((table) => table.name === name);
      const { values, shape } = tables[t];
      const d = shape[1];
      for (let row = 0; row < shape[0]; row++) {
        const at = (list: Float32Array) => list.subarray(row * d, (row + 1) * d);
        const before = at(start(example).tables[t].values);
        if (touched.includes(row)) expect(at(values)).not.toEqual(before);
        else expect(at(values)).toEqual(before);
      }
    }
    trainer.dispose();
  });

  test('logits and scores are those of the reference, and asking changes nothing', async () => {
    for (const example of [PLAIN, FEATURES, RATINGS]) {
      const [tested, oracle, untouched] = [create(example), oracleOf(example), create(example)];
      const batches = batchesOf(example, 1) as PairBatch[];
      for (const batch of batches) {
        for (const trainer of [tested, oracle, untouched]) trainer.step(batch, 0.05);
        const pairs: Pairs = { rows: batch.rows.slice(0, 33), columns: batch.columns.slice(0, 33) };
        expect(difference(await tested.logits(pairs), await oracle.logits(pairs))).toBeLessThan(1e-4);
      }
      const rows = Int32Array.of(5, 0, 66, 5);
      const scores = await tested.score(rows, null);
      expect(scores).toHaveLength(4 * MATRIX.columns);
      expect(difference(scores, await oracle.score(rows, null))).toBeLessThan(1e-4);
      expect(await tested.save()).toEqual(await untouched.save());
      for (const trainer of [tested, untouched]) trainer.dispose();
    }
  });

  test('more pairs than are asked about at a time', async () => {
    const [tested, oracle] = [create(PLAIN), oracleOf(PLAIN)];
    const count = 40_000;
    const pairs = {
      rows: Int32Array.from({ length: count }, (_, n) => (n * 7) % MATRIX.rows),
      columns: Int32Array.from({ length: count }, (_, n) => (n * 5) % MATRIX.columns),
    };
    expect(difference(await tested.logits(pairs), await oracle.logits(pairs))).toBeLessThan(1e-4);
    tested.dispose();
  });

  test('what it does not train is left to the engine on the same device', async () => {
    const [network] = NETWORK_CASES;
    // Biases of pooled rows.
    const biased: EngineCase = { ...FACTOR_CASES[4], spec: { ...FACTOR_CASES[4].spec, rowBias: true } as FactorSpec };
    expect(biased.name).toMatch(/^pooled rows/);
    for (const example of [biased, network]) {
      const trainer = engine.create(example.spec, start(example), engineData(example.spec));
      expect(trainer.draw).toBeUndefined();
      for (const batch of batchesOf(example, 1)) trainer.step(batch, 0.05);
      expect(engine.liveBuffers()).toBe(1);
      trainer.dispose();
    }
  });

  test('what is too large for the device is said, and leaves no buffer', () => {
    const narrow = bounded({ bindingBytes: 7_000, maxRecordedSteps: 100 });
    expect(() => create(PLAIN, narrow)).toThrow(/^expected at most 1 MB of .*: choose smaller batches or/);
    expect(narrow.liveBuffers()).toBe(0);
  });

  test('pairs that are too many for the device are drawn elsewhere', async () => {
    const { source, pool } = pairSamplerOf(RATINGS);
    const times = 1 << 14;
    const repeated = (list: Uint32Array) => Uint32Array.from({ length: times }, (_, i) => list[i % list.length]);
    const many = { ...source, rowOfPair: repeated(source.rowOfPair), placeOfPair: repeated(source.placeOfPair) };
    const narrow = bounded({ bindingBytes: 60_000, maxRecordedSteps: 100 });
    const trainer = narrow.create(RATINGS.spec, start(RATINGS), engineData(RATINGS.spec), many);
    expect(trainer.draw).toBeUndefined();
    trainer.step(drawPairs(many, pool, 0, 0), 0.1);
    expect(await trainer.losses()).toHaveLength(1);
    trainer.dispose();
    expect(narrow.liveBuffers()).toBe(0);
  });

  test('no buffer is left behind by steps, questions, saving and loading', async () => {
    const trainer = create(FEATURES);
    const held = engine.liveBuffers();
    expect(held).toBeGreaterThan(10);
    const batches = batchesOf(FEATURES, 1) as PairBatch[];
    for (const batch of batches) {
      trainer.step(batch, 0.01);
      await trainer.losses();
      await trainer.metrics();
    }
    draw(trainer, pairSamplerOf(FEATURES), 20, 0.01);
    await trainer.logits(batches[0]);
    await trainer.score(Int32Array.of(0, 1), null);
    trainer.load(await trainer.save());
    expect(engine.liveBuffers()).toBe(held);
    // Losses that nobody waits for.
    trainer.step(batches[0], 0.01);
    const unread = trainer.losses().catch(() => undefined);
    trainer.dispose();
    await unread;
  });

  test('passes the self-check, which finds wrong kernels', async () => {
    expect(await selfCheck(engine)).toBeNull();
    const wrong: Engine = {
      ...engine,
      create: (spec, state, data, source) => {
        const trainer = engine.create(spec, state, data, source);
        return {
          ...trainer,
          draw: (epoch, first, rates) =>
            trainer.draw?.(
              epoch,
              first,
              rates.map((rate) => 2 * rate),
            ),
        };
      },
    };
    expect(await selfCheck(wrong)).toMatch(/^off by 0\.\d+ in a self-check$/);
  });
});

describe.skipIf('missing' in gpu)('webgpu, when its device goes', () => {
  test('every call says so', async () => {
    const device = await openDevice();
    const engine = createWebgpuEngine(createReferenceEngine(), device);
    const { source } = pairSamplerOf(PLAIN);
    const trainer = engine.create(PLAIN.spec, start(PLAIN), engineData(PLAIN.spec), source);
    trainer.draw?.(0, 0, Float32Array.of(0.1));
    const waiting = trainer.losses();
    device.destroy();
    await expect(waiting).rejects.toThrow(DeviceLostError);
    await device.lost;
    expect(() => trainer.draw?.(0, 1, Float32Array.of(0.1))).toThrow(DeviceLostError);
    expect(() => trainer.step(batchesOf(PLAIN, 1)[0], 0.1)).toThrow(/^The graphics device was lost/);
    await expect(trainer.save()).rejects.toThrow(DeviceLostError);
    await expect(trainer.logits({ rows: Int32Array.of(0), columns: Int32Array.of(0) })).rejects.toThrow(
      DeviceLostError,
    );
    trainer.dispose();
    expect(engine.liveBuffers()).toBe(0);
    expect(() => engine.create(PLAIN.spec, start(PLAIN), engineData(PLAIN.spec), source)).toThrow(DeviceLostError);
  });

  test('a run goes on from its checkpoint on the next engine', async () => {
    const engine = createWebgpuEngine(createReferenceEngine(), await openDevice());
    const split = splitPairs({ matrix: MATRIX }, { fraction: 0.2, minimumDegree: 3, seed: 1 });
    const run = {
      model: PLAIN.spec,
      training: { ...PLAIN.training, epochs: 4 },
      data: pairsOnly(split.train, split.heldOut),
      seed: 1,
    };
    const world = (destroy: () => void) => ({
      ...task<[TrainingProgress]>({ clock: () => performance.now() }),
      control: new TrainingControl(),
      nextEngine: async () => createReferenceEngine(),
      progress: ({ heldOut }: TrainingProgress) => {
        if (heldOut.length > 0) destroy();
      },
    });
    const result = await trainModel(
      run,
      engine,
      world(() => engine.dispose()),
    );
    expect(result.engine.description.engine).toBe('reference');
    expect(result.stopReason).toBe('done');
    expect(result.notices[0]).toMatch(/Training went on from the end of epoch 1 on reference\.$/);
    const undisturbed = await trainModel(
      run,
      createReferenceEngine(),
      world(() => undefined),
    );
    expect(difference(result.loss, undisturbed.loss)).toBeLessThan(1e-3);
    expect(engine.liveBuffers()).toBe(0);
  });
});
