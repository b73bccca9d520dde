import { type Csr, csrFromPairs } from '../../src/data/csr';
import type { EntityTable, Interactions } from '../../src/data/interactions';
import { Random } from '../../src/data/random';
import { StringTable } from '../../src/data/string-table';

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

/** Labels and ids `c0`, `c1`, …: a side without metadata. */
export function plainSide(prefix: string, count: number): EntityTable {
  const names = StringTable.from(Array.from({ length: count }, (_, i) => `${prefix}${i}`));
  return { ids: names, labels: names, metadata: [] };
}

/** A seeded random dataset with ratings, timestamps (some alike) and repeats. */
export function randomInteractions(rows: number, columns: number, most: number, seed = 7): Interactions {
  const matrix = randomMatrix(rows, columns, most, seed);
  const random = new Random(seed + 1);
  const pairs = matrix.indices.length;
  return {
    matrix,
    values: Float32Array.from({ length: pairs }, () => 1 + random.integer(5)),
    timestamps: Float64Array.from({ length: pairs }, () => random.integer(pairs)),
    repeats: Uint32Array.from({ length: pairs }, () => 1 + random.integer(3)),
    row: plainSide('r', rows),
    column: plainSide('c', columns),
  };
}
