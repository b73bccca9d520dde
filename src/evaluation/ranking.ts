import { type Csr, columnDegrees, rowOf } from '../data/csr';
import { Random } from '../data/random';
import { topOf } from '../engines/best-columns';
import { checkpoint, type TaskContext } from '../task';
import { type RankingMetrics, RankingTotals } from './metrics';
import { type RankingScorer, topColumns } from './scorer';

export type { RankingScorer } from './scorer';

export interface RankingOptions {
  /** Length of the lists. */
  readonly k: number;
  /** True (the default): columns that a row has in training are not shown. False: they are, and count. */
  readonly excludeSeen?: boolean;
  /** A seeded choice of at most `limit` of the rows with held-out pairs; all when left out. */
  readonly rows?: { readonly limit: number; readonly seed: number };
}

/** Metrics of each ranked row, in the order of `rows`, which ascends. */
export interface PerRow {
  readonly rows: Int32Array;
  readonly recall: Float32Array;
  readonly ndcg: Float32Array;
  /** 1 where at least one held-out column was found. */
  readonly hit: Float32Array;
}

export interface Ranked {
  readonly metrics: RankingMetrics;
  readonly perRow: PerRow;
  /** For each pair of heldOut.indices its place in the row's list, from 1; 0 where it is not in it. */
  readonly places: Uint32Array;
}

const BLOCK = 256;

/**
 * Full ranking, with what intervals and slices are made of: for every row with held-out pairs the
 * columns that it does not have in training are ranked, and the held-out ones looked for among the
 * first k. Null when nothing is held out.
 */
export async function rankHeldOut(
  split: { train: Csr; heldOut: Csr },
  scorer: RankingScorer,
  options: RankingOptions,
  task: TaskContext,
): Promise<Ranked | null> {
  const { train, heldOut } = split;
  const { k, excludeSeen = true } = options;
  const tested = testedRows(heldOut, options.rows);
  if (tested.length === 0) return null;
  const totals = new RankingTotals(k, train.columns, { degrees: columnDegrees(train), rows: train.rows });
  const recall = new Float32Array(tested.length);
  const ndcg = new Float32Array(tested.length);
  const hit = new Float32Array(tested.length);
  const places = new Uint32Array(heldOut.indices.length);
  const placeOf = new Uint32Array(train.columns);
  for (let start = 0; start < tested.length; start += BLOCK) {
    const rows = tested.slice(start, start + BLOCK);
    const top = await topColumns(scorer, { rows, columns: train.columns, k, seen: excludeSeen ? train : null });
    for (let b = 0; b < rows.length; b++) {
      const ranked = topOf(top, b);
      const result = totals.add(ranked, rowOf(heldOut, rows[b]));
      recall[start + b] = result.recall;
      ndcg[start + b] = result.ndcg;
      hit[start + b] = result.hit;
      for (let i = 0; i < ranked.length; i++) placeOf[ranked[i]] = i + 1;
      for (let i = heldOut.offsets[rows[b]]; i < heldOut.offsets[rows[b] + 1]; i++) {
        places[i] = placeOf[heldOut.indices[i]];
      }
      for (const column of ranked) placeOf[column] = 0;
    }
    await checkpoint(task, (start + rows.length) / tested.length);
  }
  return { metrics: totals.result(), perRow: { rows: tested, recall, ndcg, hit }, places };
}

/** The metrics alone of {@link rankHeldOut}, over all rows, seen columns left out. */
export async function evaluateRanking(
  split: { train: Csr; heldOut: Csr },
  scorer: RankingScorer,
  k: number,
  task: TaskContext,
): Promise<RankingMetrics | null> {
  return (await rankHeldOut(split, scorer, { k }, task))?.metrics ?? null;
}

function testedRows(heldOut: Csr, choice: RankingOptions['rows']): Int32Array {
  const tested: number[] = [];
  for (let r = 0; r < heldOut.rows; r++) if (heldOut.offsets[r + 1] > heldOut.offsets[r]) tested.push(r);
  if (!choice || tested.length <= choice.limit) return Int32Array.from(tested);
  return Int32Array.from(Random.derive(choice.seed, 'ranked rows').shuffle(tested).slice(0, choice.limit)).sort();
}
