import { describe, expect, test } from 'vitest';
import { splitPairs } from '../../src/data/split';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { estimateCost } from '../../src/models/cost';
import { parameterCount } from '../../src/models/factor';
import { completeOptions, optionProblem } from '../../src/models/option';
import { presetById, presets } from '../../src/models/registry';
import { TrainingControl } from '../../src/training/control';
import { trainFactorModel } from '../../src/training/trainer';
import { breathe, randomMatrix } from '../support/tiny';

test('presets come in their order, and an unknown one is named with those there are', () => {
  expect(presets.map(({ id }) => id)).toEqual(['cofactor-default', 'wellcome']);
  expect(() => presetById('nope')).toThrow('expected a preset of cofactor-default, wellcome, found “nope”');
});

// The contract: what every preset owes, found by walking the registry.
describe.each(presets.map((preset) => [preset.id, preset] as const))('%s', (_, preset) => {
  const matrix = randomMatrix(120, 40, 9);
  const size = { rows: 120, columns: 40, pairs: matrix.indices.length };

  test('every option has a title, a help of one line and a default within its bounds', () => {
    const ids = preset.options.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const option of preset.options) {
      expect(option.help).toMatch(/^[A-Z{].{10,110}\.$/);
      expect(optionProblem(option, option.default)).toBeNull();
      if (option.kind === 'number') expect(option.unit).not.toBe('');
    }
  });

  test('the loss falls, nothing is left alive, and the parameter count is that of its tables', async () => {
    const options = completeOptions(preset.options, { epochs: 12, learningRate: 0.05, batchSize: 30, dimensions: 8 });
    const { model, training } = preset.specify(options, size);
    const split = splitPairs(matrix, { fraction: 0.2, minimumDegree: 5, seed: 1 });
    const engine = createReferenceEngine();
    const result = await trainFactorModel({ model, training, ...split, seed: 1 }, engine, {
      clock: () => 0,
      breathe,
      control: new TrainingControl(),
      nextEngine: async () => null,
      onProgress: () => undefined,
    });
    expect(result.loss.at(-1)).toBeLessThan(result.loss[0] * 0.95);
    expect(engine.liveBuffers()).toBe(0);
    const numbers = result.state.tables.reduce((sum, { values }) => sum + values.length, 0);
    expect(parameterCount(model, 120, 40)).toBe(numbers);
    expect(estimateCost(model, training, size)).toMatchObject({ parameters: numbers, steps: result.steps });
  });
});

test('Wellcome has the seed’s numbers: dimension 10, N(0,1), batch 512, Adam 0.001, 10 epochs', () => {
  const preset = presetById('wellcome');
  const options = completeOptions(preset.options, {});
  const { model, training } = preset.specify(options, { rows: 22268, columns: 2745, pairs: 160814 });
  expect(model).toEqual({
    dimensions: 10,
    rowVector: 'own',
    score: 'dot',
    temperature: 1,
    columnBias: false,
    loss: 'bce',
    initialDeviation: 1,
    adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  });
  expect(training).toMatchObject({
    epochs: 10,
    batchRows: 512,
    learningRate: 0.001,
    schedule: 'constant',
    blockColumns: 'batch',
    blocks: 'even',
  });
  expect(
    preset.specify({ ...options, repeatColumns: true }, { rows: 9, columns: 9, pairs: 9 }).training.blockColumns,
  ).toBe('batch-repeated');
  expect(parameterCount(model, 22268, 2745)).toBe(10 * (22268 + 2745));
  expect(estimateCost(model, training, { rows: 22268, columns: 2745, pairs: 160814 }).steps).toBe(10 * 43);
});

test('Cofactor default compares all columns while there are few, and a sample of many', () => {
  const preset = presetById('cofactor-default');
  const options = completeOptions(preset.options, {});
  expect(preset.specify(options, { rows: 9, columns: 1024, pairs: 9 }).training.blockColumns).toBe('all');
  expect(preset.specify(options, { rows: 9, columns: 1025, pairs: 9 }).training).toMatchObject({
    blockColumns: 'sampled',
    sampledColumns: 1024,
  });
});

describe('options', () => {
  const { options } = presetById('wellcome');
  test.each([
    [{ epochs: 2.5 }, 'Epochs: expected a whole number from 1 to 1000, found 2.5'],
    [{ dimensions: 0 }, 'Embedding size: expected a whole number from 1 to 512, found 0'],
    [{ learningRate: Number.NaN }, 'Learning rate: expected a number from 0.000001 to 1e+30, found null'],
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
