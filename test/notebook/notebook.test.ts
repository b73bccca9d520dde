import { expect, test } from 'vitest';
import { article } from '../../src/data/words';
import type { CellType } from '../../src/notebook/cell';
import { CellGraph } from '../../src/notebook/cell-graph';
import {
  aboutDuration,
  count,
  countOf,
  duration,
  fixed,
  plainNumber,
  short,
  significant,
} from '../../src/notebook/format';
import { DEFAULT_NOTEBOOK, toNotebook, toSpec } from '../../src/notebook/notebook';
import { parseSpec } from '../../src/notebook/parse-spec';
import { fillRoles } from '../../src/notebook/prose';
import { TrainingLog } from '../../src/notebook/training-log';
import type { TrainingProgress } from '../../src/training/trainer';

const cell = (id: string, ...needs: string[]): CellType => ({
  id,
  needs,
  order: 0,
  title: () => id,
  prose: () => id,
  run: async () => undefined,
  View: () => null,
});

function specOf(text: string) {
  const parsed = parseSpec(text);
  if (!parsed) throw new Error('expected a notebook of this version');
  return parsed.spec;
}

test('what hangs on a cell, directly or not, in reading order', () => {
  const graph = new CellGraph([cell('a'), cell('b', 'a'), cell('c', 'b'), cell('d'), cell('e', 'c', 'd')]);
  expect(graph.downstream('a')).toEqual(['b', 'c', 'e']);
  expect(graph.downstream('d')).toEqual(['e']);
  expect(graph.downstream('e')).toEqual([]);
});

test('a graph refuses doubled cells and needs that come later', () => {
  expect(() => new CellGraph([cell('a'), cell('a')])).toThrow('expected one cell “a”, found two');
  expect(() => new CellGraph([cell('a', 'b'), cell('b')])).toThrow('expected a cell “b” before “a”, found none');
});

test('a saved notebook comes back as it was, and what is no notebook is passed over', () => {
  const notebook = {
    ...DEFAULT_NOTEBOOK,
    theme: 'dark' as const,
    model: { preset: 'wellcome', options: { epochs: 3 } },
    cleaning: { file: 'books.ndjson', recipe: { minimumRowPairs: 3, stopColumns: ['paperback'] } },
  };
  expect(parseSpec(JSON.stringify(toSpec(notebook)))).toMatchObject({ leftOut: [] });
  expect(toNotebook(specOf(JSON.stringify(toSpec(notebook))))).toEqual(notebook);
  expect(toNotebook({ version: 1 })).toEqual(DEFAULT_NOTEBOOK);
  expect(parseSpec('{"version": 2}')).toBeNull();
  expect(toSpec(DEFAULT_NOTEBOOK)).not.toHaveProperty('cleaning');
  expect(parseSpec('not json')).toBeNull();
  expect(parseSpec('null')).toBeNull();
});

test('what was measured comes back in the same browser and build, and is left out elsewhere', () => {
  const speeds = [
    {
      engine: 'webgpu' as const,
      title: 'WebGPU',
      pairsPerSecond: null,
      missing: 'WebGPU found no graphics processor.',
    },
    { engine: 'wasm' as const, title: 'WASM', pairsPerSecond: 12.3e6, missing: null },
  ];
  const notebook = {
    ...DEFAULT_NOTEBOOK,
    theme: 'dark' as const,
    measured: { environmentKey: 'this browser', speeds },
  };
  const saved = JSON.stringify(toSpec(notebook));
  const spec = specOf(saved);
  expect(toNotebook(spec, 'this browser')).toEqual(notebook);
  expect(toNotebook(spec, 'another browser')).toEqual({ ...notebook, measured: null });
  // Measured otherwise: only that is let go.
  const earlier = saved.replace('"measured":{"version":2', '"measured":{"version":1');
  expect(toNotebook(specOf(earlier), 'this browser')).toEqual({ ...notebook, measured: null });
});

test('the log keeps a moving average without a start of its own, and rewinds when a device was lost', () => {
  const log = new TrainingLog();
  const report = (firstStep: number, losses: number[], heldOut: { step: number; loss: number }[] = []) =>
    log.add({
      firstStep,
      losses: Float32Array.from(losses),
      heldOut,
      notice: null,
      steps: 10_000,
    } as unknown as TrainingProgress);
  report(0, Array(100).fill(2));
  expect(log.smoothed.at(-1)).toBeCloseTo(2, 12);
  report(100, Array(50).fill(4), [{ step: 150, loss: 1 }]);
  // A constant stays itself from the first step on; then each step moves the average by a hundredth, a little more at the beginning.
  expect(log.smoothed[0]).toBe(2);
  expect(log.smoothed[100]).toBeCloseTo(2 + (2 * 0.01) / (1 - 0.99 ** 101), 12);
  const average = (losses: readonly number[]) => {
    const weight = (i: number) => 0.99 ** (losses.length - 1 - i);
    const total = losses.reduce((sum, _, i) => sum + weight(i), 0);
    return losses.reduce((sum, loss, i) => sum + weight(i) * loss, 0) / total;
  };
  expect(log.smoothed.at(-1)).toBeCloseTo(average([...Array(100).fill(2), ...Array(50).fill(4)]), 12);
  report(120, [8]);
  expect(log.losses).toHaveLength(121);
  expect(log.heldOut).toEqual([]);
  expect(log.smoothed.at(-1)).toBeCloseTo(average([...Array(100).fill(2), ...Array(20).fill(4), 8]), 12);
});

test.each([
  [300, 10],
  [2500, 50],
  [100_000, 100],
])('of a run of %d steps the moving average looks back over %d', (steps, window) => {
  const log = new TrainingLog();
  log.add({ firstStep: 0, losses: Float32Array.of(1, 0), heldOut: [], steps } as unknown as TrainingProgress);
  const decay = 1 - 1 / window;
  expect(log.smoothed).toEqual([1, expect.closeTo(decay / (1 + decay), 12)]);
});

test('numbers have a true minus and their thousands apart, whatever their digits', () => {
  expect([-0.25, -0.0004, 14820, 3].map((value) => fixed(value, 2))).toEqual(['−0.25', '0.00', '14,820.00', '3.00']);
  expect([-1597.4, 14820, 0.0031416, 100, 3e-9, 0].map((value) => significant(value, 3))).toEqual([
    '−1,600',
    '14,800',
    '0.00314',
    '100',
    '3.00e−9',
    '0.00',
  ]);
  expect([0.05, -1, 1e-6, 1e30].map((value) => plainNumber(value, 3))).toEqual(['0.05', '−1', '0.000001', '1e30']);
  expect([0, 4].map(aboutDuration)).toEqual(['under 0.1 s', 'about 4.0 s']);
});

test('a or an, by the sound of the word', () => {
  expect(['icon', 'user', 'tag', 'union', 'object', 'hour'].map(article)).toEqual([
    'an icon',
    'a user',
    'a tag',
    'a union',
    'an object',
    'an hour',
  ]);
  expect(
    fillRoles('A {row} of {columns}', { row: { one: 'item', many: 'items' }, column: { one: 'x', many: 'xs' } }),
  ).toBe('An item of xs');
});

test('numbers and durations in words', () => {
  expect(count(22268)).toBe('22,268');
  expect(countOf(1, { one: 'work', many: 'works' })).toBe('1 work');
  expect([0.04, 9.96, 59.6, 200, 7500].map(duration)).toEqual([
    'under 0.1 s',
    '10 s',
    '1 min 0 s',
    '3 min 20 s',
    '2 h 5 min',
  ]);
  expect([512, 45_098, 1_444_000, 2.5e9].map(short)).toEqual(['512', '45 thousand', '1.4 million', '2.5 billion']);
});

test('texts take the data’s own words', () => {
  const roles = { row: { one: 'icon', many: 'icons' }, column: { one: 'tag', many: 'tags' } };
  expect(fillRoles('{rows} have {columns}; A {row} has a {column}; $\\frac{a}{b}$', roles)).toBe(
    'icons have tags; An icon has a tag; $\\frac{a}{b}$',
  );
});
