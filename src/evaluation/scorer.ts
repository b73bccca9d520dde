import { type Csr, pickRows } from '../data/csr';
import { BestColumns } from '../engines/best-columns';
import type { Skip, TopColumns } from '../engines/engine';

/** Scores of rows against all columns, rows × columns. May be written over by the caller. */
export interface RankingScorer {
  (rows: Int32Array): Promise<Float32Array> | Float32Array;
  /** Present where the best columns are found without all scores; see `BlockScorer.top`. */
  readonly top?: (rows: Int32Array, k: number, skip: Skip | null) => Promise<TopColumns>;
}

/** Vectors whose products are scores, for an engine to multiply: rows × dimensions and columns × dimensions. */
export interface Factors {
  readonly dimensions: number;
  readonly rows: Float32Array;
  readonly columns: Float32Array;
}

/** What lists are made of. */
export interface ListQuestion {
  readonly rows: Int32Array;
  readonly columns: number;
  /** Length of the lists. */
  readonly k: number;
  /** What rows have already, and their lists leave out; null for nothing. */
  readonly seen: Csr | null;
}

/** The best columns of some rows. What is not a number is never among them, not even where fewer than k are left. */
export async function topColumns(scorer: RankingScorer, { rows, columns, k, seen }: ListQuestion): Promise<TopColumns> {
  const skip = seen && pickRows(seen, rows);
  if (scorer.top) return scorer.top(rows, k, skip);
  const best = new BestColumns(rows.length, k, { columns, skip });
  best.take(await scorer(rows), 0, columns);
  return best.result();
}
