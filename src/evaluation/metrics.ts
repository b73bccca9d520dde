/** Quality of ranked lists, as means over the rows that have held-out pairs. */
export interface RankingMetrics {
  /** Share of a row's held-out columns among its first k. */
  readonly recall: number;
  /** Share of the first k that is held out (Herlocker et al., 2004); k counts in full where fewer are shown. */
  readonly precision: number;
  /** Discounted gain over the best possible (Järvelin and Kekäläinen, 2002), binary relevance. */
  readonly ndcg: number;
  /** 1 / place of the first held-out column, 0 beyond k (Voorhees, 1999). */
  readonly mrr: number;
  /**
   * Mean of the precision at each find, over min(k, held-out columns): average precision cut at k,
   * as in the Million Song Dataset Challenge (McFee et al., 2012).
   */
  readonly map: number;
  /** Share of rows with at least one held-out column among their first k. */
  readonly hit: number;
  /** Share of the columns (of those that training has, where their degrees are given) among some row's first k. */
  readonly coverage: number;
  /**
   * Mean of −log₂ of the share of training rows that have a shown column (Zhou et al., 2010), in bits.
   * A column without any counts as if one row had it. Null where no degrees were given.
   */
  readonly novelty: number | null;
  /**
   * Gini index of how often each column is shown (Shani and Gunawardana, 2011): 0 when all are shown
   * alike, 1 when it is always the same one.
   */
  readonly gini: number;
  readonly k: number;
  /** Rows that were ranked. */
  readonly rows: number;
}

/** What one row adds to the means. */
export interface RowMetrics {
  readonly recall: number;
  readonly ndcg: number;
  /** 1 or 0. */
  readonly hit: number;
}

/** How common each column is in training. */
export interface Popularity {
  /** Training pairs of each column. */
  readonly degrees: ArrayLike<number>;
  /** Training rows. */
  readonly rows: number;
}

/** Adds up ranking metrics row by row. */
export class RankingTotals {
  private recall = 0;
  private found = 0;
  private ndcg = 0;
  private reciprocal = 0;
  private averagePrecision = 0;
  private hits = 0;
  private rows = 0;
  private readonly shown: Uint32Array;

  constructor(
    private readonly k: number,
    columns: number,
    private readonly popularity: Popularity | null = null,
  ) {
    this.shown = new Uint32Array(columns);
  }

  /** `ranked`: the row's first k columns, best first. `heldOut`: its held-out columns, ascending, at least one. */
  add(ranked: ArrayLike<number>, heldOut: Uint32Array): RowMetrics {
    const wanted = new Set(heldOut);
    let found = 0;
    let gain = 0;
    let precisions = 0;
    for (let i = 0; i < ranked.length; i++) {
      this.shown[ranked[i]]++;
      if (!wanted.has(ranked[i])) continue;
      found++;
      if (found === 1) this.reciprocal += 1 / (i + 1);
      gain += 1 / Math.log2(i + 2);
      precisions += found / (i + 1);
    }
    const reachable = Math.min(this.k, wanted.size);
    let best = 0;
    for (let i = 0; i < reachable; i++) best += 1 / Math.log2(i + 2);
    const row = { recall: found / wanted.size, ndcg: gain / best, hit: found > 0 ? 1 : 0 };
    this.recall += row.recall;
    this.ndcg += row.ndcg;
    this.hits += row.hit;
    this.found += found;
    this.averagePrecision += precisions / reachable;
    this.rows++;
    return row;
  }

  result(): RankingMetrics {
    const rows = Math.max(1, this.rows);
    let shown = 0;
    let there = 0;
    for (let c = 0; c < this.shown.length; c++) {
      if (this.popularity && this.popularity.degrees[c] === 0) continue;
      there++;
      if (this.shown[c] > 0) shown++;
    }
    return {
      recall: this.recall / rows,
      precision: this.found / (rows * this.k),
      ndcg: this.ndcg / rows,
      mrr: this.reciprocal / rows,
      map: this.averagePrecision / rows,
      hit: this.hits / rows,
      coverage: shown / Math.max(1, there),
      novelty: this.popularity ? novelty(this.shown, this.popularity) : null,
      gini: giniIndex(this.shown),
      k: this.k,
      rows: this.rows,
    };
  }
}

function novelty(shown: Uint32Array, { degrees, rows }: Popularity): number {
  let bits = 0;
  let total = 0;
  for (let c = 0; c < shown.length; c++) {
    bits += shown[c] * Math.log2(rows / Math.max(1, degrees[c]));
    total += shown[c];
  }
  return total > 0 ? bits / total : 0;
}

/** Gini index of `counts`: Σ (2i − n − 1) xᵢ / ((n − 1) Σ xᵢ) over ascending xᵢ; 0 where nothing is counted. */
export function giniIndex(counts: Uint32Array): number {
  const ascending = counts.slice().sort();
  const n = ascending.length;
  let weighted = 0;
  let total = 0;
  for (let i = 0; i < n; i++) {
    weighted += (2 * i + 1 - n) * ascending[i];
    total += ascending[i];
  }
  return total > 0 && n > 1 ? weighted / ((n - 1) * total) : 0;
}
