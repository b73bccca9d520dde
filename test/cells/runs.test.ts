import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { type columnById, sortRuns } from '../../src/cells/runs/columns';
import { pairedText, sameSettingsText } from '../../src/cells/runs/comparison';
import { runsCsv } from '../../src/cells/runs/csv';
import { optionText, optionTitle } from '../../src/cells/runs/options';
import { RankingTotals } from '../../src/evaluation/metrics';
import type { RunSummary } from '../../src/kernel/protocol';

const ROLES = { row: { one: 'icon', many: 'icons' }, column: { one: 'tag', many: 'tags' } };

/** Metrics of one row, whose only held-out column stands in this place of its list of three. */
function found(place: number) {
  const totals = new RankingTotals(3, 10);
  totals.add(
    [0, 1, 2].map((i) => (i + 1 === place ? 9 : i)),
    Uint32Array.of(9),
  );
  return totals.result();
}

function run(number: number, over: Partial<RunSummary> = {}): RunSummary {
  return {
    run: number,
    preset: 'cofactor-default',
    title: 'Cofactor default',
    options: { dimensions: 8 * number, schedule: 'linear' },
    changed: { dimensions: 8 * number },
    engine: 'reference',
    epochs: 3,
    parameters: 100,
    resumable: false,
    seconds: 1,
    loss: 1 / number,
    heldOutLoss: null,
    quality: null,
    k: null,
    ...over,
  };
}

describe('the list of runs', () => {
  const runs = [
    run(1, { quality: { ranking: found(2), ratings: null }, k: 3 }),
    run(2),
    run(3, { quality: { ranking: found(1), ratings: { rmse: 0.9, mae: 0.7, pairs: 12 } }, k: 3, loss: Number.NaN }),
  ];
  const order = (column: Parameters<typeof columnById>[0], reversed = false) =>
    sortRuns(runs, { column, reversed }).map((row) => row.run);

  test('is sorted with the best first or last, and runs without the number always last', () => {
    expect(order('run')).toEqual([3, 2, 1]);
    expect(order('run', true)).toEqual([1, 2, 3]);
    expect(order('ndcg')).toEqual([3, 1, 2]);
    expect(order('ndcg', true)).toEqual([1, 3, 2]);
    // Both have found the one there was.
    expect(order('recall')).toEqual([1, 3, 2]);
    expect(order('rmse')).toEqual([3, 1, 2]);
    expect(order('loss')).toEqual([2, 1, 3]);
  });

  test('is saved with every option and metric, and blanks where there is none', () => {
    const read = Papa.parse<Record<string, string>>(runsCsv(runs), { header: true, skipEmptyLines: true });
    expect(read.errors).toEqual([]);
    expect(read.data).toHaveLength(3);
    expect(read.data[0]).toMatchObject({ run: '1', recall: '1', option_dimensions: '8', rmse: '', held_out_loss: '' });
    expect(Number(read.data[0].ndcg)).toBeCloseTo(1 / Math.log2(3), 6);
    expect(read.data[1]).toMatchObject({ run: '2', recall: '', k: '', loss: '0.5' });
    expect(read.data[2]).toMatchObject({ rmse: '0.9', mae: '0.7', loss: '', option_schedule: 'linear' });
  });

  test('names options and their values as the form does', () => {
    const presets = ['cofactor-default', 'goodbooks-tabular'];
    expect(optionTitle(presets, 'dimensions', ROLES)).toBe('Embedding size');
    expect(optionTitle(presets, 'columnDimensions', ROLES)).toBe('Size of a tag’s vector');
    expect(optionTitle(presets, 'preset', ROLES)).toBe('Model');
    expect(optionText(presets, 'preset', 'cofactor-default', ROLES)).toBe('Cofactor default');
    expect(optionText(presets, 'holdOutMethod', 'rows', ROLES)).toBe('a share of each icon’s');
    expect(optionText(presets, 'holdOut', false, ROLES)).toBe('off');
    expect(optionText(presets, 'dimensions', 64, ROLES)).toBe('64');
    expect(optionText(presets, 'columnDimensions', null, ROLES)).toBe('–');
  });
});

test('a paired test says which run is better, by how much, or that it cannot tell', () => {
  const tested = (mean: number, low: number, high: number, pValue: number) =>
    pairedText({ difference: { mean, low, high }, pValue, rows: 100 }, 3, 1);
  expect(tested(0.012, 0.008, 0.016, 0.0004)).toBe('run 3 better by 0.012 (0.008 to 0.016), p < 0.001');
  expect(tested(-0.012, -0.016, -0.008, 0.032)).toBe('run 1 better by 0.012 (0.008 to 0.016), p = 0.032');
  expect(tested(0.001, -0.0031, 0.005, 0.41)).toBe('no difference that the test shows (−0.003 to 0.005, p = 0.41)');
  expect(tested(0, 0, 0, 1)).toBe('no difference that the test shows (0.000 to 0.000, p = 1.00)');
});

test('two runs with the same settings are said to be that, with what else differs', () => {
  const same = 'The two runs have the same settings and the same seed.';
  expect(sameSettingsText(run(2), run(1))).toBe(same);
  expect(sameSettingsText(run(2, { engine: 'wasm' }), run(1, { engine: 'webgpu' }))).toBe(
    `${same} Run 2 used WASM, run 1 WebGPU.`,
  );
  expect(sameSettingsText(run(2, { epochs: 1 }), run(1))).toBe(
    `${same} Run 2 ended after 1 epoch, run 1 after 3 epochs.`,
  );
});

test('an option that follows the data is told to be automatic', () => {
  expect(optionText(['cofactor-default'], 'temperature', 0, ROLES)).toBe('automatic');
  expect(optionText(['cofactor-default'], 'temperature', 8, ROLES)).toBe('8');
});
