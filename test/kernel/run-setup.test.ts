import { beforeAll, expect, test } from 'vitest';
import type { Dataset } from '../../src/data/dataset';
import { load } from '../../src/data/load';
import { prepareRun } from '../../src/kernel/run-setup';
import { completeOptions, type OptionValues } from '../../src/models/option';
import { presetById } from '../../src/models/registry';
import { ratingsFiles } from '../support/ratings-files';
import { task } from '../support/task';

let dataset: Dataset;
beforeAll(async () => {
  const files = ratingsFiles().map((blob) => ({ name: blob.name, blob }));
  dataset = (await load(files, {}, task())).dataset;
});

const prepare = (options: OptionValues, id = 'two-tower', on = dataset) =>
  prepareRun(on, presetById(id), completeOptions(presetById(id).options, options));

test('runs with the same hold-out and features share their data, whatever else they are asked for with', () => {
  const one = prepare({ dimensions: 4, epochs: 3 });
  const other = prepare({ dimensions: 8, epochs: 9, learningRate: 0.5 });
  expect(other.split).toBe(one.split);
  expect(other.data).toBe(one.data);
  expect([one.training.epochs, other.training.epochs]).toEqual([3, 9]);
});

test.each<[string, OptionValues]>([
  ['another seed', { seed: 7 }],
  ['another share', { holdOutShare: 0.4 }],
  ['features', { columnFeatures: true }],
])('%s is other data, and the same as if it were prepared alone', (_, options) => {
  const before = prepare({});
  const changed = prepare(options);
  expect(changed.data).not.toBe(before.data);
  const alone = prepare(options, 'two-tower', { ...dataset });
  expect(alone.data).not.toBe(changed.data);
  expect(alone.data).toEqual(changed.data);
  expect(alone.split).toEqual(changed.split);
});

test('of a dataset the last two are kept', () => {
  const first = prepare({ seed: 1 });
  prepare({ seed: 2 });
  expect(prepare({ seed: 1 }).split).toBe(first.split);
  prepare({ seed: 3 });
  expect(prepare({ seed: 1 }).split).toBe(first.split);
  prepare({ seed: 4 });
  prepare({ seed: 5 });
  expect(prepare({ seed: 1 }).split).not.toBe(first.split);
});
