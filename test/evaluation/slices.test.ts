import { expect, test } from 'vitest';
import { columnDegrees, csrFromPairs, rowDegrees } from '../../src/data/csr';
import type { MetadataColumn } from '../../src/data/metadata';
import { splitPairs } from '../../src/data/split';
import { StringTable } from '../../src/data/string-table';
import { popular } from '../../src/evaluation/baselines/popular';
import { type PerRow, rankHeldOut } from '../../src/evaluation/ranking';
import { sliceByColumnDegree, sliceByMetadata, sliceByRowDegree, splitValue } from '../../src/evaluation/slices';
import { task } from '../support/task';
import { randomMatrix } from '../support/tiny';

/** Ranked rows with a recall each; hit is 1 where there is any, ndcg half of the recall. */
function perRowOf(rows: number[], recall: number[]): PerRow {
  return {
    rows: Int32Array.from(rows),
    recall: Float32Array.from(recall),
    ndcg: Float32Array.from(recall, (value) => value / 2),
    hit: Float32Array.from(recall, Math.sign),
  };
}

function metadataOf(values: (string | null)[]): MetadataColumn {
  const distinct = [...new Set(values.filter((value) => value !== null))];
  return {
    name: 'genre',
    kind: 'category',
    values: StringTable.from(distinct),
    codes: Int32Array.from(values, (value) => (value === null ? -1 : distinct.indexOf(value))),
  };
}

test('rows by degree: groups of about as many rows, cold first, with their bounds', () => {
  // Row 2 is not ranked.
  const perRow = perRowOf([0, 1, 3, 4], [0, 0.5, 1, 0.25]);
  expect(sliceByRowDegree(perRow, [9, 2, 100, 5, 7], 2)).toEqual([
    { minimum: 2, maximum: 5, rows: 2, recall: 0.75, ndcg: 0.375, hit: 1 },
    { minimum: 7, maximum: 9, rows: 2, recall: 0.125, ndcg: 0.0625, hit: 0.5 },
  ]);
});

test('rows of one degree stay in one group, and no group is empty', () => {
  const perRow = perRowOf([0, 1, 2, 3, 4], [1, 1, 1, 0, 0]);
  expect(
    sliceByRowDegree(perRow, [3, 3, 3, 3, 8], 4).map(({ minimum, maximum, rows }) => [minimum, maximum, rows]),
  ).toEqual([
    [3, 3, 4],
    [8, 8, 1],
  ]);
  expect(sliceByRowDegree(perRowOf([], []), [])).toEqual([]);
});

test('pairs by the popularity of their column', () => {
  // Held out: row 0: 0, 1; row 1: 2; row 2: 3, which was not ranked.
  const heldOut = csrFromPairs(3, 4, [0, 0, 1, 2], [0, 1, 2, 3]).matrix;
  const ranked = { perRow: perRowOf([0, 1], [0.5, 1]), places: Uint32Array.of(0, 1, 2, 0) };
  expect(sliceByColumnDegree(ranked, heldOut, [1, 40, 6, 2])).toEqual([
    { minimum: 1, maximum: 1, columns: 1, pairs: 1, recall: 0 },
    { minimum: 6, maximum: 6, columns: 1, pairs: 1, recall: 1 },
    { minimum: 40, maximum: 40, columns: 1, pairs: 1, recall: 1 },
  ]);
});

test('slices of a real ranking add up to the whole', async () => {
  const split = splitPairs({ matrix: randomMatrix(400, 60, 14) }, { fraction: 0.3, minimumDegree: 3, seed: 1 });
  const ranked = await rankHeldOut(split, popular(split.train), { k: 10 }, task());
  if (!ranked) throw new Error('expected held-out pairs');
  const byDegree = sliceByRowDegree(ranked.perRow, rowDegrees(split.train));
  expect(byDegree.length).toBe(4);
  const rows = byDegree.reduce((sum, slice) => sum + slice.rows, 0);
  expect(rows).toBe(ranked.metrics.rows);
  expect(byDegree.reduce((sum, slice) => sum + slice.rows * slice.recall, 0) / rows).toBeCloseTo(
    ranked.metrics.recall,
    6,
  );
  byDegree.forEach((slice, i) => {
    if (i > 0) expect(slice.minimum).toBeGreaterThan(byDegree[i - 1].maximum);
  });
  const thirds = sliceByColumnDegree(ranked, split.heldOut, columnDegrees(split.train));
  expect(thirds.length).toBe(3);
  expect(thirds.reduce((sum, { pairs }) => sum + pairs, 0)).toBe(split.heldOut.indices.length);
  expect(thirds.reduce((sum, { pairs, recall }) => sum + pairs * recall, 0)).toBeCloseTo(
    ranked.metrics.precision * 10 * rows,
    6,
  );
  // Popular finds what is popular.
  expect(thirds[2].recall).toBeGreaterThan(thirds[0].recall);
});

test('rows by a value of their metadata: parts of a value, the others, and none', () => {
  const metadata = metadataOf(['Drama|War', 'Drama', null, 'Comedy | Drama', 'Western', 'War']);
  const slices = sliceByMetadata(perRowOf([0, 1, 2, 3, 4], [1, 0, 1, 0.5, 0]), metadata, 2);
  expect(slices.map(({ kind, value, rows, recall }) => [kind, value, rows, recall])).toEqual([
    ['value', 'Drama', 3, 0.5],
    ['value', 'Comedy', 1, 0.5],
    ['other', null, 2, 0.5],
    ['none', null, 1, 1],
  ]);
});

test('without other values and gaps there are no such slices', () => {
  expect(sliceByMetadata(perRowOf([0], [1]), metadataOf(['a'])).map(({ kind }) => kind)).toEqual(['value']);
});

test('a value is split at its bars, without doubles and blanks', () => {
  expect(splitValue('a| b |a||')).toEqual(['a', 'b']);
  expect(splitValue(null)).toEqual([]);
});
