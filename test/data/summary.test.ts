import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { degreeHistogram } from '../../src/data/summary';
import { jsonLines, loadContent } from '../support/loading';

const degrees = fc.array(fc.oneof(fc.integer({ min: 1, max: 15 }), fc.integer({ min: 1, max: 5000 })));

describe('degreeHistogram', () => {
  test('counts each degree in the bin whose edges hold it', () => {
    fc.assert(
      fc.property(degrees, (list) => {
        const { edges, counts } = degreeHistogram(Uint32Array.from(list));
        expect(counts.length).toBe(edges.length - 1);
        counts.forEach((count, i) => {
          expect(edges[i + 1]).toBeGreaterThan(edges[i]);
          expect(count).toBe(list.filter((degree) => degree >= edges[i] && degree < edges[i + 1]).length);
        });
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(list.length);
      }),
    );
  });

  test('has bins of one while the largest is small, else doubling ones', () => {
    expect(degreeHistogram(Uint32Array.of(1, 100)).edges).toEqual([1, 2, 4, 8, 16, 32, 64, 101]);
    expect(degreeHistogram(Uint32Array.of(3, 1, 3))).toEqual({
      edges: [1, 2, 3, 4],
      counts: [1, 0, 2],
      median: 3,
      maximum: 3,
    });
  });

  test.each([10, 32, 33, 63, 64, 65])('closes its last bin just past the largest degree, %d', (maximum) => {
    const { edges, counts } = degreeHistogram(Uint32Array.of(1, maximum));
    expect(edges.at(-1)).toBe(maximum + 1);
    expect(counts.at(-1)).toBe(1);
  });

  test('does not count degree 0', () => {
    const { counts, median } = degreeHistogram(Uint32Array.of(0, 0, 0, 2));
    expect(counts).toEqual([0, 1]);
    expect(median).toBe(0);
  });

  test('sorts degrees as numbers for the median, and leaves its argument alone', () => {
    const list = Uint32Array.of(100, 9, 20);
    expect(degreeHistogram(list).median).toBe(20);
    expect([...list]).toEqual([100, 9, 20]);
  });

  test('of nothing is empty', () => {
    expect(degreeHistogram(new Uint32Array(0))).toEqual({ edges: [1], counts: [], median: 0, maximum: 0 });
  });
});

describe('summarise', () => {
  const text = jsonLines(
    { id: 'w1', title: 'Tides', medium: 'ink', tags: Array.from({ length: 11 }, (_, i) => `t${i}`) },
    { id: 'w2', title: 'Moon', medium: 'oil', tags: ['t0'] },
    ...Array.from({ length: 30 }, (_, i) => ({ id: `x${i}`, title: 'Study', medium: 'oil', tags: ['t1'] })),
  );

  test('counts, and shows the first rows with their first columns', async () => {
    const { summary } = await loadContent('works.jsonl', text);
    expect([summary.rows, summary.columns, summary.pairs]).toEqual([32, 11, 42]);
    expect(summary.density).toBeCloseTo(42 / (32 * 11), 12);
    expect(summary.bytes).toBe(text.length);
    expect(summary.head.length).toBe(20);
    expect(summary.head.slice(0, 3)).toEqual([
      { id: 'w1', label: 'Tides', columns: ['t0', 't1', 't2', 't3', 't4', 't5', 't6', 't7'], more: 3 },
      { id: 'w2', label: 'Moon', columns: ['t0'], more: 0 },
      { id: 'x0', label: 'Study (x0)', columns: ['t1'], more: 0 },
    ]);
    expect(summary.rowDegrees.maximum).toBe(11);
    expect(summary.columnDegrees.counts.slice(0, 2)).toEqual([9, 1]);
  });

  test('names the fields of rows and what they tell of columns', async () => {
    const { summary } = await loadContent('works.jsonl', text);
    expect(summary.rowFields).toEqual([{ name: 'medium', kind: 'category' }]);
    expect(summary.columnFields).toEqual([{ name: 'most frequent medium', kind: 'category' }]);
  });
});
