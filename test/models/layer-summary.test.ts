import { describe, expect, test } from 'vitest';
import { layerSummary } from '../../src/models/layer-summary';
import { completeOptions, type OptionValues } from '../../src/models/option';
import { presetById, presets } from '../../src/models/registry';
import { parameterCount } from '../../src/models/spec';

const FACTS = {
  rows: 53424,
  columns: 10000,
  pairs: 5976479,
  values: { mean: 3.92, minimum: 1, maximum: 5 },
  rowFeatures: 7,
  columnFeatures: 31,
};

function modelOf(id: string, given: OptionValues = {}) {
  const preset = presetById(id);
  return preset.specify(completeOptions(preset.options, given), FACTS).model;
}

const layersOf = (id: string, given?: OptionValues) => layerSummary(modelOf(id, given), FACTS.rows, FACTS.columns);

function total(id: string, given?: OptionValues): number {
  return layersOf(id, given).reduce((sum, { parameters }) => sum + parameters, 0);
}

describe.each(presets.map((preset) => [preset.id, preset] as const))('%s', (id, preset) => {
  const toggles = preset.options.filter(({ kind }) => kind === 'toggle').map((option) => option.id);
  const features = toggles.filter((toggle) => toggle.endsWith('Features'));
  const variants: OptionValues[] = [{}, Object.fromEntries(features.map((toggle) => [toggle, true]))];

  test.each(variants)('with %o its layers hold every parameter, and go only into what comes after', (given) => {
    const layers = layersOf(id, given);
    expect(total(id, given)).toBe(parameterCount(modelOf(id, given), FACTS.rows, FACTS.columns));
    const names = layers.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    layers.forEach(({ name, kind, from, output }, i) => {
      expect(output).toBeGreaterThan(0);
      expect(from.length > 0).toBe(kind !== 'input');
      for (const source of from) expect(names.slice(0, i), `${name} ← ${source}`).toContain(source);
      // Nothing is made that nothing uses, but for the prediction.
      const used = layers.some((other) => other.from.includes(name));
      expect(used).toBe(i < layers.length - 1);
    });
    expect(layers.at(-1)?.output).toBe(1);
  });
});

test('the first goodbooks model has the tutorial’s layers: 1,968,897 parameters', () => {
  const layers = layersOf('goodbooks-mf').map(({ name, output, parameters }) => [name, output, parameters]);
  expect(layers).toEqual([
    ['{row}', 1, 0],
    ['{column}', 1, 0],
    ['vector of the {row}', 30, 1_602_750],
    ['vector of the {column}', 30, 300_030],
    ['product', 30, 0],
    ['dropout of product', 30, 0],
    ['bias of the {row}', 1, 53_425],
    ['bias of the {column}', 1, 10_001],
    ['with both biases', 32, 0],
    ['dense 1', 50, 1650],
    ['dropout of dense 1', 50, 0],
    ['dense 2', 20, 1020],
    ['dropout of dense 2', 20, 0],
    ['dense 3', 1, 21],
    ['rectified', 1, 0],
  ]);
  expect(total('goodbooks-mf')).toBe(1_968_897);
});

test('the second has 3,173,341, and its sigmoid can take the place of the rectified unit', () => {
  expect(layersOf('goodbooks-tabular').map(({ parameters }) => parameters)).toEqual([
    0, 0, 2_671_250, 500_050, 0, 0, 0, 2020, 21, 0,
  ]);
  expect(total('goodbooks-tabular')).toBe(3_173_341);
  expect(layersOf('goodbooks-tabular').at(-1)?.name).toBe('rectified');
  expect(layersOf('goodbooks-tabular', { output: 'sigmoid' }).at(-1)?.name).toBe('sigmoid from 1 to 5');
});

test('the widths of joined vectors are those that the dense layers take', () => {
  const neumf = layersOf('neumf');
  const join = neumf.find(({ name }) => name === 'dense layers and product');
  expect(join).toMatchObject({ output: 16, from: ['dense 3', 'product of the factors'] });
  expect(neumf.find(({ name }) => name === 'both vectors')?.output).toBe(64);
});
