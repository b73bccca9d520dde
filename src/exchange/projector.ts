import { type MetadataColumn, metadataValue } from '../data/metadata';
import type { StringTable } from '../data/string-table';

/**
 * Files for the TensorFlow embedding projector: vectors.tsv and names.tsv, one line an entry, in the same order, UTF-8,
 * lines ended by a line feed.
 */

/** Characters gathered before a part is given: few parts, and never one string of the whole file. */
const PART = 1 << 20;
/** Significant digits: as many as every number of 32 bits tells apart, near enough. */
const DIGITS = 7;
/** The projector passes over blank lines, after which every name would be one off. */
const NAMELESS = '(no name)';

/** vectors.tsv in parts: numbers with tabs between them and no header. `values` is entries × dimensions. */
export function vectorsTsv(values: Float32Array, dimensions: number): Generator<string> {
  const entries = values.length / dimensions;
  return inParts(entries, (entry) => {
    let line = '';
    for (let i = 0; i < dimensions; i++) {
      // A number again, so that 0.5 is not written 0.5000000.
      line += `${i > 0 ? '\t' : ''}${Number(values[entry * dimensions + i].toPrecision(DIGITS))}`;
    }
    return line;
  });
}

/** What names.tsv says of the entries of a side. */
export interface ProjectorNames {
  readonly labels: StringTable;
  readonly ids: StringTable;
  /** Null for the names alone. Pictures are left out. */
  readonly metadata: readonly MetadataColumn[] | null;
}

/**
 * names.tsv in parts. Names alone have no header line; with metadata there is one, as the projector demands. It knows no
 * quotes: tabs and line ends within a cell become blanks, and everything else stays as it is.
 */
export function* namesTsv({ labels, ids, metadata }: ProjectorNames): Generator<string> {
  const name = (entry: number) => cell(labels.get(entry)) || cell(ids.get(entry)) || NAMELESS;
  if (!metadata) {
    yield* inParts(labels.length, name);
    return;
  }
  const columns = metadata.filter(({ kind }) => kind !== 'image');
  yield `${['name', 'id', ...columns.map((column) => cell(column.name) || NAMELESS)].join('\t')}\n`;
  yield* inParts(labels.length, (entry) =>
    [name(entry), cell(ids.get(entry)), ...columns.map((column) => cell(metadataValue(column, entry) ?? ''))].join(
      '\t',
    ),
  );
}

/** Text as one cell of one line. */
function cell(text: string): string {
  return text.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ').trim();
}

function* inParts(entries: number, lineOf: (entry: number) => string): Generator<string> {
  let part = '';
  for (let entry = 0; entry < entries; entry++) {
    part += `${lineOf(entry)}\n`;
    if (part.length < PART) continue;
    yield part;
    part = '';
  }
  if (part) yield part;
}
