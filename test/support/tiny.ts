import { type Csr, csrFromPairs } from '../../src/data/csr';
import { Random } from '../../src/data/random';

/** A seeded random matrix in which each row has between one and `most` columns. */
export function randomMatrix(rows: number, columns: number, most: number, seed = 7): Csr {
  const random = new Random(seed);
  const pairRows: number[] = [];
  const pairColumns: number[] = [];
  for (let r = 0; r < rows; r++) {
    const degree = 1 + random.integer(most);
    for (let i = 0; i < degree; i++) {
      pairRows.push(r);
      pairColumns.push(random.integer(columns));
    }
  }
  return csrFromPairs(rows, columns, pairRows, pairColumns).matrix;
}

/** For tests: messages need no turn. */
export const breathe = async (): Promise<void> => undefined;
