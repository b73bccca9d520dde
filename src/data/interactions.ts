import { type Csr, columnDegrees, csrFromPairs, pickRows } from './csr';
import { MetadataBuilder, type MetadataColumn } from './metadata';
import { Interner, type StringTable, StringTableBuilder } from './string-table';

/** One side of the interaction matrix. */
export interface Side {
  readonly ids: StringTable;
  readonly labels: StringTable;
  readonly metadata: readonly MetadataColumn[];
}

/** The interaction matrix of a file: which row (work, user) has which column (subject, item). */
export interface Interactions {
  readonly matrix: Csr;
  readonly row: Side;
  readonly column: Side;
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

/** Takes rows one after another and gives an Interactions: the one way in for every format. */
export class InteractionsBuilder {
  private readonly rowIds = new Interner();
  private readonly rowLabels = new StringTableBuilder();
  private readonly columnIds = new Interner();
  private readonly columnLabels = new StringTableBuilder();
  private readonly rowMetadata = new Map<string, MetadataBuilder>();
  private readonly columnMetadata = new Map<string, MetadataBuilder>();
  private pairRows = new Uint32Array(1 << 14);
  private pairColumns = new Uint32Array(1 << 14);
  private pairs = 0;
  private merged = 0;

  /** Index of the row with this id; the first label and metadata given stay. */
  row(id: string, label: string, once = false): number {
    const before = this.rowIds.length;
    const index = this.rowIds.intern(id);
    if (index === before) this.rowLabels.push(label);
    else if (once) this.merged++;
    return index;
  }

  column(id: string, label: string): number {
    const before = this.columnIds.length;
    const index = this.columnIds.intern(id);
    if (index === before) this.columnLabels.push(label);
    return index;
  }

  pair(row: number, column: number): void {
    if (this.pairs === this.pairRows.length) {
      this.pairRows = grown(this.pairRows);
      this.pairColumns = grown(this.pairColumns);
    }
    this.pairRows[this.pairs] = row;
    this.pairColumns[this.pairs++] = column;
  }

  rowValue(row: number, name: string, value: string): void {
    setValue(this.rowMetadata, row, name, value);
  }

  columnValue(column: number, name: string, value: string): void {
    setValue(this.columnMetadata, column, name, value);
  }

  get rowCount(): number {
    return this.rowIds.length;
  }

  get columnCount(): number {
    return this.columnIds.length;
  }

  get pairCount(): number {
    return this.pairs;
  }

  build(): { interactions: Interactions; counts: BuildCounts } {
    const { matrix, duplicates } = csrFromPairs(
      this.rowIds.length,
      this.columnIds.length,
      this.pairRows.subarray(0, this.pairs),
      this.pairColumns.subarray(0, this.pairs),
    );
    const kept: number[] = [];
    for (let r = 0; r < matrix.rows; r++) if (matrix.offsets[r + 1] > matrix.offsets[r]) kept.push(r);
    const allColumns = Array.from({ length: matrix.columns }, (_, c) => c);
    const full = kept.length === matrix.rows;
    const rowIds = this.rowIds.build();
    const rowLabels = this.rowLabels.build();
    return {
      interactions: {
        matrix: full ? matrix : pickRows(matrix, kept),
        row: {
          ids: full ? rowIds : rowIds.pick(kept),
          labels: full ? rowLabels : rowLabels.pick(kept),
          metadata: buildAll(this.rowMetadata, kept),
        },
        column: {
          ids: this.columnIds.build(),
          labels: this.columnLabels.build(),
          metadata: buildAll(this.columnMetadata, allColumns),
        },
      },
      counts: {
        emptyRows: matrix.rows - kept.length,
        duplicatePairs: duplicates,
        mergedRows: this.merged,
      },
    };
  }
}

/**
 * Labels to show: where several entries share one label, each is followed by its id,
 * so that no two lines of a list look the same.
 */
export function distinctLabels(side: Pick<Side, 'ids' | 'labels'>): { labels: StringTable; shared: number } {
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
 * columns can be coloured by what is known of the rows. Ties go to the value that was that frequent first.
 */
export function majorityCategory(interactions: Interactions, category: MetadataColumn): MetadataColumn {
  const { matrix } = interactions;
  const counts = new Map<number, number>();
  const degrees = columnDegrees(matrix);
  const best = new Int32Array(matrix.columns).fill(-1);
  const bestCount = new Uint32Array(matrix.columns);
  for (let r = 0; r < matrix.rows; r++) {
    const code = category.codes[r];
    if (code < 0) continue;
    for (let i = matrix.offsets[r]; i < matrix.offsets[r + 1]; i++) {
      const column = matrix.indices[i];
      const key = column * category.values.length + code;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count > bestCount[column]) {
        bestCount[column] = count;
        best[column] = code;
      }
    }
  }
  for (let c = 0; c < best.length; c++) if (degrees[c] === 0) best[c] = -1;
  return { name: `most frequent ${category.name}`, kind: 'category', values: category.values, codes: best };
}

function grown(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}

function setValue(map: Map<string, MetadataBuilder>, index: number, name: string, value: string): void {
  let builder = map.get(name);
  if (!builder) {
    builder = new MetadataBuilder(name);
    map.set(name, builder);
  }
  builder.set(index, value);
}

function buildAll(map: Map<string, MetadataBuilder>, kept: number[]): MetadataColumn[] {
  return [...map.values()].map((builder) => builder.build(kept)).filter((column) => column !== null);
}
