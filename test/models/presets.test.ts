import { describe, expect, test } from 'vitest';
import { splitPairs } from '../../src/data/split';
import type { Batch, Engine, EngineData, ModelState } from '../../src/engines/engine';
import { blockGradients } from '../../src/engines/reference/block-gradients';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { networkGradients } from '../../src/engines/reference/network-gradients';
import { pairGradients } from '../../src/engines/reference/pair-gradients';
import { probeWasm } from '../../src/engines/wasm/engine';
import { estimateCost } from '../../src/models/cost';
import type { DataFacts } from '../../src/models/data-facts';
import { holdOutOf } from '../../src/models/hold-out-options';
import type { Preset } from '../../src/models/model';
import { KERAS_ADAM, PLAIN_DESCENT, TORCH_ADAGRAD, TORCH_ADAM } from '../../src/models/optimiser';
import { completeOptions, numbersOf, type OptionValues, optionProblem } from '../../src/models/option';
import { outputOf } from '../../src/models/output';
import { presetById, presets } from '../../src/models/registry';
import { type ModelSpec, parameterCount, requireTrainable, tableShapes } from '../../src/models/spec';
import { initialState } from '../../src/training/initial-state';
import { createSampler } from '../../src/training/sampler';
import type { TrainingRun } from '../../src/training/trainer';
import { engineDataOf, type TrainingData } from '../../src/training/training-data';
import { difference } from '../engines/cases';
import { randomMatrix } from '../support/tiny';
import { trainStill } from '../support/training';

const IDS = [
  'cofactor-default',
  'wellcome',
  'two-tower',
  'wikipedia',
  'biased-mf',
  'goodbooks-mf',
  'goodbooks-tabular',
  'embedding-net',
  'neumf',
  'dot-bias',
];

test('presets come in their order, and an unknown one is named with those there are', () => {
  expect(presets.map(({ id }) => id)).toEqual(IDS);
  expect(() => presetById('nope')).toThrow(`expected a preset of ${IDS.join(', ')}, found “nope”`);
});

const ROWS = 120;
const COLUMNS = 40;
const MATRIX = randomMatrix(ROWS, COLUMNS, 9);
const split = splitPairs({ matrix: MATRIX }, { fraction: 0.2, minimumDegree: 5, seed: 1 });

/** Ratings from 1 to 5 that follow from the row and the column. */
function ratingsAt(at: Uint32Array): Float32Array {
  return Float32Array.from(at, (i) => {
    const row = MATRIX.offsets.findLastIndex((offset) => offset <= i);
    return 1 + ((row % 3) + (MATRIX.indices[i] % 3));
  });
}

const DATA: TrainingData = {
  train: split.train,
  heldOut: split.heldOut,
  trainValues: ratingsAt(split.trainAt),
  heldOutValues: ratingsAt(split.heldOutAt),
  trainRepeats: null,
  rowFeatures: null,
  columnFeatures: null,
};
const FACTS: DataFacts = {
  rows: ROWS,
  columns: COLUMNS,
  pairs: split.train.indices.length,
  values: { mean: 3, minimum: 1, maximum: 5 },
  rowFeatures: 6,
  columnFeatures: 4,
};

/** The preset made small, with what it has of these options. */
function smallRun(preset: Preset, given: OptionValues = {}): TrainingRun {
  const wanted: OptionValues = {
    epochs: 6,
    learningRate: 0.03,
    batchSize: 30,
    dimensions: 8,
    columnDimensions: preset.id === 'goodbooks-tabular' ? 6 : 8,
    factors: 4,
    hidden: '8, 6',
    dropouts: '0.2',
    patience: 0,
    ...given,
  };
  const known = Object.entries(wanted).filter(([id]) => preset.options.some((option) => option.id === id));
  const options = completeOptions(preset.options, Object.fromEntries(known));
  const data: TrainingData = {
    ...DATA,
    rowFeatures: options.rowFeatures === true ? randomMatrix(ROWS, 6, 2, 5) : null,
    columnFeatures: options.columnFeatures === true ? randomMatrix(COLUMNS, 4, 2, 6) : null,
  };
  return { ...preset.specify(options, FACTS), data, seed: 1 };
}

/** Its defaults, and, where the preset has them, the vectors of metadata beside them, and its other losses. */
function variants(preset: Preset): [string, OptionValues][] {
  const features: [string, OptionValues] = ['features', { rowFeatures: true, columnFeatures: true }];
  const loss = preset.options.find(({ id }) => id === 'loss');
  const others = loss?.kind === 'choice' ? loss.choices.filter(({ value }) => value !== loss.default) : [];
  return [
    ['its defaults', {}],
    ...(preset.options.some(({ id }) => id === 'rowFeatures') ? [features] : []),
    ...others.map(({ value, title }): [string, OptionValues] => [title, { loss: value }]),
  ];
}

async function wasm(): Promise<Engine> {
  const found = await probeWasm({ cores: 1, startThread: null })();
  if (!('engine' in found)) throw new Error(found.missing);
  return found.engine;
}

function firstState({ model, seed }: TrainingRun): ModelState {
  return initialState(model, ROWS, COLUMNS, seed);
}

// The contract: what every preset owes, found by walking the registry.
describe.each(presets.map((preset) => [preset.id, preset] as const))('%s', (_, preset) => {
  test('every option has a title, a help of one line and a default within its bounds', () => {
    const ids = preset.options.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const option of preset.options) {
      expect(option.title).not.toBe('');
      expect(option.help).toMatch(/^[A-Z{].{10,130}\.$/);
      expect(optionProblem(option, option.default)).toBeNull();
      if (option.kind === 'number' || option.kind === 'list') expect(option.unit).not.toBe('');
      if (option.kind === 'list') {
        expect(numbersOf(option.default).every(Number.isFinite)).toBe(true);
        expect(optionProblem(option, '1, two')).not.toBeNull();
        expect(optionProblem(option, new Array(option.longest + 1).fill(option.maximum).join(','))).not.toBeNull();
      }
    }
    expect(completeOptions(preset.options, {})).toEqual(
      Object.fromEntries(preset.options.map((option) => [option.id, option.default])),
    );
    expect(preset.covers.length).toBeGreaterThan(0);
    expect(preset.explanation.length).toBeGreaterThan(1);
  });

  test('its defaults can be trained, and every choice of a list too', () => {
    for (const option of preset.options) {
      const choices = option.kind === 'choice' ? option.choices.map(({ value }) => value) : [option.default];
      for (const value of choices) {
        const { model, training } = preset.specify(completeOptions(preset.options, { [option.id]: value }), FACTS);
        expect(() => requireTrainable(model, training)).not.toThrow();
        const values = training.batches.kind === 'pairs' && training.batches.target === 'value';
        expect(values).toBe(preset.learns === 'ratings');
        if (values) expect(model.loss).toBe('mse');
      }
    }
  });

  test.each(variants(preset))(
    'with %s the loss falls, nothing is left alive, and parameters and steps are those foretold',
    async (_name, given) => {
      const run = smallRun(preset, given);
      for (const engine of [createReferenceEngine(), await wasm()]) {
        const before = engine.liveBuffers();
        const result = await trainStill(run, engine);
        expect(result.stopReason).toBe('done');
        expect(result.loss.at(-1)).toBeLessThan(result.loss[0] * 0.95);
        expect(result.heldOutLoss).toHaveLength(6);
        expect(engine.liveBuffers()).toBe(before);
        const numbers = result.state.tables.reduce((sum, { values }) => sum + values.length, 0);
        expect(parameterCount(run.model, ROWS, COLUMNS)).toBe(numbers);
        expect(estimateCost(run.model, run.training, FACTS)).toMatchObject({
          parameters: numbers,
          steps: result.steps,
        });
      }
    },
  );

  test.each(variants(preset))('with %s gradients agree with finite differences of the loss', (_name, given) => {
    const run = smallRun(preset, given);
    const state = spread(firstState(run));
    const [batch] = createSampler(run.data, run.model, run.training, 1).epoch(0);
    const part = given.rowFeatures ? batch : fewer(batch, run.model);
    const data = engineDataOf(run.data);
    const { tables } = gradients(run.model, state, part, data);
    const step = 1e-4;
    let checked = 0;
    let kinks = 0;
    state.tables.forEach((table, t) => {
      for (let i = t; i < table.values.length; i += 11) {
        const before = table.values[i];
        const lossAt = (value: number) => {
          table.values[i] = value;
          // The stored value is rounded to single precision; what was stored is what moved.
          const moved = table.values[i];
          const { loss } = gradients(run.model, state, part, data);
          table.values[i] = before;
          return { loss, moved };
        };
        const up = lossAt(before + step);
        const down = lossAt(before - step);
        const slope = (up.loss - down.loss) / (up.moved - down.moved);
        checked++;
        // A unit that crosses zero between the two ends makes their slope no gradient.
        if (Math.abs(tables[t][i] - slope) > 1e-4 * (1 + Math.abs(slope))) kinks++;
      }
    });
    expect(checked).toBeGreaterThan(40);
    expect(kinks).toBeLessThanOrEqual(run.model.family === 'network' ? checked * 0.01 : 0);
  });

  test('a saved state goes on as if nothing had been', async () => {
    const run = smallRun(preset);
    const sampler = createSampler(run.data, run.model, run.training, run.seed);
    const batches = [...sampler.epoch(0), ...sampler.epoch(1)];
    for (const engine of [createReferenceEngine(), await wasm()]) {
      const whole = engine.create(run.model, firstState(run), engineDataOf(run.data));
      for (const batch of batches.slice(0, 3)) whole.step(batch, 0.02);
      // Saving brings rows up to date that dense Adam has still to move: it is a part of a run.
      await whole.save();
      for (const batch of batches.slice(3)) whole.step(batch, 0.02);
      const first = engine.create(run.model, firstState(run), engineDataOf(run.data));
      for (const batch of batches.slice(0, 3)) first.step(batch, 0.02);
      const saved = await first.save();
      const second = engine.create(run.model, saved, engineDataOf(run.data));
      // The one that was saved moves on and comes back.
      for (const batch of batches.slice(0, 2)) first.step(batch, 0.5);
      first.load(saved);
      for (const trainer of [first, second]) {
        for (const batch of batches.slice(3)) trainer.step(batch, 0.02);
        expect(await trainer.save()).toEqual(await whole.save());
      }
      for (const trainer of [whole, first, second]) trainer.dispose();
    }
  });

  test('the reference and the kernels agree over the first epoch', async () => {
    const run = smallRun(preset);
    const batches = [...createSampler(run.data, run.model, run.training, run.seed).epoch(0)];
    const losses = async (engine: Engine) => {
      const trainer = engine.create(run.model, firstState(run), engineDataOf(run.data));
      for (const batch of batches) trainer.step(batch, 0.02);
      const found = await trainer.losses();
      trainer.dispose();
      return found;
    };
    const [expected, found] = [await losses(createReferenceEngine()), await losses(await wasm())];
    expect(expected.length).toBeGreaterThan(3);
    expect(difference(found, expected)).toBeLessThan(1e-3);
  });
});

describe('Wellcome, as in the seed', () => {
  const preset = presetById('wellcome');
  const options = completeOptions(preset.options, {});
  const facts = { ...FACTS, rows: 22268, columns: 2745, pairs: 160814, values: null };

  test('dimension 10, N(0,1), batch 512, Adam 0.001, 10 epochs', () => {
    const { model, training } = preset.specify(options, facts);
    expect(model).toEqual({
      family: 'factor',
      dimensions: 10,
      rowVector: 'own',
      score: 'dot',
      temperature: 1,
      rowBias: false,
      columnBias: false,
      offset: 0,
      link: 'identity',
      range: null,
      loss: 'bce',
      regularisation: 0,
      initializer: { kind: 'normal', scale: 1 },
      rowFeatures: 0,
      columnFeatures: 0,
      optimiser: {
        kind: 'adam',
        lazy: false,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: 0,
        decoupled: false,
      },
    });
    expect(training).toEqual({
      epochs: 10,
      learningRate: 0.001,
      schedule: { kind: 'constant' },
      patience: null,
      batches: {
        kind: 'blocks',
        batchRows: 512,
        inputDropout: 0,
        blockColumns: 'batch',
        sampledColumns: 0,
        blocks: 'even',
      },
    });
    expect(parameterCount(model, 22268, 2745)).toBe(10 * (22268 + 2745));
    expect(estimateCost(model, training, facts).steps).toBe(10 * 43);
  });

  test('its repeated columns are there to be put back', () => {
    const { batches } = preset.specify({ ...options, repeatColumns: true }, facts).training;
    expect(batches).toMatchObject({ blockColumns: 'batch-repeated' });
  });
});

const WITH_OPTIMISERS = ['cofactor-default', 'wellcome', 'two-tower', 'wikipedia', 'biased-mf'];

test('the presets that offer other optimisers are those of vectors alone, and begin with Adam', () => {
  const found = presets.filter(({ options }) => options.some(({ id }) => id === 'optimiser'));
  expect(found.map(({ id }) => id)).toEqual(WITH_OPTIMISERS);
});

describe.each(WITH_OPTIMISERS)('the optimisers of %s', (id) => {
  const preset = presetById(id);
  const base = id === 'wikipedia' ? KERAS_ADAM : TORCH_ADAM;
  const optimiser = (given: OptionValues) =>
    preset.specify(completeOptions(preset.options, given), FACTS).model.optimiser;

  test('are what the options ask for', () => {
    expect(optimiser({})).toEqual(base);
    expect(optimiser({ optimiser: 'lazy-adam' })).toEqual({ ...base, lazy: true });
    expect(optimiser({ optimiser: 'adagrad' })).toEqual({
      kind: 'adagrad',
      updates: 'batch',
      epsilon: 1e-10,
      weightDecay: 0,
    });
    expect(optimiser({ optimiser: 'sgd' })).toEqual({ kind: 'sgd', updates: 'batch', weightDecay: 0 });
  });

  test.each([
    ['adam', 3],
    ['lazy-adam', 3],
    ['adagrad', 2],
    ['sgd', 1],
  ])('%s keeps %d numbers for each parameter, itself counted', (choice, kept) => {
    const cost = (given: OptionValues) => {
      const { model, training } = preset.specify(completeOptions(preset.options, given), FACTS);
      return estimateCost(model, training, FACTS);
    };
    const [dense, found] = [cost({}), cost({ optimiser: choice })];
    expect(dense.bytes - found.bytes).toBe(4 * (3 - kept) * dense.parameters);
    // What rests costs nothing.
    if (choice === 'adam') expect(found.operations).toBe(dense.operations);
    else expect(found.operations).toBeLessThanOrEqual(dense.operations);
  });

  test.each([
    ['lazy-adam', 0.03],
    ['adagrad', 0.1],
    ['sgd', 5],
  ])('by %s the loss falls', async (choice, learningRate) => {
    const run = smallRun(preset, {
      optimiser: choice,
      learningRate: id === 'biased-mf' && choice === 'sgd' ? 0.5 : learningRate,
    });
    const result = await trainStill(run, createReferenceEngine());
    expect(result.stopReason).toBe('done');
    expect(result.loss.at(-1)).toBeLessThan(result.loss[0] * 0.95);
  });
});

test('ratings with biases and factors can be learned one by one', () => {
  const preset = presetById('biased-mf');
  const specify = (optimiser: string) =>
    preset.specify(completeOptions(preset.options, { optimiser, regularisation: 0.02 }), FACTS);
  for (const [choice, base] of [
    ['adagrad-each', TORCH_ADAGRAD],
    ['sgd-each', PLAIN_DESCENT],
  ] as const) {
    const { model, training } = specify(choice);
    expect(model).toMatchObject({ optimiser: { ...base, updates: 'pair' }, regularisation: 0.02, rowBias: true });
    expect(training.batches).toMatchObject({ order: 'strata', target: 'value', negatives: null, batchPairs: 1000 });
    expect(() => requireTrainable(model, training)).not.toThrow();
  }
  expect(specify('adagrad').training.batches).toMatchObject({ order: 'shuffle' });
});

test('Cofactor default compares all columns while there are few, and a sample of many', () => {
  const preset = presetById('cofactor-default');
  const options = completeOptions(preset.options, {});
  const at = (columns: number) => preset.specify(options, { ...FACTS, columns }).training.batches;
  expect(at(1024)).toMatchObject({ blockColumns: 'all' });
  expect(at(1025)).toMatchObject({ blockColumns: 'sampled', sampledColumns: 1024 });
});

describe('two towers', () => {
  const preset = presetById('two-tower');
  const options = completeOptions(preset.options, {});

  test('751 users and 1,616 items of 16 numbers: 37,872 parameters, with the notebook’s settings', () => {
    const { model, training } = preset.specify(options, { ...FACTS, rows: 751, columns: 1616 });
    expect(parameterCount(model, 751, 1616)).toBe(37_872);
    expect(model).toMatchObject({
      score: 'dot',
      loss: 'bce',
      rowFeatures: 0,
      columnFeatures: 0,
      optimiser: TORCH_ADAM,
    });
    expect(training).toMatchObject({
      epochs: 30,
      learningRate: 0.001,
      schedule: { kind: 'constant' },
      patience: null,
      batches: {
        kind: 'pairs',
        batchPairs: 1024,
        order: 'shuffle',
        negatives: { perPositive: 10, draw: 'column', by: 'uniform', reject: true, target: 0 },
      },
    });
    expect(holdOutOf(options)).toMatchObject({
      method: 'time',
      fraction: 0.2,
      cold: 'drop',
      minimumTestValue: 4,
      seed: 123,
      leak: false,
    });
  });

  test('learns by cross-entropy, BPR or softmax among the negatives, with any weight decay', () => {
    const losses = ['bce', 'bpr', 'softmax'].map((loss) => preset.specify({ ...options, loss }, FACTS).model.loss);
    expect(losses).toEqual(['bce', 'bpr', 'softmax']);
    for (const optimiser of ['adam', 'lazy-adam', 'adagrad', 'sgd']) {
      const { model } = preset.specify({ ...options, optimiser, weightDecay: 0.01 }, FACTS);
      expect(model.optimiser.weightDecay).toBe(0.01);
    }
  });

  test('what the notebook got wrong can be put back', () => {
    const seed = { ...options, keepFalseNegatives: true, seenItems: true, leak: true };
    const { batches } = preset.specify(seed, FACTS).training;
    expect(batches).toMatchObject({ negatives: { reject: false } });
    expect([preset.excludesSeen?.(options), preset.excludesSeen?.(seed)]).toEqual([true, false]);
    expect(holdOutOf(seed)?.leak).toBe(true);
  });

  test('towers with features have a vector for each of them', () => {
    const { model } = preset.specify({ ...options, rowFeatures: true, columnFeatures: true }, FACTS);
    expect(tableShapes(model, 120, 40).map(({ name, shape }) => [name, ...shape])).toEqual([
      ['row', 120, 16],
      ['column', 40, 16],
      ['rowFeature', 6, 16],
      ['columnFeature', 4, 16],
    ]);
  });
});

describe('Wikipedia books', () => {
  const preset = presetById('wikipedia');
  const options = completeOptions(preset.options, {});
  const facts = { ...FACTS, rows: 37_020, columns: 41_758, pairs: 772_798, values: null };

  test('3,938,900 parameters as a regression, and two more as a classification', () => {
    const regression = preset.specify({ ...options, task: 'regression' }, facts).model;
    expect(parameterCount(regression, 37_020, 41_758)).toBe(3_938_900);
    expect(regression).toMatchObject({ score: 'cosine', link: 'identity', loss: 'mse' });
    const classification = preset.specify(options, facts).model;
    expect(parameterCount(classification, 37_020, 41_758)).toBe(3_938_902);
    expect(classification).toMatchObject({ score: 'cosine', link: 'affine', loss: 'bce', optimiser: KERAS_ADAM });
  });

  test('batches of 1,024 pairs and 2,048 random ones, 754 of them in each of 15 epochs', () => {
    const { model, training } = preset.specify(options, facts);
    expect(training.batches).toEqual({
      kind: 'pairs',
      batchPairs: 1024,
      order: 'sample',
      target: 'one',
      repeats: true,
      negatives: { perPositive: 2, draw: 'pair', by: 'uniform', reject: true, target: 0 },
    });
    expect(estimateCost(model, training, facts).steps).toBe(15 * 754);
    // Pairs that came several times count as often as they came.
    const distinct = { ...facts, pairs: 700_000, occurrences: 772_798 };
    expect(estimateCost(model, training, distinct).steps).toBe(15 * 754);
    expect(preset.specify({ ...options, task: 'regression' }, facts).training.batches).toMatchObject({
      negatives: { target: -1 },
    });
    expect(holdOutOf(options)).toBeNull();
  });
});

describe('goodbooks', () => {
  const facts = { ...FACTS, rows: 53_424, columns: 10_000, pairs: 5_351_936 };
  const counts = (model: ModelSpec) =>
    Object.fromEntries(tableShapes(model, 53_424, 10_000).map(({ name, shape }) => [name, shape[0] * shape[1]]));

  test('the product has the summary table of the tutorial: 1,968,897 parameters', () => {
    const preset = presetById('goodbooks-mf');
    const { model, training } = preset.specify(completeOptions(preset.options, {}), facts);
    expect(counts(model)).toEqual({
      row: 1_602_750,
      column: 300_030,
      rowBias: 53_425,
      columnBias: 10_001,
      dense1: 1600,
      dense1Bias: 50,
      dense2: 1000,
      dense2Bias: 20,
      dense3: 20,
      dense3Bias: 1,
    });
    expect(parameterCount(model, 53_424, 10_000)).toBe(1_968_897);
    expect(training).toMatchObject({
      epochs: 4,
      learningRate: 0.002,
      schedule: { kind: 'constant' },
      batches: { batchPairs: 256, target: 'value', order: 'shuffle' },
    });
    expect(estimateCost(model, training, facts).steps).toBe(4 * 20_906);
    expect(model).toMatchObject({ embeddingDropout: 0.2, output: 'relu', range: null, optimiser: KERAS_ADAM });
  });

  test('side by side: 3,173,341 parameters, and a sigmoid from the lowest to the highest rating', () => {
    const preset = presetById('goodbooks-tabular');
    const options = completeOptions(preset.options, {});
    const { model } = preset.specify(options, facts);
    expect(counts(model)).toEqual({
      row: 2_671_250,
      column: 500_050,
      dense1: 2000,
      dense1Bias: 20,
      dense2: 20,
      dense2Bias: 1,
    });
    expect(parameterCount(model, 53_424, 10_000)).toBe(3_173_341);
    expect(outputOf(model)).toEqual({ curve: 'relu', range: null });
    const bounded = preset.specify({ ...options, output: 'sigmoid', columnDimensions: 20 }, facts).model;
    expect(outputOf(bounded)).toEqual({ curve: 'sigmoid', range: [1, 5] });
    expect(counts(bounded)).toMatchObject({ column: 200_020, dense1: 1400 });
  });

  test('a tenth is tested on, and half a hundredth of the rest draws the curve', () => {
    for (const id of ['goodbooks-mf', 'goodbooks-tabular']) {
      const options = completeOptions(presetById(id).options, {});
      expect(holdOutOf(options)).toMatchObject({ method: 'random', fraction: 0.1 });
      expect(options.validationShare).toBe(0.005);
    }
  });
});

describe('the embedding net', () => {
  const preset = presetById('embedding-net');
  const options = completeOptions(preset.options, {});
  const facts = { ...FACTS, rows: 6040, columns: 3706 };

  test('has the settings that the seed trained with', () => {
    const { model, training } = preset.specify(options, facts);
    expect(model).toMatchObject({
      rowDimensions: 150,
      columnDimensions: 150,
      join: 'concat',
      embeddingDropout: 0.05,
      layers: [
        { units: 500, dropout: 0.5 },
        { units: 500, dropout: 0.5 },
        { units: 500, dropout: 0.25 },
      ],
      output: 'sigmoid',
      range: [0.5, 5.5],
      initializer: { kind: 'uniform', scale: 0.05 },
      denseStart: { kind: 'glorot' },
      denseBias: 0.01,
      optimiser: { ...TORCH_ADAM, weightDecay: 1e-5 },
    });
    expect(training).toMatchObject({
      epochs: 100,
      learningRate: 0.001,
      schedule: { kind: 'cosine-restarts', period: 2, floor: 0.1 },
      patience: 10,
      batches: { batchPairs: 2000, target: 'value' },
    });
    expect(holdOutOf(options)).toMatchObject({ method: 'random', fraction: 0.2, seed: 1 });
  });

  test('2,113,901 parameters on MovieLens 1M', () => {
    const { model } = preset.specify(options, facts);
    const dense = 300 * 500 + 500 + 2 * (500 * 500 + 500) + 501;
    expect(parameterCount(model, 6040, 3706)).toBe(150 * (6040 + 3706) + dense);
    expect(parameterCount(model, 6040, 3706)).toBe(2_113_901);
  });

  test('takes any list of hidden layers, and dropouts where they are given', () => {
    const layers = (hidden: string, dropouts: string) => {
      const { model } = preset.specify(completeOptions(preset.options, { hidden, dropouts }), facts);
      return model.family === 'network' ? model.layers.map(({ units, dropout }) => [units, dropout]) : null;
    };
    expect(layers('100, 200,300', '0.1')).toEqual([
      [100, 0.1],
      [200, 0],
      [300, 0],
    ]);
    expect(layers('', '0.5')).toEqual([]);
    expect(() => layers('100, , 3', '')).toThrow(
      'Hidden layers: expected up to 8 whole numbers from 1 to 4096, with commas between them, found "100, , 3"',
    );
    expect(() => layers('10', '1')).toThrow('Dropout after each layer: expected up to 8 numbers from 0 to 0.95');
  });

  test('a patience of 0 never stops', () => {
    expect(preset.specify({ ...options, patience: 0 }, facts).training.patience).toBeNull();
  });
});

test('NeuMF: 8 factors beside layers of 32, 16 and 8, four negatives, binary cross-entropy', () => {
  const preset = presetById('neumf');
  const { model, training } = preset.specify(completeOptions(preset.options, {}), FACTS);
  expect(tableShapes(model, 10, 7).map(({ name, shape }) => [name, ...shape])).toEqual([
    ['row', 10, 32],
    ['column', 7, 32],
    ['rowProduct', 10, 8],
    ['columnProduct', 7, 8],
    ['dense1', 64, 32],
    ['dense1Bias', 1, 32],
    ['dense2', 32, 16],
    ['dense2Bias', 1, 16],
    ['dense3', 16, 8],
    ['dense3Bias', 1, 8],
    ['dense4', 16, 1],
    ['dense4Bias', 1, 1],
  ]);
  expect(model).toMatchObject({ loss: 'bce', output: 'sigmoid', productDimensions: 8 });
  expect(training).toMatchObject({
    epochs: 20,
    learningRate: 0.001,
    batches: { batchPairs: 256, negatives: { perPositive: 4, draw: 'column', reject: true, target: 0 } },
  });
});

test('fastai: 50 factors within 0 and 5.5, three epochs of one cycle at 0.01', () => {
  const preset = presetById('dot-bias');
  const options = completeOptions(preset.options, {});
  const { model, training } = preset.specify(options, { ...FACTS, rows: 943, columns: 1682 });
  expect(model).toMatchObject({
    dimensions: 50,
    score: 'dot',
    rowBias: true,
    columnBias: true,
    offset: 0,
    range: [0, 5.5],
    loss: 'mse',
    optimiser: { decoupled: true },
  });
  expect(parameterCount(model, 943, 1682)).toBe(51 * (943 + 1682));
  expect(training).toMatchObject({
    epochs: 3,
    learningRate: 0.01,
    schedule: { kind: 'one-cycle' },
    batches: { batchPairs: 64, target: 'value' },
  });
  expect(holdOutOf(options)?.seed).toBe(42);
});

test('biased factors begin at the mean of the ratings', () => {
  const preset = presetById('biased-mf');
  const facts = { ...FACTS, values: { mean: 3.53, minimum: 1, maximum: 5 } };
  const options = completeOptions(preset.options, { dimensions: 64, regularisation: 0.05 });
  const { model } = preset.specify(options, facts);
  expect(model).toMatchObject({ offset: 3.53, rowBias: true, columnBias: true, regularisation: 0.05 });
  expect(parameterCount(model, 943, 1682)).toBe(65 * (943 + 1682));
});

test.each([
  ['constant', { kind: 'constant' }],
  ['linear', { kind: 'linear' }],
  ['one-cycle', { kind: 'one-cycle' }],
  ['cosine-restarts', { kind: 'cosine-restarts', period: 3, floor: 0.2 }],
  ['triangular', { kind: 'triangular', period: 3, peak: 6 }],
  ['triangular2', { kind: 'triangular2', period: 3, peak: 6 }],
  ['exp-range', { kind: 'exp-range', period: 3, peak: 6, gamma: 0.9 }],
])('the schedule “%s” is made of the options', (schedule, expected) => {
  const preset = presetById('embedding-net');
  const options = completeOptions(preset.options, { schedule, period: 3, floor: 0.2, peak: 6 });
  expect(preset.specify(options, FACTS).training.schedule).toEqual(expected);
});

describe('options', () => {
  const { options } = presetById('wellcome');
  test.each([
    [{ epochs: 2.5 }, 'Epochs: expected a whole number from 1 to 1000, found 2.5'],
    [{ dimensions: 0 }, 'Embedding size: expected a whole number from 1 to 512, found 0'],
    [{ learningRate: Number.NaN }, 'Learning rate: expected a number of at least 0.000001, found NaN'],
    [{ holdOut: 1 }, 'Hold out pairs to test on: expected true or false, found 1'],
  ])('%o is refused with its bounds', (given, message) => {
    expect(() => completeOptions(options, given)).toThrow(message);
  });
  test('an option that the model does not have is named', () => {
    expect(() => completeOptions(options, { temperature: 3 })).toThrow(
      /^expected an option of dimensions, .*, found “temperature”$/,
    );
  });
});

function gradients(spec: ModelSpec, state: ModelState, batch: Batch, data: EngineData) {
  if (batch.kind === 'block' && spec.family === 'factor') return blockGradients(spec, state, batch, data);
  if (batch.kind === 'pairs' && spec.family === 'factor') return pairGradients(spec, state, batch, data);
  if (batch.kind === 'pairs' && spec.family === 'network') return networkGradients(spec, state, batch, data);
  throw new Error('no such case');
}

/** Start values moved apart, so that few units of a network lie near the corner of their activation. */
function spread(state: ModelState): ModelState {
  let n = 0;
  for (const { values } of state.tables) {
    for (let i = 0; i < values.length; i++) values[i] = 3 * values[i] + 0.4 * Math.sin(++n);
  }
  return state;
}

/** The first pairs of a batch: fewer units that could turn. */
function fewer(batch: Batch, spec: ModelSpec): Batch {
  if (batch.kind === 'block' || spec.family === 'factor') return batch;
  const [rows, columns, targets] = [batch.rows.slice(0, 6), batch.columns.slice(0, 6), batch.targets.slice(0, 6)];
  return { ...batch, rows, columns, targets };
}
