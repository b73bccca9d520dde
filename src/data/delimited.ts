import Papa from 'papaparse';
import { DataError, excerpt } from './data-error';
import { fieldNames, isRecboleHeader } from './field-names';
import {
  decodeRecord,
  LineSplitter,
  type OnRecord,
  type OnTooLong,
  type RecordSplitter,
  TableRowSplitter,
} from './records';

/** How the lines of a table are cut into fields; see `division` in mapping.ts. */
export interface Division {
  readonly delimiter: string;
  readonly quoted: boolean;
}

/** Delimiters that are looked for. */
export const DELIMITERS = ['::', ',', '\t', ';', '|'] as const;

/** Bytes of a head looked at in one step: the rows asked for are mostly in the first. */
const HEAD_STEP = 1 << 16;

/** The cells of one line. */
export function cellsOf(text: string, { delimiter, quoted }: Division): string[] {
  const line = text.endsWith('\r') ? text.slice(0, -1) : text;
  // Few lines have a quote, and splitting is twenty times as fast as parsing.
  if (!quoted || !line.includes('"')) return line.split(delimiter);
  return Papa.parse<string[]>(line, { delimiter, newline: '\n' }).data[0] ?? [];
}

/** Cuts a table into the rows that its division makes. */
export function rowSplitter(
  { delimiter, quoted }: Division,
  onRecord: OnRecord,
  onTooLong: OnTooLong,
  limit: number,
): RecordSplitter {
  return quoted && delimiter.length === 1
    ? new TableRowSplitter(delimiter.charCodeAt(0), onRecord, onTooLong, limit)
    : new LineSplitter(onRecord, onTooLong, limit);
}

/** The first rows of a head, at most `limit` of them. */
export function firstRows(head: Uint8Array, division: Division, limit: number): string[][] {
  const rows: string[][] = [];
  const splitter = rowSplitter(
    division,
    (bytes) => {
      if (rows.length < limit) rows.push(cellsOf(decodeRecord(bytes).text, division));
    },
    () => undefined,
    Number.POSITIVE_INFINITY,
  );
  for (let start = 0; start < head.length && rows.length < limit; start += HEAD_STEP) {
    splitter.push(head.subarray(start, start + HEAD_STEP));
  }
  splitter.end();
  return rows;
}

/** The delimiter that cuts a line into the most fields; null where none cuts it. */
export function guessDelimiter(line: string): string | null {
  // Two colons are rare in text, while a line of MovieLens can have more bars than colons.
  if (line.split('::').length > 2) return '::';
  const single = DELIMITERS.filter((delimiter) => delimiter !== '::');
  const counts = single.map((delimiter) => cellsOf(line, { delimiter, quoted: true }).length);
  const best = Math.max(...counts);
  if (best < 2) return line.includes('::') ? '::' : null;
  return single[counts.indexOf(best)];
}

/** Whether a field can stand in quotes: `::` tables, RecBole's files and Last.fm's, whose header is a comment, know no quoting. */
export function isQuoted(delimiter: string, firstLine: readonly string[]): boolean {
  return delimiter.length === 1 && !isRecboleHeader(firstLine) && !/^\s*\/\//.test(firstLine[0]);
}

/** Events of a table's reader. */
export interface TableEvents {
  /** The names of the fields, before the first row. @throws DataError where one is missing that is needed */
  onNames(names: readonly string[]): void;
  onRow(cells: readonly string[], line: number, text: string): void;
  /** A row with too few or too many fields. */
  onRagged(line: number, reason: string, text: string): void;
  onLatin1(line: number): void;
}

/** Gives the rows of a table to `events`, with the names of its fields from the division or from its first row. */
export function tableReader(division: Division & { header: readonly string[] | null }, events: TableEvents): OnRecord {
  let names = division.header;
  if (names) events.onNames(names);
  return (bytes, line) => {
    const { text, latin1 } = decodeRecord(bytes);
    if (latin1) events.onLatin1(line);
    const cells = cellsOf(text, division);
    if (names === null) {
      names = fieldNames(cells);
      events.onNames(names);
    } else if (cells.length !== names.length) {
      events.onRagged(line, `expected ${names.length} fields, found ${cells.length}`, text);
    } else {
      events.onRow(cells, line, text);
    }
  };
}

/** Place of the field `name`. @throws DataError where the table has none of that name */
export function fieldAt(names: readonly string[], name: string, file: string): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  throw new DataError(`a field “${name}”`, listOf(names), { file, line: 1 });
}

/** Names of fields for a message. */
export function listOf(names: readonly string[]): string {
  return names.map((name) => `“${excerpt(name, 30)}”`).join(', ');
}
