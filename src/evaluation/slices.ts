import type { Csr } from '../data/csr';
import { type MetadataColumn, metadataValue } from '../data/metadata';
import type { PerRow } from './ranking';

/** Metrics of some of the ranked rows, as means over them. */
interface RowSlice {
  readonly rows: number;
  readonly recall: number;
  readonly ndcg: number;
  readonly hit: number;
}

/** Rows with so many training pairs, both bounds included. */
export interface DegreeSlice extends RowSlice {
  readonly minimum: number;
  readonly maximum: number;
}

/** Held-out pairs whose columns have so many training pairs, both bounds included. */
export interface PopularitySlice {
  readonly minimum: number;
  readonly maximum: number;
  /** Distinct columns among the pairs. */
  readonly columns: number;
  readonly pairs: number;
  /** Share of the pairs that were found. */
  readonly recall: number;
}

/** Rows with a value; `value` is null for the other values and for rows without one. */
export interface MetadataSlice extends RowSlice {
  readonly kind: 'value' | 'other' | 'none';
  readonly value: string | null;
}

/**
 * Ranked rows by their number of training pairs, from cold to hot, in at most `groups` groups of
 * about as many rows each. Rows of one degree stay together, so that there may be fewer groups.
 * `degrees`: training pairs of every row.
 */
export function sliceByRowDegree(perRow: PerRow, degrees: ArrayLike<number>, groups = 4): DegreeSlice[] {
  const own = Uint32Array.from(perRow.rows, (row) => degrees[row]);
  return quantileGroups(own, groups).map(({ minimum, maximum, members }) => ({
    minimum,
    maximum,
    ...meansOf(perRow, members),
  }));
}

/**
 * Held-out pairs of the ranked rows by the number of training pairs of their column, from rare to
 * popular, in thirds (or `groups`) of about as many pairs each.
 * `places`: as from rankHeldOut; `degrees`: training pairs of every column.
 */
export function sliceByColumnDegree(
  ranked: { readonly perRow: PerRow; readonly places: Uint32Array },
  heldOut: Csr,
  degrees: ArrayLike<number>,
  groups = 3,
): PopularitySlice[] {
  const pairs: number[] = [];
  for (const row of ranked.perRow.rows) {
    for (let i = heldOut.offsets[row]; i < heldOut.offsets[row + 1]; i++) pairs.push(i);
  }
  const own = Uint32Array.from(pairs, (pair) => degrees[heldOut.indices[pair]]);
  return quantileGroups(own, groups).map(({ minimum, maximum, members }) => {
    let found = 0;
    const columns = new Set<number>();
    for (const member of members) {
      columns.add(heldOut.indices[pairs[member]]);
      if (ranked.places[pairs[member]] > 0) found++;
    }
    return { minimum, maximum, columns: columns.size, pairs: members.length, recall: found / members.length };
  });
}

/**
 * Ranked rows by a column of metadata: the `most` values with the most rows, the other values, and
 * rows without any. A value with “|” between its parts counts for each part, so that a row may stand
 * in several slices.
 */
export function sliceByMetadata(perRow: PerRow, metadata: MetadataColumn, most = 10): MetadataSlice[] {
  const membersOf = new Map<string, number[]>();
  const none: number[] = [];
  const partsOf = Array.from(perRow.rows, (row) => splitValue(metadataValue(metadata, row)));
  partsOf.forEach((parts, i) => {
    if (parts.length === 0) none.push(i);
    for (const part of parts) {
      const members = membersOf.get(part);
      if (members) members.push(i);
      else membersOf.set(part, [i]);
    }
  });
  const top = [...membersOf].sort((a, b) => b[1].length - a[1].length || compare(a[0], b[0])).slice(0, most);
  const named = new Set(top.map(([value]) => value));
  const other: number[] = [];
  partsOf.forEach((parts, i) => {
    if (parts.some((part) => !named.has(part))) other.push(i);
  });
  const slices: MetadataSlice[] = top.map(([value, members]) => ({
    kind: 'value',
    value,
    ...meansOf(perRow, members),
  }));
  if (other.length > 0) slices.push({ kind: 'other', value: null, ...meansOf(perRow, other) });
  if (none.length > 0) slices.push({ kind: 'none', value: null, ...meansOf(perRow, none) });
  return slices;
}

/** The parts of a value between “|”, each once, without blanks around them. */
export function splitValue(value: string | null): string[] {
  if (value === null) return [];
  return [...new Set(value.split('|').map((part) => part.trim()))].filter((part) => part !== '');
}

/** The smallest degree, the largest and the places of each group, groups ascending. */
function quantileGroups(degrees: Uint32Array, groups: number) {
  const order = Uint32Array.from(degrees.keys()).sort((a, b) => degrees[a] - degrees[b] || a - b);
  const found: { minimum: number; maximum: number; members: Uint32Array }[] = [];
  let start = 0;
  for (let g = 1; g <= groups && start < order.length; g++) {
    let end = Math.max(start + 1, Math.round((g * order.length) / groups));
    while (end < order.length && degrees[order[end]] === degrees[order[end - 1]]) end++;
    found.push({
      minimum: degrees[order[start]],
      maximum: degrees[order[end - 1]],
      members: order.slice(start, end),
    });
    start = end;
  }
  return found;
}

function meansOf(perRow: PerRow, members: ArrayLike<number>): RowSlice {
  let recall = 0;
  let ndcg = 0;
  let hit = 0;
  for (let i = 0; i < members.length; i++) {
    recall += perRow.recall[members[i]];
    ndcg += perRow.ndcg[members[i]];
    hit += perRow.hit[members[i]];
  }
  const rows = members.length;
  return { rows, recall: recall / rows, ndcg: ndcg / rows, hit: hit / rows };
}

/** By code unit, so that the order is the same in every language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
