import { expect, test } from 'vitest';
import { csrFromPairs, rowOf } from '../../src/data/csr';
import { itemKnn, similarColumns } from '../../src/evaluation/baselines/item-knn';
import { popular } from '../../src/evaluation/baselines/popular';
import { breathe, randomMatrix } from '../support/tiny';

// Rows: {0,1}, {0,1,2}, {0,2}, {3}.
const { matrix } = csrFromPairs(4, 4, [0, 0, 1, 1, 1, 2, 2, 3], [0, 1, 0, 1, 2, 0, 2, 3]);

test('Popular scores every column by its number of rows', async () => {
  expect([...(await popular(matrix)(Int32Array.of(3, 0)))]).toEqual([3, 2, 2, 1, 3, 2, 2, 1]);
});

test('ItemKNN similarities are the shrunk cosines worked out by hand', async () => {
  const { columns, similarities } = await similarColumns(matrix, { neighbours: 10, shrink: 1 }, breathe);
  // Column 0 occurs in three rows, 1 and 2 in two; 0 with 1 twice, 0 with 2 twice, 1 with 2 once.
  expect([...columns[1]]).toEqual([0, 2]);
  expect(similarities[1][0]).toBeCloseTo(2 / (Math.sqrt(6) + 1), 6);
  expect(similarities[1][1]).toBeCloseTo(1 / 3, 6);
  expect([...columns[3]]).toEqual([]);
});

test('ItemKNN keeps only the nearest columns asked for', async () => {
  const { columns } = await similarColumns(matrix, { neighbours: 1, shrink: 1 }, breathe);
  expect(columns.map((list) => list.length)).toEqual([1, 1, 1, 0]);
});

test('ItemKNN scores equal the matrix product written out', async () => {
  const train = randomMatrix(60, 20, 6);
  const options = { neighbours: 20, shrink: 10 };
  const scores = await itemKnn(train, await similarColumns(train, options, breathe))(Int32Array.of(5, 17));
  const together = (i: number, j: number) =>
    Array.from({ length: 60 }, (_, r) => rowOf(train, r)).filter((row) => row.includes(i) && row.includes(j)).length;
  [5, 17].forEach((row, b) => {
    for (let j = 0; j < 20; j++) {
      let expected = 0;
      for (const i of rowOf(train, row)) {
        if (i !== j) expected += together(i, j) / (Math.sqrt(together(i, i) * together(j, j)) + 10);
      }
      expect(scores[b * 20 + j]).toBeCloseTo(expected, 5);
    }
  });
});
