import type { Csr } from './csr';
import { csrFromPairs } from './csr';
import type { MetadataColumn } from './metadata';

/** What is known of the entries of one side, as categories that a model can learn vectors for. */
export interface Features {
  /** Entries × features; an entry has a feature or has it not. */
  readonly matrix: Csr;
  /** Name of each feature, such as “genre: Comedy”. */
  readonly names: readonly string[];
}

/** Numbers are cut into this many parts of equal size. */
const PARTS = 8;
/** A value that fewer entries share says nothing that their own vectors do not. */
const FEWEST = 2;

/**
 * Turns metadata columns into features: each value of a category (values with “|” are several) and
 * each eighth of a number's range of ranks. Texts, pictures and links give none. Null when there is no feature.
 */
export function featuresOf(entries: number, columns: readonly MetadataColumn[]): Features | null {
  const names: string[] = [];
  const pairEntries: number[] = [];
  const pairFeatures: number[] = [];
  for (const column of columns) {
    const owners = column.kind === 'category' ? byValue(column) : column.kind === 'number' ? byPart(column) : null;
    if (!owners) continue;
    for (const [value, list] of owners) {
      if (list.length < FEWEST) continue;
      for (const entry of list) {
        pairEntries.push(entry);
        pairFeatures.push(names.length);
      }
      names.push(`${column.name}: ${value}`);
    }
  }
  if (names.length === 0) return null;
  return { matrix: csrFromPairs(entries, names.length, pairEntries, pairFeatures).matrix, names };
}

function byValue({ codes, values }: MetadataColumn): Map<string, number[]> {
  const owners = new Map<string, number[]>();
  const parts = values.toArray().map((value) => [...new Set(value.split('|').map((part) => part.trim()))]);
  codes.forEach((code, entry) => {
    if (code < 0) return;
    for (const part of parts[code]) {
      if (part === '') continue;
      const list = owners.get(part);
      if (list) list.push(entry);
      else owners.set(part, [entry]);
    }
  });
  return owners;
}

function byPart({ codes, values }: MetadataColumn): Map<string, number[]> {
  const numbers = Float64Array.from(values.toArray(), Number);
  const known = [...codes.keys()].filter((entry) => codes[entry] >= 0);
  const sorted = Float64Array.from(known, (entry) => numbers[codes[entry]]).sort();
  const bounds = [...new Set(Array.from({ length: PARTS }, (_, p) => sorted[Math.floor((p * sorted.length) / PARTS)]))];
  const owners = new Map<string, number[]>();
  for (const entry of known) {
    const number = numbers[codes[entry]];
    let part = 0;
    while (part + 1 < bounds.length && number >= bounds[part + 1]) part++;
    const name = part + 1 < bounds.length ? `${bounds[part]} to ${bounds[part + 1]}` : `${bounds[part]} and above`;
    const list = owners.get(name);
    if (list) list.push(entry);
    else owners.set(name, [entry]);
  }
  return owners;
}
