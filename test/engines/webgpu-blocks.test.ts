import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { splitPairs } from '../../src/data/split';
import {
  type Batch,
  type Block,
  DeviceLostError,
  type Engine,
  type EngineData,
  type ModelTrainer,
} from '../../src/engines/engine';
import { pooledInputs } from '../../src/engines/pooled-inputs';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { createWebgpuEngine } from '../../src/engines/webgpu/engine';
import type { WebgpuBounds } from '../../src/engines/webgpu/model';
import type { FactorSpec } from '../../src/models/factor';
import { TORCH_ADAM } from '../../src/models/optimiser';
import type { BlockSpec } from '../../src/models/training';
import { TrainingControl } from '../../src/training/control';
import { initialState } from '../../src/training/initial-state';
import type { TrainingProgress } from '../../src/training/trainer';
import { trainModel } from '../../src/training/trainer';
import { pairsOnly } from '../../src/training/training-data';
import { task } from '../support/task';
import { randomMatrix } from '../support/tiny';
import {
  batchesOf,
  caseNamed,
  compare,
  dataFor,
  difference,
  type EngineCase,
  engineData,
  FACTOR_CASES,
  MATRIX,
  start,
} from './cases';
import { complaints, gpu, openDevice } from './webgpu-device';

type FactorCase = EngineCase<FactorSpec>;

const ofKind = (kind: 'blocks' | 'pairs') => FACTOR_CASES.filter(({ training }) => training.batches.kind === kind);
const BLOCK_CASES = ofKind('blocks');

const find = (part: string, cases = BLOCK_CASES) => caseNamed(cases, part);

const OWN = find('cross-entropy over the batch’s columns');
const REPEATED = find('repeated columns');
const SAMPLED = find('softmax over sampled columns');
const POOLED = find('pooled rows, dot, cross-entropy');
const FEATURES = find('features of both sides, weight decay');
const POOLED_FEATURES = find('softmax over all columns with features');
const FEW = find('lazy Adam with decoupled decay');

/** The same blocks, or other ones, with another model. */
function like(
  { spec, training, ...rest }: FactorCase,
  name: string,
  change: Partial<FactorSpec>,
  blocks: Partial<BlockSpec> = {},
): FactorCase {
  const batches = { ...(training.batches as BlockSpec), ...blocks };
  return { ...rest, name, spec: { ...spec, ...change }, training: { ...training, batches } };
}

/** What the cases of all engines leave open. */
const MORE_CASES: readonly FactorCase[] = [
  like(OWN, 'vectors of 7 numbers, cosine, temperature, column biases', {
    dimensions: 7,
    score: 'cosine',
    temperature: 4,
    columnBias: true,
  }),
  like(OWN, 'vectors of 16 numbers, softmax over the batch’s columns', { dimensions: 16, loss: 'softmax' }),
  like(REPEATED, 'softmax over repeated columns, biases', { loss: 'softmax', columnBias: true }),
  like(OWN, 'vectors of 50 numbers, which several threads share, features', {
    dimensions: 50,
    score: 'cosine',
    rowFeatures: 5,
    columnFeatures: 4,
  }),
  like(POOLED_FEATURES, 'pooled rows of 130 numbers with features', { dimensions: 130, columnBias: true }),
  like(POOLED, 'pooled rows, weight decay in the gradient of dense Adam', {
    columnBias: true,
    optimiser: { ...TORCH_ADAM, weightDecay: 0.02 },
  }),
  like(OWN, 'blocks know no row biases, no offset and no link', {
    rowBias: true,
    columnBias: true,
    offset: 0.7,
    link: 'affine',
    regularisation: 0.3,
  }),
  like(OWN, 'blocks of a single row', {}, { batchRows: 1 }),
];

const create = (example: FactorCase, on: Engine, data = engineData(example.spec)) =>
  on.create(example.spec, start(example), data);

/** The batches of a case over and over, for so many steps, each with its rate. */
function* stepsOf(example: FactorCase, steps: number): Generator<[Batch, number]> {
  const batches = batchesOf(example);
  for (let step = 0; step < steps; step++) {
    yield [batches[step % batches.length], example.training.learningRate * (1 + 0.5 * Math.sin(step / 9))];
  }
}

/** Steps of a case on an engine, and all that comes of them. */
async function trained(engine: Engine, example: FactorCase, steps: number, asked = Number.POSITIVE_INFINITY) {
  const trainer = create(example, engine);
  const losses: number[] = [];
  let made = 0;
  for (const [batch, rate] of stepsOf(example, steps)) {
    trainer.step(batch, rate);
    if (++made % asked === 0) losses.push(...(await trainer.losses()));
  }
  losses.push(...(await trainer.losses()));
  const metrics = await trainer.metrics();
  const state = await trainer.save();
  trainer.dispose();
  return { losses, metrics, state };
}

describe.skipIf('missing' in gpu)('webgpu: blocks by our own kernels', () => {
  let device: GPUDevice;
  let engine: Engine;
  /** An engine that has nobody to leave anything to. */
  const alone: Engine = {
    ...createReferenceEngine(),
    create: () => {
      throw new Error('expected a model that our own kernels train, found one that is left to another engine');
    },
  };
  const bounded = (bounds: Partial<WebgpuBounds>) => createWebgpuEngine(alone, device, bounds);
  beforeAll(async () => {
    device = await openDevice();
    engine = bounded({});
  });
  afterEach(() => {
    expect(complaints).toEqual([]);
    expect(engine.liveBuffers()).toBe(0);
  });
  afterAll(() => engine.dispose());

  const oracleOf = (example: FactorCase) => create(example, createReferenceEngine());

  const asTheReference = async (example: FactorCase, on = engine) => {
    const tested = create(example, on);
    const { learningRate } = example.training;
    const found = await compare(tested, oracleOf(example), batchesOf(example), learningRate);
    expect(found.steps).toBeGreaterThanOrEqual(16);
    expect(found.losses).toBeLessThan(2e-5);
    expect(found.metrics).toBe(0);
    for (const { apart, kept } of found.tables) {
      expect(apart).toBeLessThan(2e-4);
      expect(kept).toBeLessThan(1e-5);
    }
    tested.dispose();
  };

  test.each([...BLOCK_CASES, ...MORE_CASES])('$name: steps as the reference does', (example) =>
    asTheReference(example),
  );

  test.each([OWN, REPEATED, SAMPLED, FEATURES, FEW])(
    '$name: 200 steps, loss by loss as the reference',
    async (example) => {
      const tested = await trained(engine, example, 200);
      const wanted = await trained(createReferenceEngine(), example, 200);
      expect(tested.state.step).toBe(200);
      expect(tested.losses).toHaveLength(200);
      // Single precision against double: what is apart grows with the steps.
      expect(difference(tested.losses, wanted.losses)).toBeLessThan(1e-3);
      expect(tested.losses[199]).toBeLessThan(tested.losses[0]);
    },
  );

  test('a block of many tiles and chunks', async () => {
    // More rows and columns than one thread adds up.
    const [rowCount, columns] = [1100, 290];
    const matrix = randomMatrix(rowCount, columns, 9);
    const spec: FactorSpec = { ...POOLED.spec, dimensions: 37, score: 'cosine', temperature: 6, columnBias: true };
    const data: EngineData = { rows: rowCount, columns, rowFeatures: null, columnFeatures: null };
    const rows = Int32Array.from({ length: 1041 }, (_, b) => (b * 7) % rowCount);
    const cells = Array.from(rows, (row, b) =>
      Array.from(matrix.indices.subarray(matrix.offsets[row], matrix.offsets[row + 1]), (c) => [b, c]),
    ).flat();
    const block: Block = {
      kind: 'block',
      rows,
      columns: null,
      positiveRows: Int32Array.from(cells, ([b]) => b),
      positiveColumns: Int32Array.from(cells, ([, c]) => c),
      logChance: Float32Array.from({ length: columns }, (_, c) => -0.01 * (c % 100)),
      inputs: pooledInputs(matrix, rows, new Int32Array(columns).fill(-1)),
    };
    for (const [change, rate] of [
      [{ loss: 'softmax' }, 30],
      [{ loss: 'bce', rowVector: 'own' }, 3000],
    ] as const) {
      const model: FactorSpec = { ...spec, ...change, optimiser: { kind: 'sgd', updates: 'batch', weightDecay: 0 } };
      const begin = () => initialState(model, rowCount, columns, 3);
      const [tested, oracle] = [engine, createReferenceEngine()].map((on) => on.create(model, begin(), data));
      const { losses, tables } = await compare(tested, oracle, [block, block], rate);
      expect(losses).toBeLessThan(1e-5);
      for (const { apart } of tables) expect(apart).toBeLessThan(1e-5);
      const updated = await oracle.save();
      updated.tables.forEach(({ values }, t) => {
        expect(difference(values, begin().tables[t].values)).toBeGreaterThan(1e-3);
      });
      tested.dispose();
    }
  });

  test('copies of a column that are pairs themselves count each', async () => {
    const [first] = batchesOf(REPEATED, 1) as Block[];
    const columns = Int32Array.of(3, 9, 3, 3, 12);
    const block: Block = {
      ...first,
      columns,
      positiveRows: Int32Array.of(2, 0, 0, 5, 0, 2),
      positiveColumns: Int32Array.of(4, 0, 2, 3, 1, 0),
    };
    for (const loss of ['bce', 'softmax'] as const) {
      const example = like(REPEATED, 'copies', { loss, columnBias: true });
      const [tested, oracle] = [create(example, engine), oracleOf(example)];
      const { losses, tables } = await compare(tested, oracle, [block, first, block], 0.05);
      expect(losses).toBeLessThan(1e-5);
      for (const { apart } of tables) expect(apart).toBeLessThan(1e-4);
      tested.dispose();
    }
  });

  test('the same start gives the same bits, however often losses are asked for', async () => {
    for (const example of [OWN, SAMPLED, POOLED_FEATURES, FEATURES]) {
      const once = await trained(engine, example, 50);
      expect(await trained(engine, example, 50)).toEqual(once);
      expect(await trained(engine, example, 50, 3)).toEqual(once);
    }
  });

  test('tables that lie in several buffers, and dispatches folded into two dimensions, change no bit', async () => {
    for (const example of [FEATURES, SAMPLED, MORE_CASES[4], MORE_CASES[5]]) {
      const whole = await trained(engine, example, 6);
      // Parts of some rows, and of a single row.
      for (const bounds of [{ partBytes: 6000 }, { workgroups: 3 }, { partBytes: 1, workgroups: 1 }]) {
        expect(await trained(bounded(bounds), example, 6)).toEqual(whole);
      }
    }
    await asTheReference(FEW, bounded({ partBytes: 1000, workgroups: 2 }));
  });

  test('dense Adam catches up: rows left alone for long come out as if updated at every step', async () => {
    for (const [optimiser, maxRecordedSteps] of [
      [{ ...TORCH_ADAM, epsilon: 1e-3 }, 16384],
      [{ ...TORCH_ADAM, weightDecay: 0.02, decoupled: true }, 70],
    ] as const) {
      const example = like(POOLED, 'two rows at a time', { optimiser, columnBias: true }, { batchRows: 2 });
      const [first, ...others] = batchesOf(example, 1) as Block[];
      const tested = create(example, bounded({ maxRecordedSteps }));
      const oracle = oracleOf(example);
      for (let step = 0; step < 300; step++) {
        // The same rows for long, so that most wait for more than the window of 200.
        const block = step > 20 && step < 280 ? first : others[step % others.length];
        for (const trainer of [tested, oracle]) trainer.step(block, 0.02 * (1 + Math.sin(step / 40)));
      }
      expect(difference(await tested.losses(), await oracle.losses())).toBeLessThan(1e-3);
      const [a, b] = [await tested.save(), await oracle.save()];
      a.tables.forEach((table, t) => {
        expect(difference(table.values, b.tables[t].values)).toBeLessThan(1e-3);
        expect(difference(table.m, b.tables[t].m)).toBeLessThan(1e-5);
      });
      tested.dispose();
    }
  });

  /** Blocks and pairs of one model by turns, with questions between. */
  const byTurns = async (trainer: ModelTrainer, example: FactorCase, questions: boolean) => {
    const pairs = batchesOf({ ...example, training: find('pairs with negatives, dot', ofKind('pairs')).training }, 1);
    const answers: Float32Array[] = [];
    let turn = 0;
    for (const block of batchesOf(example, 2)) {
      trainer.step(block, 0.05);
      if (questions) answers.push(await trainer.score(Int32Array.of(5, 0, 66, 5), null));
      if (turn % 3 === 0) trainer.step(pairs[turn % pairs.length], 0.04);
      if (questions) {
        const { rows, columns } = pairs[(turn + 1) % pairs.length] as { rows: Int32Array; columns: Int32Array };
        answers.push(await trainer.logits({ rows, columns }));
      }
      if (turn++ % 2 === 0) trainer.step(block, 0.03);
    }
    const [losses, metrics] = [await trainer.losses(), await trainer.metrics()];
    return { answers, losses, metrics, state: await trainer.save() };
  };

  test('blocks and pairs by turns, scored between: as the reference, and asking changes no bit', async () => {
    for (const example of [like(OWN, 'biases', { columnBias: true }), FEATURES, MORE_CASES[6]]) {
      const [tested, silent, oracle] = [create(example, engine), create(example, engine), oracleOf(example)];
      const found = await byTurns(tested, example, true);
      const wanted = await byTurns(oracle, example, true);
      expect(difference(found.losses, wanted.losses)).toBeLessThan(1e-4);
      expect(difference(found.metrics, wanted.metrics)).toBeLessThan(1e-3);
      expect(found.answers.length).toBeGreaterThan(10);
      found.answers.forEach((answer, i) => {
        expect(difference(answer, wanted.answers[i])).toBeLessThan(2e-4);
      });
      const { losses, metrics, state } = await byTurns(silent, example, false);
      expect({ losses, metrics, state }).toEqual({ losses: found.losses, metrics: found.metrics, state: found.state });
      for (const trainer of [tested, silent]) trainer.dispose();
    }
  });

  test('scores of pooled rows are those of the reference, and asking changes no bit', async () => {
    for (const example of [POOLED, SAMPLED, POOLED_FEATURES]) {
      const [tested, silent, oracle] = [create(example, engine), create(example, engine), oracleOf(example)];
      const { rowFeatures } = dataFor(example.spec);
      const position = new Int32Array(MATRIX.columns + (rowFeatures?.columns ?? 0)).fill(-1);
      const rows = Int32Array.of(5, 0, 66, 5);
      const inputs = pooledInputs(MATRIX, rows, position, rowFeatures);
      for (const batch of batchesOf(example, 1)) {
        for (const trainer of [tested, silent, oracle]) trainer.step(batch, 0.05);
        const scores = await tested.score(rows, inputs);
        expect(scores).toHaveLength(4 * MATRIX.columns);
        expect(difference(scores, await oracle.score(rows, inputs))).toBeLessThan(1e-4);
      }
      expect(await tested.save()).toEqual(await silent.save());
      for (const trainer of [tested, silent]) trainer.dispose();
    }
  });

  test('more rows than are scored at a time', async () => {
    const [tested, oracle] = [create(POOLED, engine), oracleOf(POOLED)];
    const few = Int32Array.from({ length: MATRIX.rows }, (_, r) => (r * 5) % MATRIX.rows);
    const rows = Int32Array.from({ length: 105_000 }, (_, n) => few[n % few.length]);
    const inputsOf = (list: Int32Array) => pooledInputs(MATRIX, list, new Int32Array(MATRIX.columns).fill(-1));
    const scores = await tested.score(rows, inputsOf(rows));
    const wanted = await oracle.score(few, inputsOf(few));
    for (let n = 0; n < rows.length; n += few.length) {
      const part = scores.subarray(n * MATRIX.columns, (n + few.length) * MATRIX.columns);
      expect(difference(part, wanted.subarray(0, part.length))).toBeLessThan(1e-4);
    }
    tested.dispose();
  });

  test('a saved state goes on as if nothing had been', async () => {
    for (const example of [OWN, SAMPLED, FEATURES, FEW, find('Adagrad'), find('gradient descent')]) {
      const batches = batchesOf(example);
      const { learningRate } = example.training;
      const whole = create(example, engine);
      for (const batch of batches.slice(0, 7)) whole.step(batch, learningRate);
      const saved = await whole.save();
      for (const batch of batches.slice(7)) whole.step(batch, learningRate);
      const second = engine.create(example.spec, saved, engineData(example.spec));
      const third = create(example, engine);
      // A step that waits when another state is put in is never made.
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

  test('rows that the block does not have stay as they are, to the bit, where only the batch moves', async () => {
    const trainer = create(FEW, engine);
    const [block] = batchesOf(FEW, 1) as Block[];
    trainer.step(block, 0.05);
    const { tables } = await trainer.save();
    for (const [name, touched] of [
      ['row', block.rows],
      ['column', block.columns ?? new Int32Array(0)],
    ] as const) {
      const t = tables.findIndex((table) => table.name === name);
      const { values, shape } = tables[t];
      for (let row = 0; row < shape[0]; row++) {
        const at = (list: Float32Array) => list.subarray(row * shape[1], (row + 1) * shape[1]);
        const before = at(start(FEW).tables[t].values);
        if (touched.includes(row)) expect(at(values)).not.toEqual(before);
        else expect(at(values)).toEqual(before);
      }
    }
    trainer.dispose();
  });

  test('losses of more steps than the device keeps at a time are all given, once; blocks have no metrics', async () => {
    const example = like(OWN, 'few rows', { dimensions: 2 }, { batchRows: 2 });
    const { losses, metrics } = await trained(engine, example, 1100);
    expect(losses).toHaveLength(1100);
    expect(losses.every((loss) => loss > 0)).toBe(true);
    expect(metrics).toHaveLength(0);
  });

  test('a model whose scores run away says so', async () => {
    for (const example of [OWN, SAMPLED]) {
      const begin = start(example);
      begin.tables[1].values.fill(Number.NaN, 0, 60);
      const trainer = engine.create(example.spec, begin, engineData(example.spec));
      for (const batch of batchesOf(example, 1)) trainer.step(batch, 0.1);
      expect((await trainer.losses()).some((loss) => !Number.isFinite(loss))).toBe(true);
      trainer.dispose();
    }
  });

  test('scores far from nothing cost what they should', async () => {
    const example = like(OWN, 'large', { optimiser: { kind: 'sgd', updates: 'batch', weightDecay: 0 } });
    for (const loss of ['bce', 'softmax'] as const) {
      const spec = { ...example.spec, loss };
      const begin = () => {
        const state = start(example);
        for (const { values } of state.tables)
          values.forEach((x, i) => {
            values[i] = 12 * x;
          });
        return state;
      };
      const [tested, oracle] = [engine, createReferenceEngine()].map((on) =>
        on.create(spec, begin(), engineData(spec)),
      );
      for (const batch of batchesOf(example, 1)) for (const trainer of [tested, oracle]) trainer.step(batch, 0.1);
      const wanted = await oracle.losses();
      expect(wanted[0]).toBeGreaterThan(50);
      expect(difference(await tested.losses(), wanted)).toBeLessThan(1e-5 * wanted[0]);
      tested.dispose();
    }
  });

  test('a model that learns from pairs alone says so, and so does a block that is too large; both go on', async () => {
    const ratings = find('ratings, biases', ofKind('pairs'));
    const trainer = create(ratings, engine);
    const [block] = batchesOf(OWN, 1) as Block[];
    expect(() => trainer.step(block, 0.1)).toThrow(
      /^expected a loss of softmax or bce on a block, found mse: it is learned from pairs$/,
    );
    trainer.dispose();

    const narrow = bounded({ bindingBytes: 20_000, maxRecordedSteps: 100 });
    const [tested, untouched] = [create(OWN, narrow), create(OWN, narrow)];
    const large: Block = { ...block, rows: Int32Array.from({ length: 6000 }, (_, b) => b % MATRIX.rows) };
    for (const each of [tested, untouched]) each.step(block, 0.1);
    expect(() => tested.step(large, 0.1)).toThrow(
      /^expected at most 1 MB of .* of a block, which is what .*: choose smaller batches or/,
    );
    for (const each of [tested, untouched]) each.step(block, 0.1);
    expect(await tested.save()).toEqual(await untouched.save());
    for (const each of [tested, untouched]) each.dispose();
    expect(narrow.liveBuffers()).toBe(0);
  });

  test('pooled rows without their inputs are nothing to score, to learn from or to judge', async () => {
    const trainer = create(POOLED, engine);
    const [block] = batchesOf(POOLED, 1) as Block[];
    const missing = /^expected the inputs of pooled rows, found none$/;
    expect(() => trainer.step({ ...block, inputs: null }, 0.1)).toThrow(missing);
    await expect(trainer.score(block.rows, null)).rejects.toThrow(missing);
    await expect(trainer.logits({ rows: Int32Array.of(0), columns: Int32Array.of(0) })).rejects.toThrow(missing);
    trainer.step(block, 0.1);
    expect(await trainer.losses()).toHaveLength(1);
    trainer.dispose();
  });

  test('no buffer is left behind by steps, questions, saving and loading', async () => {
    const trainer = create(FEATURES, engine);
    const batches = batchesOf(FEATURES, 1);
    // The largest block first, so that room has been made.
    for (const batch of batches) trainer.step(batch, 0.01);
    await trainer.losses();
    const held = engine.liveBuffers();
    expect(held).toBeGreaterThan(10);
    for (const batch of batches) {
      trainer.step(batch, 0.01);
      await trainer.losses();
    }
    await trainer.score(Int32Array.of(0, 1), null);
    trainer.load(await trainer.save());
    expect(engine.liveBuffers()).toBe(held);
    // Steps that wait, and losses that nobody waits for.
    trainer.step(batches[0], 0.01);
    const unread = trainer.losses().catch(() => undefined);
    trainer.step(batches[1], 0.01);
    trainer.dispose();
    await unread;
  });
});

describe.skipIf('missing' in gpu)('webgpu: blocks, when the device goes', () => {
  test('every call says so, also of steps that waited', async () => {
    const device = await openDevice();
    const engine = createWebgpuEngine(createReferenceEngine(), device);
    const trainer = create(OWN, engine);
    const [block] = batchesOf(OWN, 1);
    trainer.step(block, 0.1);
    trainer.step(block, 0.1);
    const waiting = trainer.losses();
    trainer.step(block, 0.1);
    device.destroy();
    await expect(waiting).rejects.toThrow(DeviceLostError);
    await device.lost;
    expect(() => trainer.step(block, 0.1)).toThrow(/^The graphics device was lost/);
    await expect(trainer.losses()).rejects.toThrow(DeviceLostError);
    await expect(trainer.save()).rejects.toThrow(DeviceLostError);
    await expect(trainer.score(Int32Array.of(0), null)).rejects.toThrow(DeviceLostError);
    trainer.dispose();
    expect(engine.liveBuffers()).toBe(0);
  });

  test('a run goes on from its checkpoint on the next engine', async () => {
    const engine = createWebgpuEngine(createReferenceEngine(), await openDevice());
    const split = splitPairs({ matrix: MATRIX }, { fraction: 0.2, minimumDegree: 3, seed: 1 });
    const run = {
      model: SAMPLED.spec,
      training: { ...SAMPLED.training, epochs: 4 },
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
    const disturbed = world(() => engine.dispose());
    const result = await trainModel(run, engine, disturbed);
    expect(result.engine.description.engine).toBe('reference');
    expect(result.stopReason).toBe('done');
    expect(result.notices[0]).toMatch(/Training went on from the end of epoch 1 on reference\.$/);
    const quiet = world(() => undefined);
    const undisturbed = await trainModel(run, createReferenceEngine(), quiet);
    expect(difference(result.loss, undisturbed.loss)).toBeLessThan(1e-3);
    expect(engine.liveBuffers()).toBe(0);
  });
});
