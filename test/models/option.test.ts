import { describe, expect, test } from 'vitest';
import type { ListOption, NumberOption } from '../../src/models/option';
import { expectationOf, readNumber, readOption, typingProblem } from '../../src/models/option';
import { presetById } from '../../src/models/registry';

const SIZE = { rows: 1000, columns: 500, pairs: 7000, values: null, rowFeatures: 0, columnFeatures: 0 };

function optionOf(preset: string, id: string): NumberOption {
  return presetById(preset).options.find((option) => option.id === id) as NumberOption;
}

const dimensions = optionOf('cofactor-default', 'dimensions');
const scale = optionOf('cofactor-default', 'temperature');
const hidden = presetById('embedding-net').options.find(({ id }) => id === 'hidden') as ListOption;

describe('what a person types', () => {
  test.each([
    ['12', 12],
    [' 0.05 ', 0.05],
    ['−3', -3],
    ['-3', -3],
    ['1,024', 1024],
    ['12,345,678', 12_345_678],
    ['0,05', Number.NaN],
    ['ten', Number.NaN],
    ['', Number.NaN],
  ])('“%s” is read as %d', (text, value) => {
    expect(readNumber(text)).toBe(value);
  });

  test('what is out of bounds or no number has no value', () => {
    expect(readOption(dimensions, '64')).toBe(64);
    for (const text of ['-5', '513', '2.5', 'x', '']) expect(readOption(dimensions, text)).toBeUndefined();
    expect(readOption(hidden, '64, 32')).toBe('64, 32');
    expect(readOption(hidden, '64; 32')).toBeUndefined();
  });

  test('the reason says what can be typed and what was', () => {
    expect(typingProblem(dimensions, '64')).toBeNull();
    expect(typingProblem(dimensions, '-5')).toBe('Expected a whole number from 1 to 512, found “−5”.');
    expect(typingProblem(dimensions, ' ')).toBe('Expected a whole number from 1 to 512, found nothing.');
    expect(typingProblem(hidden, '5000')).toBe(
      'Expected up to 8 whole numbers from 1 to 4,096, with commas between them, found “5000”.',
    );
    expect(expectationOf(optionOf('cofactor-default', 'learningRate'))).toBe('a number of at least 0.000001');
  });
});

test('an empty scale is the automatic one, which the form can tell', () => {
  expect(scale.title).toBe('Scale');
  expect(readOption(scale, '')).toBe(0);
  const { model } = presetById('cofactor-default').specify(
    Object.fromEntries(presetById('cofactor-default').options.map((option) => [option.id, option.default])),
    SIZE,
  );
  expect(scale.automatic?.(SIZE)).toBe(11.7);
  expect(model).toMatchObject({ temperature: 11.7 });
});
