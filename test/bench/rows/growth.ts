import { own, torch } from '../contenders';
import type { PrepareWork, Row } from '../row';
import { generatedData } from '../works/generated';
import { assembled, TrainingWork } from '../works/training';

/** Rows; there are a third as many columns, and five pairs a row. */
const ROWS = [10_000, 100_000, 1_000_000];

const train =
  (rows: number): PrepareWork =>
  async (place) =>
    new TrainingWork(
      await place.engine(),
      assembled('two-tower', { dimensions: 32, negatives: 4 }, generatedData(rows, Math.round(rows / 3), 5 * rows)),
    );

export const row: Row = {
  id: 'growth',
  order: 7,
  title: 'cost of a pair as tables grow, dimension 32, 1,024 × (1 + 4), Adam that moves every row',
  unit: 'pairs',
  works: Object.fromEntries(ROWS.map((rows) => [String(rows), train(rows)])),
  lines: () =>
    ROWS.map((rows) => ({
      own: own(String(rows), 1, `${rows.toLocaleString('en')} rows, one thread`),
      peer: torch('pairs.py', String(rows), 1),
    })),
};
