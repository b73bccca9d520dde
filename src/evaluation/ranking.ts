import { type Csr, rowOf } from '../data/csr';
import { topK } from '../embedding/top-k';
import { type RankingMetrics, RankingTotals } from './metrics';

/** Scores of rows against all columns, rows × columns. May be written over by the caller. */
export type Scorer = (rows: Int32Array) => Promise<Float32Array> | Float32Array;

const BLOCK = 256;

/**
 * Full ranking: for every row with held-out pairs all columns that it does not have in training are
 * ranked, and the held-out ones looked for among the first k. Null when nothing is held out.
 */
export async function evaluateRanking(
  split: { train: Csr; heldOut: Csr },
  scorer: Scorer,
  k: number,
  world: { breathe: () => Promise<void>; signal?: AbortSignal; onProgress?: (share: number) => void },
): Promise<RankingMetrics | null> {
  const { train, heldOut } = split;
  const tested: number[] = [];
  for (let r = 0; r < heldOut.rows; r++) if (heldOut.offsets[r + 1] > heldOut.offsets[r]) tested.push(r);
  if (tested.length === 0) return null;
  const totals = new RankingTotals(k, train.columns);
  for (let start = 0; start < tested.length; start += BLOCK) {
    const rows = Int32Array.from(tested.slice(start, start + BLOCK));
    const scores = await scorer(rows);
    for (let b = 0; b < rows.length; b++) {
      const row = scores.subarray(b * train.columns, (b + 1) * train.columns);
      for (const column of rowOf(train, rows[b])) row[column] = Number.NEGATIVE_INFINITY;
      totals.add(topK(row, k), rowOf(heldOut, rows[b]));
    }
    world.onProgress?.((start + rows.length) / tested.length);
    await world.breathe();
    world.signal?.throwIfAborted();
  }
  return totals.result();
}
