import { Interner, type StringTable } from './string-table';

/** What is known of each row or column besides its pairs: one value each, or none. */
export interface MetadataColumn {
  readonly name: string;
  /** category: few distinct values; number: all numeric; text: free; image, link: addresses. */
  readonly kind: 'category' | 'number' | 'text' | 'image' | 'link';
  /** Distinct values. */
  readonly values: StringTable;
  /** For each row the index of its value, or -1. */
  readonly codes: Int32Array;
}

/** Collects one metadata column while a file is read. */
export class MetadataBuilder {
  private readonly interner = new Interner();
  private codes = new Int32Array(1024).fill(-1);

  constructor(readonly name: string) {}

  /** The first value given for a row stays. */
  set(row: number, value: string): void {
    if (row >= this.codes.length) {
      const grown = new Int32Array(Math.max(this.codes.length * 2, row + 1)).fill(-1);
      grown.set(this.codes);
      this.codes = grown;
    }
    if (this.codes[row] < 0 && value !== '') this.codes[row] = this.interner.intern(value);
  }

  /** Null when no kept row has a value. */
  build(keptRows: ArrayLike<number>): MetadataColumn | null {
    const codes = new Int32Array(keptRows.length);
    let filled = 0;
    for (let i = 0; i < keptRows.length; i++) {
      codes[i] = keptRows[i] < this.codes.length ? this.codes[keptRows[i]] : -1;
      if (codes[i] >= 0) filled++;
    }
    if (filled === 0) return null;
    const values = this.interner.build();
    return { name: this.name, kind: kindOfColumn(this.name, values, filled), values, codes };
  }
}

/** The value of `row`, or null. */
export function metadataValue(column: MetadataColumn, row: number): string | null {
  return column.codes[row] < 0 ? null : column.values.get(column.codes[row]);
}

const SAMPLE = 2000;

function kindOfColumn(name: string, values: StringTable, filled: number): MetadataColumn['kind'] {
  const sample = Math.min(values.length, SAMPLE);
  let numbers = 0;
  let addresses = 0;
  let images = 0;
  for (let i = 0; i < sample; i++) {
    const value = values.get(i);
    if (value.trim() !== '' && Number.isFinite(Number(value))) numbers++;
    if (/^https?:\/\//i.test(value)) addresses++;
    if (/^data:image\//i.test(value)) images++;
    else if (/^https?:\/\/.*\.(jpe?g|png|gif|webp|svg)(\?|$)/i.test(value)) images++;
  }
  if (images === sample || (addresses === sample && /image|thumb|picture|photo/i.test(name))) return 'image';
  if (addresses === sample) return 'link';
  if (numbers === sample && sample > 2) return 'number';
  // Past a few thousand values, or nearly one a row, a colour says nothing.
  return values.length <= 5000 && values.length <= Math.max(20, filled / 2) ? 'category' : 'text';
}
