import { expect, test } from 'vitest';
import { trainingFacts } from '../../src/cells/model/facts';
import { stepsPerEpoch } from '../../src/models/cost';
import type { DataFacts } from '../../src/models/data-facts';
import { applicableOptions, completeOptions, type OptionValues } from '../../src/models/option';
import { presetById, presets } from '../../src/models/registry';

const BOOKS: DataFacts = {
  rows: 53424,
  columns: 10000,
  pairs: 5976479,
  values: { mean: 3.9, minimum: 1, maximum: 5 },
  rowFeatures: 0,
  columnFeatures: 12,
};

function shown(id: string, given: OptionValues, data: DataFacts = BOOKS): string[] {
  const { options } = presetById(id);
  const values = completeOptions(options, given);
  return applicableOptions(options, values, data).map((option) => option.id);
}

test('the steps told before a run are those of 5,351,937 ratings, 256 a step', () => {
  const preset = presetById('goodbooks-mf');
  const options = completeOptions(preset.options, {});
  const facts = trainingFacts(options, BOOKS);
  expect(facts.pairs).toBe(5_351_937);
  expect(stepsPerEpoch(preset.specify(options, facts).training.batches, facts)).toBe(20_907);
});

test('each way to hold out leaves its own number of pairs', () => {
  const left = (given: OptionValues) =>
    trainingFacts(completeOptions(presetById('two-tower').options, given), { ...BOOKS, pairs: 1000, rows: 100 }).pairs;
  expect(left({})).toBe(800);
  expect(left({ holdOut: false })).toBe(1000);
  expect(left({ holdOutMethod: 'fold', folds: 4 })).toBe(750);
  expect(left({ holdOutMethod: 'last' })).toBe(900);
  expect(left({ leak: true })).toBe(200);
});

test('the form shows what a hold-out looks at, and nothing else of it', () => {
  const of = (ids: string[]) => ids.filter((id) => /^(holdOut|fold|testM|leak)/.test(id));
  const all = ['holdOut', 'holdOutMethod', 'holdOutCold', 'testMinimum', 'leak'];
  const with_ = (...more: string[]) => [...all, ...more].sort();
  expect(of(shown('two-tower', {})).sort()).toEqual(with_('holdOutShare'));
  expect(of(shown('two-tower', { holdOutMethod: 'rows' })).sort()).toEqual(with_('holdOutShare', 'holdOutMinimum'));
  expect(of(shown('two-tower', { holdOutMethod: 'last' })).sort()).toEqual(with_('holdOutMinimum'));
  expect(of(shown('two-tower', { holdOutMethod: 'fold' })).sort()).toEqual(with_('fold', 'folds'));
  expect(of(shown('two-tower', { holdOut: false }))).toEqual(['holdOut']);
  expect(shown('two-tower', {}, { ...BOOKS, values: null })).not.toContain('testMinimum');
  expect(shown('two-tower', { holdOut: false })).toContain('seed');
});

test('a schedule shows the numbers that it uses', () => {
  const of = (schedule: string) =>
    shown('embedding-net', { schedule }).filter((id) => ['period', 'floor', 'peak'].includes(id));
  expect(of('constant')).toEqual([]);
  expect(of('one-cycle')).toEqual([]);
  expect(of('cosine-restarts')).toEqual(['period', 'floor']);
  expect(of('triangular2')).toEqual(['period', 'peak']);
});

test('features are offered where there are some, and can always be switched off', () => {
  expect(shown('two-tower', {})).not.toContain('rowFeatures');
  expect(shown('two-tower', {})).toContain('columnFeatures');
  expect(shown('two-tower', { rowFeatures: true })).toContain('rowFeatures');
});

test.each(presets.map((preset) => [preset.id, preset] as const))('%s hides none of its own options', (id, preset) => {
  const common = /^(holdOut|fold|testM|leak|period|floor|peak|.*Features$)/;
  const own = preset.options.map((option) => option.id).filter((option) => !common.test(option));
  expect(shown(id, { holdOut: false })).toEqual(expect.arrayContaining(own));
});

test.each(presets.map((preset) => [preset.id, preset] as const))(
  '%s trains alike whatever an option says that the form leaves out',
  (_, preset) => {
    const schedules = preset.options.some(({ id }) => id === 'schedule')
      ? ['constant', 'linear', 'one-cycle', 'cosine-restarts', 'triangular', 'triangular2', 'exp-range']
      : [undefined];
    for (const schedule of schedules) {
      const values = completeOptions(preset.options, schedule === undefined ? {} : { schedule });
      const applicable = new Set(applicableOptions(preset.options, values, BOOKS));
      const specified = preset.specify(values, BOOKS);
      for (const spec of preset.options) {
        if (applicable.has(spec) || spec.kind !== 'number') continue;
        expect(preset.specify({ ...values, [spec.id]: spec.maximum }, BOOKS), spec.id).toEqual(specified);
      }
    }
  },
);
