import { featured } from './clean';
import { columnDegrees } from './csr';
import { type Dataset, type Named, named } from './dataset';
import type { EntityTable } from './interactions';
import { folded } from './merge-columns';
import { mostFrequent } from './most-frequent';

/** How many pairs have a value within each range. */
export interface ValueHistogram {
  /** Each value where there are few; else lower edges, of which the last closes the last bin. */
  readonly edges: readonly number[];
  /** What each bin is called. */
  readonly names: readonly string[];
  readonly counts: readonly number[];
  readonly mean: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** What a dataset is like besides its size and degrees. */
export interface Profile {
  /** Null where pairs have no values. */
  readonly values: ValueHistogram | null;
  /** First and last time of a pair, in seconds since 1970; null where there are none. */
  readonly time: { readonly first: number; readonly last: number } | null;
  /** The columns with the most pairs, the most frequent first. */
  readonly mostLinked: readonly (Named & { readonly degree: number })[];
  /** Rows whose label is also the label of a column, by how many rows have that column: articles that others link to. */
  readonly connected: readonly (Named & { readonly count: number })[];
  /** Pairs that were given most often, more than once. */
  readonly topPairs: readonly { readonly row: Named; readonly column: Named; readonly repeats: number }[];
  /** How many rows and columns something is known of besides their pairs. */
  readonly featured: { readonly row: number; readonly column: number };
}

const MAX_LINKED = 40;
const CONNECTED = 10;
const TOP_PAIRS = 5;

export function profileOf(dataset: Dataset): Profile {
  const { interactions } = dataset;
  const degrees = columnDegrees(interactions.matrix);
  return {
    values: interactions.values && valueHistogram(interactions.values),
    time: interactions.timestamps && timeSpan(interactions.timestamps),
    mostLinked: mostFrequent(degrees, MAX_LINKED).map((index) => ({
      ...named(dataset, 'column', index),
      degree: degrees[index],
    })),
    connected: connectedRows(dataset, degrees),
    topPairs: topPairs(dataset),
    featured: { row: featuredCount(interactions.row), column: featuredCount(interactions.column) },
  };
}

/** Most distinct values for which each has a bin of its own. */
const OWN_BINS = 12;
const BINS = 12;
/** Values spread further than this, as the counts of plays are, get bins that double. */
const WIDE = 100;

/** A bin for each value where there are at most 12, else 12 equal ones, or doubling ones over a wide range. */
export function valueHistogram(values: Float32Array): ValueHistogram | null {
  const distinct = new Set<number>();
  let sum = 0;
  let given = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (distinct.size <= OWN_BINS) distinct.add(value);
    sum += value;
    given++;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  if (given === 0) return null;
  const own = distinct.size <= OWN_BINS;
  const edges = own ? [...distinct].sort((a, b) => a - b) : binEdges(minimum, maximum);
  const counts = new Array<number>(own ? edges.length : edges.length - 1).fill(0);
  for (const value of values) if (Number.isFinite(value)) counts[binOf(edges, value, counts.length)]++;
  const names = counts.map((_, i) => {
    const from = shortNumber(edges[i]);
    if (own) return from;
    return i === counts.length - 1
      ? `${from} to ${shortNumber(maximum)}`
      : `${from} to less than ${shortNumber(edges[i + 1])}`;
  });
  return { edges, names, counts, mean: sum / given, minimum, maximum };
}

function binEdges(minimum: number, maximum: number): number[] {
  if (minimum >= 1 && maximum / minimum > WIDE) {
    const edges = [2 ** Math.floor(Math.log2(minimum))];
    while (edges[edges.length - 1] <= maximum) edges.push(2 * edges[edges.length - 1]);
    return edges;
  }
  return Array.from({ length: BINS + 1 }, (_, i) => minimum + ((maximum - minimum) * i) / BINS);
}

/** The last bin whose lower edge is not above the value. */
function binOf(edges: readonly number[], value: number, bins: number): number {
  let low = 0;
  let high = bins - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (edges[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Seven digits are all that a 32-bit number holds. */
function shortNumber(value: number): string {
  const rounded = Number(value.toPrecision(Math.abs(value) >= 1000 ? 7 : 4));
  return rounded.toLocaleString('en', { maximumFractionDigits: 20 }).replace('-', '−');
}

function timeSpan(timestamps: Float64Array): Profile['time'] {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const time of timestamps) {
    if (time < first) first = time;
    if (time > last) last = time;
  }
  return first <= last ? { first, last } : null;
}

function connectedRows(dataset: Dataset, degrees: Uint32Array): Profile['connected'] {
  const { row, column } = dataset.interactions;
  const byLabel = new Map<string, number>();
  for (let c = 0; c < column.labels.length; c++) {
    const label = folded(column.labels.get(c));
    byLabel.set(label, (byLabel.get(label) ?? 0) + degrees[c]);
  }
  const counts = new Uint32Array(row.labels.length);
  for (let r = 0; r < counts.length; r++) counts[r] = byLabel.get(folded(row.labels.get(r))) ?? 0;
  return mostFrequent(counts, CONNECTED).map((index) => ({ ...named(dataset, 'row', index), count: counts[index] }));
}

function topPairs(dataset: Dataset): Profile['topPairs'] {
  const { matrix, repeats } = dataset.interactions;
  if (!repeats) return [];
  const best = mostFrequent(repeats, TOP_PAIRS).filter((at) => repeats[at] > 1);
  return best.map((at) => {
    const r = rowAt(matrix.offsets, at);
    const c = matrix.indices[at];
    return {
      row: named(dataset, 'row', r),
      column: named(dataset, 'column', c),
      repeats: repeats[at],
    };
  });
}

/** The row that holds the pair at a position. */
function rowAt(offsets: Uint32Array, at: number): number {
  let low = 0;
  let high = offsets.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (offsets[middle] <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

function featuredCount(side: EntityTable): number {
  return featured(side).reduce((sum, known) => sum + known, 0);
}
