import { expect, test } from 'vitest';
import { rowOf } from '../../src/data/csr';
import { featureInputs } from '../../src/engines/pooled-inputs';
import { randomMatrix } from '../support/tiny';

test('the features of entries are each added once, for an entry that occurs twice too', () => {
  const features = randomMatrix(60, 5, 3, 5);
  const entries = Int32Array.of(7, 0, 59, 7, 12);
  const { columns, pairRows, pairColumns, weights } = featureInputs(features, entries);
  const cells: number[][] = Array.from(entries, () => []);
  pairRows.forEach((entry, p) => {
    cells[entry].push(columns[pairColumns[p]]);
  });
  expect(cells).toEqual(Array.from(entries, (entry) => [...rowOf(features, entry)]));
  expect(new Set(weights)).toEqual(new Set([1]));
});

test('no entries have no features', () => {
  expect(featureInputs(randomMatrix(6, 5, 3, 5), new Int32Array(0)).pairRows).toHaveLength(0);
});
