/** Quality of ranked lists, as means over the rows that have held-out pairs. */
export interface RankingMetrics {
  /** Share of a row's held-out columns among its first k. */
  readonly recall: number;
  /** Discounted gain over the best possible (Järvelin and Kekäläinen, 2002), binary relevance. */
  readonly ndcg: number;
  /** Share of rows with at least one held-out column among their first k. */
  readonly hit: number;
  /** Share of all columns that stand among some row's first k. */
  readonly coverage: number;
  readonly k: number;
  /** Rows that were ranked. */
  readonly rows: number;
}

/** Adds up ranking metrics row by row. */
export class RankingTotals {
  private recall = 0;
  private ndcg = 0;
  private hits = 0;
  private rows = 0;
  private readonly shown: Uint8Array;

  constructor(
    private readonly k: number,
    columns: number,
  ) {
    this.shown = new Uint8Array(columns);
  }

  /** `ranked`: the row's first k columns, best first. `heldOut`: its held-out columns, ascending. */
  add(ranked: ArrayLike<number>, heldOut: Uint32Array): void {
    const wanted = new Set(heldOut);
    let found = 0;
    let gain = 0;
    for (let i = 0; i < ranked.length; i++) {
      this.shown[ranked[i]] = 1;
      if (!wanted.has(ranked[i])) continue;
      found++;
      gain += 1 / Math.log2(i + 2);
    }
    let best = 0;
    for (let i = 0; i < Math.min(this.k, wanted.size); i++) best += 1 / Math.log2(i + 2);
    this.recall += found / wanted.size;
    this.ndcg += gain / best;
    this.hits += found > 0 ? 1 : 0;
    this.rows++;
  }

  result(): RankingMetrics {
    const rows = Math.max(1, this.rows);
    let shown = 0;
    for (const flag of this.shown) shown += flag;
    return {
      recall: this.recall / rows,
      ndcg: this.ndcg / rows,
      hit: this.hits / rows,
      coverage: shown / this.shown.length,
      k: this.k,
      rows: this.rows,
    };
  }
}
