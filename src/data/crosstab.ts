import { columnDegrees, has, rowDegrees } from './csr';
import { type Dataset, type Named, named } from './dataset';
import { mostFrequent } from './most-frequent';

/** The most frequent rows by the most frequent columns: a look at the densest corner of the matrix. */
export interface Crosstab {
  readonly rows: readonly Named[];
  readonly columns: readonly Named[];
  /** Row by row the value of a pair, 1 where this data has no values; null without a pair or its value. */
  readonly cells: readonly (number | null)[];
}

const SIZE = 15;

/** The 15 rows and 15 columns with the most pairs, the most frequent first. */
export function crosstabOf(dataset: Dataset): Crosstab {
  const { matrix, values } = dataset.interactions;
  const rows = mostFrequent(rowDegrees(matrix), SIZE);
  const columns = mostFrequent(columnDegrees(matrix), SIZE);
  return {
    rows: rows.map((index) => named(dataset, 'row', index)),
    columns: columns.map((index) => named(dataset, 'column', index)),
    cells: rows.flatMap((r) =>
      columns.map((c) => {
        if (!has(matrix, r, c)) return null;
        if (!values) return 1;
        const value = values[matrix.indices.indexOf(c, matrix.offsets[r])];
        return Number.isNaN(value) ? null : value;
      }),
    ),
  };
}
