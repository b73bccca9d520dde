import { type Csr, csrFromPairs, pickRows, rowOf } from './csr';
import { MetadataBuilder, type MetadataColumn, metadataValue } from './metadata';
import { Interner, StringTable, StringTableBuilder } from './string-table';

/** One side of the interaction matrix. */
export interface EntityTable {
  readonly ids: StringTable;
  readonly labels: StringTable;
  readonly metadata: readonly MetadataColumn[];
}

/** The interaction matrix of a file: which row (work, user) has which column (subject, item). */
export interface Interactions {
  readonly matrix: Csr;
  /** A rating or weight of each pair, in the order of matrix.indices; null where the file has none. */
  readonly values: Float32Array | null;
  /** When each pair came about, in seconds since 1970, in the same order; null where the file does not say. */
  readonly timestamps: Float64Array | null;
  /** How often each pair was given, in the same order; null when every pair came once. */
  readonly repeats: Uint32Array | null;
  readonly row: EntityTable;
  readonly column: EntityTable;
}

/** What was left out or mended while the matrix was built. */
export interface BuildCounts {
  /** Rows seen that had no pair. */
  emptyRows: number;
  /** Pairs that had been seen before. */
  duplicatePairs: number;
  /** Rows whose id had been seen before; their pairs were joined. */
  mergedRows: number;
}

/** Which side of the matrix an entry is on. */
export type Axis = 'row' | 'column';

/** Takes rows one after another and gives an Interactions: the one way in for every format. */
export class InteractionsBuilder {
  private readonly sides = { row: new EntityTableBuilder(), column: new EntityTableBuilder() };
  private pairRows = new Uint32Array(1 << 14);
  private pairColumns = new Uint32Array(1 << 14);
  private pairValues: Float32Array<ArrayBuffer> | null = null;
  private pairTimestamps: Float64Array<ArrayBuffer> | null = null;
  private pairs = 0;
  private merged = 0;

  /** Index of the row with this id; the first label and metadata given stay. */
  row(id: string, label: string, once = false): number {
    const before = this.rowCount;
    const index = this.sides.row.entry(id, label);
    if (once && this.rowCount === before) this.merged++;
    return index;
  }

  column(id: string, label: string): number {
    return this.sides.column.entry(id, label);
  }

  /** Adds a pair, with its value and its time in seconds since 1970 where they are known; NaN stands for unknown. */
  pair(row: number, column: number, value = Number.NaN, timestamp = Number.NaN): void {
    if (this.pairs === this.pairRows.length) this.grow();
    // Most files have neither: nothing is held for them until the first is given.
    if (this.pairValues === null && !Number.isNaN(value)) {
      this.pairValues = new Float32Array(this.pairRows.length).fill(Number.NaN, 0, this.pairs);
    }
    if (this.pairTimestamps === null && !Number.isNaN(timestamp)) {
      this.pairTimestamps = new Float64Array(this.pairRows.length).fill(Number.NaN, 0, this.pairs);
    }
    if (this.pairValues !== null) this.pairValues[this.pairs] = value;
    if (this.pairTimestamps !== null) this.pairTimestamps[this.pairs] = timestamp;
    this.pairRows[this.pairs] = row;
    this.pairColumns[this.pairs++] = column;
  }

  rowValue(row: number, name: string, value: string): void {
    this.sides.row.describe(row, name, value);
  }

  columnValue(column: number, name: string, value: string): void {
    this.sides.column.describe(column, name, value);
  }

  /** Index of the entry with this id, or -1. */
  find(side: Axis, id: string): number {
    return this.sides[side].find(id);
  }

  /** Gives an entry the label that a file of facts has for it, in place of the one it came with. */
  relabel(side: Axis, index: number, label: string): void {
    this.sides[side].relabel(index, label);
  }

  /** Sets a fact of an entry; the first given stays. */
  describe(side: Axis, index: number, name: string, value: string): void {
    this.sides[side].describe(index, name, value);
  }

  get rowCount(): number {
    return this.sides.row.length;
  }

  get columnCount(): number {
    return this.sides.column.length;
  }

  get pairCount(): number {
    return this.pairs;
  }

  build(): { interactions: Interactions; counts: BuildCounts } {
    const { matrix, duplicates, facts } = csrFromPairs(
      this.rowCount,
      this.columnCount,
      this.pairRows.subarray(0, this.pairs),
      this.pairColumns.subarray(0, this.pairs),
      {
        values: this.pairValues?.subarray(0, this.pairs) ?? null,
        timestamps: this.pairTimestamps?.subarray(0, this.pairs) ?? null,
      },
    );
    const kept: number[] = [];
    for (let r = 0; r < matrix.rows; r++) if (matrix.offsets[r + 1] > matrix.offsets[r]) kept.push(r);
    const full = kept.length === matrix.rows;
    return {
      interactions: {
        matrix: full ? matrix : pickRows(matrix, kept),
        // Rows that are left out have no pairs, so that the pairs' facts stay where they are.
        ...facts,
        row: this.sides.row.build(full ? null : kept),
        column: this.sides.column.build(null),
      },
      counts: {
        emptyRows: matrix.rows - kept.length,
        duplicatePairs: duplicates,
        mergedRows: this.merged,
      },
    };
  }

  private grow(): void {
    const length = this.pairRows.length * 2;
    this.pairRows = enlarged(this.pairRows, new Uint32Array(length));
    this.pairColumns = enlarged(this.pairColumns, new Uint32Array(length));
    this.pairValues &&= enlarged(this.pairValues, new Float32Array(length));
    this.pairTimestamps &&= enlarged(this.pairTimestamps, new Float64Array(length));
  }
}

/** The entries of one side while a file is read. */
class EntityTableBuilder {
  private readonly ids = new Interner();
  private readonly labels = new StringTableBuilder();
  private readonly newLabels = new MetadataBuilder('label');
  private readonly metadata = new Map<string, MetadataBuilder>();

  get length(): number {
    return this.ids.length;
  }

  entry(id: string, label: string): number {
    const before = this.ids.length;
    const index = this.ids.intern(id);
    if (index === before) this.labels.push(label);
    return index;
  }

  find(id: string): number {
    return this.ids.lookup(id);
  }

  relabel(index: number, label: string): void {
    this.newLabels.set(index, label);
  }

  describe(index: number, name: string, value: string): void {
    let builder = this.metadata.get(name);
    if (!builder) {
      builder = new MetadataBuilder(name);
      this.metadata.set(name, builder);
    }
    builder.set(index, value);
  }

  /** The entries at `kept`, in that order; all where null. */
  build(kept: readonly number[] | null): EntityTable {
    const all = kept ?? Array.from({ length: this.length }, (_, i) => i);
    const ids = this.ids.build();
    const labels = kept ? this.labels.build().pick(kept) : this.labels.build();
    const newLabels = this.newLabels.build(all);
    return {
      ids: kept ? ids.pick(kept) : ids,
      labels: newLabels ? StringTable.from(all.map((_, i) => metadataValue(newLabels, i) ?? labels.get(i))) : labels,
      metadata: [...this.metadata.values()].map((builder) => builder.build(all)).filter((column) => column !== null),
    };
  }
}

/**
 * Labels to show: where several entries share one label, each is followed by its id,
 * so that no two lines of a list look the same.
 */
export function distinctLabels(side: Pick<EntityTable, 'ids' | 'labels'>): { labels: StringTable; shared: number } {
  const interner = new Interner();
  const counts: number[] = [];
  const codes = new Int32Array(side.labels.length);
  for (let i = 0; i < side.labels.length; i++) {
    const code = interner.intern(side.labels.get(i));
    codes[i] = code;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  let shared = 0;
  const labels = new StringTableBuilder();
  for (let i = 0; i < side.labels.length; i++) {
    const label = side.labels.get(i);
    if (counts[codes[i]] > 1) {
      shared++;
      labels.push(`${label} (${side.ids.get(i)})`);
    } else {
      labels.push(label);
    }
  }
  return shared === 0 ? { labels: side.labels, shared } : { labels: labels.build(), shared };
}

/**
 * For each column the most frequent value of a row category among its rows, so that the map of
 * columns can be coloured by what is known of the rows. Ties go to the value that was that frequent first. `byColumn` is
 * the matrix, rows and columns exchanged. Takes time for each pair, and memory for each value and column.
 */
export function majorityCategory(byColumn: Csr, category: MetadataColumn): MetadataColumn {
  const counts = new Uint32Array(category.values.length);
  const best = new Int32Array(byColumn.rows).fill(-1);
  for (let c = 0; c < byColumn.rows; c++) {
    let most = 0;
    const rows = rowOf(byColumn, c);
    for (const row of rows) {
      const code = category.codes[row];
      if (code < 0) continue;
      counts[code]++;
      if (counts[code] > most) {
        most = counts[code];
        best[c] = code;
      }
    }
    for (const row of rows) if (category.codes[row] >= 0) counts[category.codes[row]] = 0;
  }
  return { name: `most frequent ${category.name}`, kind: 'category', values: category.values, codes: best };
}

function enlarged<T extends Uint32Array | Float32Array | Float64Array>(array: T, larger: T): T {
  larger.set(array);
  return larger;
}
