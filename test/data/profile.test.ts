import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clean, NO_CLEANING } from '../../src/data/clean';
import { crosstabOf } from '../../src/data/crosstab';
import { columnDegrees, csrFromPairs, has, rowDegrees } from '../../src/data/csr';
import { toDataset } from '../../src/data/dataset';
import type { Interactions } from '../../src/data/interactions';
import { LoadReport } from '../../src/data/load-report';
import { mostFrequent } from '../../src/data/most-frequent';
import { profileOf, valueHistogram } from '../../src/data/profile';
import { StringTable } from '../../src/data/string-table';
import { summarise, summariseCleaned } from '../../src/data/summary';
import { plainSide, randomInteractions } from '../support/tiny';

const ROLES = { row: { one: 'book', many: 'books' }, column: { one: 'link', many: 'links' } };

test('mostFrequent is what sorting gives, without the zeros', () => {
  const counts = fc.array(fc.oneof(fc.integer({ min: 0, max: 4 }), fc.nat({ max: 1000 })), { maxLength: 60 });
  fc.assert(
    fc.property(counts, fc.integer({ min: 0, max: 12 }), (list, k) => {
      const sorted = list
        .map((_, i) => i)
        .filter((i) => list[i] > 0)
        .sort((a, b) => list[b] - list[a] || a - b);
      expect(mostFrequent(Uint32Array.from(list), k)).toEqual(sorted.slice(0, k));
    }),
  );
});

describe('valueHistogram', () => {
  test('has a bin for each of a few values, and tells their mean', () => {
    expect(valueHistogram(Float32Array.of(5, 0.5, 3, 5, Number.NaN))).toEqual({
      edges: [0.5, 3, 5],
      names: ['0.5', '3', '5'],
      counts: [1, 1, 2],
      mean: 13.5 / 4,
      minimum: 0.5,
      maximum: 5,
    });
  });

  test('puts each of many values into the bin whose edges hold it', () => {
    const values = fc.array(fc.float({ min: Math.fround(-50), max: Math.fround(1e5), noNaN: true }), {
      minLength: 20,
      maxLength: 200,
    });
    fc.assert(
      fc.property(values, (list) => {
        const histogram = valueHistogram(Float32Array.from(list));
        if (!histogram || new Set(list).size <= 12) return;
        const { edges, counts, names } = histogram;
        expect([edges.length, names.length]).toEqual([counts.length + 1, counts.length]);
        counts.forEach((count, i) => {
          const last = i === counts.length - 1;
          expect(count).toBe(list.filter((v) => v >= edges[i] && (last || v < edges[i + 1])).length);
        });
        expect(counts.reduce((a, b) => a + b)).toBe(list.length);
      }),
    );
  });

  test('doubles its bins over a wide range, as of plays', () => {
    const histogram = valueHistogram(Float32Array.from({ length: 20 }, (_, i) => 2 ** i));
    expect(histogram?.edges.slice(0, 4)).toEqual([1, 2, 4, 8]);
    expect(histogram?.counts).toEqual(Array(20).fill(1));
    expect(histogram?.names[3]).toBe('8 to less than 16');
    expect(histogram?.names.at(-1)).toBe('524,288 to 524,288');
  });

  test('of pairs without any value is none', () => {
    expect(valueHistogram(Float32Array.of(Number.NaN))).toBeNull();
  });
});

describe('profileOf', () => {
  const wiki = (): Interactions => {
    const { matrix } = csrFromPairs(3, 4, [0, 0, 1, 1, 2, 2, 2], [0, 1, 0, 2, 0, 1, 3]);
    return {
      matrix,
      values: null,
      timestamps: Float64Array.of(50, 20, Number.NaN, 30, 90, 40, 60),
      repeats: Uint32Array.of(1, 9, 1, 4, 1, 1, 85),
      row: { ...plainSide('r', 3), labels: StringTable.from(['Emma', 'Dune', 'Dracula']) },
      column: { ...plainSide('c', 4), labels: StringTable.from(['paperback', 'emma', 'Emma ', 'dune']) },
    };
  };

  test('finds the rows that others link to, in any case, by how many do', () => {
    const { connected } = profileOf(toDataset('books', ROLES, wiki()));
    expect(connected).toEqual([
      { index: 0, id: 'r0', label: 'Emma', count: 3 },
      { index: 1, id: 'r1', label: 'Dune', count: 1 },
    ]);
  });

  test('finds the pairs given most often, and the span of time', () => {
    const { topPairs, time, values } = profileOf(toDataset('books', ROLES, wiki()));
    expect(topPairs.map(({ row, column, repeats }) => [row.label, column.label, repeats])).toEqual([
      ['Dracula', 'dune', 85],
      ['Emma', 'emma', 9],
      ['Dune', 'Emma ', 4],
    ]);
    expect(time).toEqual({ first: 20, last: 90 });
    expect(values).toBeNull();
  });

  test('lists the columns with the most pairs, and counts of what more is known', () => {
    const category = { name: 'genre', kind: 'category' as const, values: StringTable.from(['novel']) };
    const data = wiki();
    const { mostLinked, featured } = profileOf(
      toDataset('books', ROLES, {
        ...data,
        row: { ...data.row, metadata: [{ ...category, codes: Int32Array.of(0, -1, 0) }] },
      }),
    );
    expect(mostLinked.map(({ label, degree }) => [label, degree])).toEqual([
      ['paperback', 3],
      ['emma', 2],
      ['Emma ', 1],
      ['dune', 1],
    ]);
    expect(featured).toEqual({ row: 2, column: 0 });
    const wide = randomInteractions(200, 100, 30);
    const listed = profileOf(toDataset('wide', ROLES, wide)).mostLinked;
    const degrees = columnDegrees(wide.matrix);
    expect(listed.map(({ degree }) => degree)).toEqual([...degrees].sort((a, b) => b - a).slice(0, 40));
    expect(listed.every(({ index, degree }) => degrees[index] === degree)).toBe(true);
  });
});

describe('crosstabOf', () => {
  test('crosses the 15 rows and columns with the most pairs, each with its value', () => {
    const data = randomInteractions(60, 40, 25);
    const { rows, columns, cells } = crosstabOf(toDataset('ratings', ROLES, data));
    expect([rows.length, columns.length, cells.length]).toEqual([15, 15, 225]);
    const degrees = rowDegrees(data.matrix);
    expect(rows.map(({ index }) => degrees[index])).toEqual([...degrees].sort((a, b) => b - a).slice(0, 15));
    rows.forEach((row, r) => {
      columns.forEach((column, c) => {
        const { offsets, indices } = data.matrix;
        const at = indices.findIndex(
          (i, k) => i === column.index && k >= offsets[row.index] && k < offsets[row.index + 1],
        );
        expect(cells[r * 15 + c]).toBe(at < 0 ? null : (data.values as Float32Array)[at]);
      });
    });
    expect(cells.filter((cell) => cell !== null).length).toBeGreaterThan(20);
  });

  test('says 1 for a pair where pairs have no value, and is as small as the data', () => {
    const data = { ...randomInteractions(3, 4, 4), values: null };
    const { rows, columns, cells } = crosstabOf(toDataset('tiny', ROLES, data));
    expect(cells).toEqual(
      rows.flatMap((row) => columns.map((column) => (has(data.matrix, row.index, column.index) ? 1 : null))),
    );
  });
});

test('the summary of a cleaned dataset keeps what reading told, and tells the sizes before', () => {
  const raw = toDataset('books', ROLES, randomInteractions(40, 20, 12));
  const counts = { emptyRows: 2, duplicatePairs: 3, mergedRows: 1 };
  const report = new LoadReport();
  report.reject({ file: 'books', line: 4, reason: 'no title', excerpt: '{}' });
  const read = summarise(raw, counts, report, { seconds: 2, bytes: 1000 });
  expect(read).toMatchObject({ cleaning: NO_CLEANING, effects: [], stopped: [], raw: { rows: 40, pairs: read.pairs } });
  const recipe = { ...NO_CLEANING, minimumValue: 3, stopColumns: ['c3', 'gone'] };
  const { interactions, effects } = clean(raw.interactions, recipe, ROLES);
  const after = summariseCleaned(
    { dataset: raw, summary: read },
    toDataset('books', ROLES, interactions),
    recipe,
    effects,
  );
  expect(after).toMatchObject({ emptyRows: 2, rejected: 1, seconds: 2, cleaning: recipe, effects, raw: read.raw });
  expect([after.rows, after.columns, after.pairs]).toEqual([
    interactions.matrix.rows,
    interactions.matrix.columns,
    interactions.matrix.indices.length,
  ]);
  expect(after.values?.minimum).toBe(3);
  expect(after.stopped).toEqual([
    { id: 'c3', label: 'c3' },
    { id: 'gone', label: 'gone' },
  ]);
});
