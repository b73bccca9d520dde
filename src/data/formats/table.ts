import Papa from 'papaparse';
import { DataError, excerpt } from '../data-error';
import { readableBytes } from '../decompress';
import type { Format, Inspection, ParseContext } from '../format';
import type { TableMapping } from '../mapping';
import { decodeRecord, TableRowSplitter } from '../records';
import { wordOf } from '../words';

const DELIMITERS = [',', '\t', ';', '|'];
const HEAD_ROWS = 200;
/** Too few to tell a table of pairs by what repeats in it. */
const FEW_ROWS = 10;

const ROW_WORDS =
  /^(user|work|customer|reader|member|person|object|record|page|playlist|session|document|paper|artist|row|book)s?([_\s-]?(id|name|title|label|key))?$/i;
const COLUMN_WORDS =
  /^(subject|tag|keyword|item|movie|product|link|concept|genre|track|song|topic|term|categor(y|ie)|column|book|artist)s?([_\s-]?(id|name|title|label|key))?$/i;
/** Values of a pair, not of its row. */
const PAIR_VALUES = /rating|score|weight|stars|count|value|time|date/i;

/** CSV and TSV with a header line, one pair (or one row with a list in a cell) a line. */
export const format: Format = {
  id: 'table',
  title: 'CSV or TSV',

  sniff(name, head) {
    const line = firstLine(head);
    if (/^\s*[{[]/.test(line)) return 0;
    if (/\.(csv|tsv)(\.gz)?$/i.test(name)) return 0.85;
    return guessDelimiter(line) === null ? 0.05 : 0.6;
  },

  inspect(name, head) {
    const header = readHeader(firstLine(head), name);
    const rows: string[][] = [];
    const splitter = new TableRowSplitter(
      header.delimiter.charCodeAt(0),
      (bytes, line) => {
        if (line > 1 && rows.length < HEAD_ROWS) rows.push(cellsOf(decodeRecord(bytes).text, header.delimiter));
      },
      () => undefined,
      Number.POSITIVE_INFINITY,
    );
    splitter.push(head);
    splitter.end();
    return inspectTable(header, rows);
  },

  async parse(bytes, mapping, context) {
    if (mapping.format !== 'table') throw new TypeError(`expected a table mapping, found ${mapping.format}`);
    const reader = rowReader(mapping, context);
    const splitter = new TableRowSplitter(
      mapping.delimiter.charCodeAt(0),
      reader.take,
      reader.tooLong,
      context.maxRecordBytes,
    );
    for await (const chunk of bytes) splitter.push(chunk);
    splitter.end();
  },
};

interface Header {
  readonly delimiter: string;
  readonly names: readonly string[];
}

function firstLine(head: Uint8Array): string {
  const end = head.indexOf(0x0a);
  return decodeRecord(end < 0 ? head : head.subarray(0, end))
    .text.replace(/^\uFEFF/, '')
    .replace(/\r$/, '');
}

function guessDelimiter(line: string): string | null {
  const counts = DELIMITERS.map((delimiter) => cellsOf(line, delimiter).length);
  const best = Math.max(...counts);
  return best < 2 ? null : DELIMITERS[counts.indexOf(best)];
}

function readHeader(line: string, file: string, given?: string): Header {
  const delimiter = given ?? guessDelimiter(line);
  if (delimiter === null) {
    throw new DataError(
      'a header with at least two fields, divided by comma, tab, semicolon or |',
      `“${excerpt(line)}”`,
      { file, line: 1 },
    );
  }
  const names = cellsOf(line, delimiter).map((name) => name.trim());
  if (names.every((name) => name !== '' && Number.isFinite(Number(name)))) {
    throw new DataError('a header line that names the fields', `numbers: “${excerpt(line)}”`, { file, line: 1 });
  }
  return { delimiter, names: names.map((name, i) => name || `field ${i + 1}`) };
}

function cellsOf(text: string, delimiter: string): string[] {
  const parsed = Papa.parse<string[]>(text.replace(/\r$/, ''), { delimiter, newline: '\n' });
  return parsed.data[0] ?? [];
}

function inspectTable(header: Header, rows: string[][]): Inspection {
  const { names } = header;
  const roles = guessRoles(names);
  const mapping: TableMapping = {
    format: 'table',
    delimiter: header.delimiter,
    row: roles ? names[roles.row] : '',
    rowLabel: roles ? labelField(names, roles.row, roles.column) : null,
    column: roles ? names[roles.column] : '',
    columnLabel: roles ? labelField(names, roles.column, roles.row) : null,
    separator: roles ? guessSeparator(rows.map((row) => row[roles.column] ?? '')) : '',
    metadata: [],
    rowWord: wordOf(roles ? names[roles.row] : 'row'),
    columnWord: wordOf(roles ? names[roles.column] : 'column'),
  };
  if (roles) {
    const taken = new Set([mapping.row, mapping.rowLabel, mapping.column, mapping.columnLabel]);
    mapping.metadata = names.filter(
      (name, i) => !taken.has(name) && !PAIR_VALUES.test(name) && constantInRow(rows, roles.row, i),
    );
  }
  const certain =
    roles !== null && (mapping.separator !== '' || repeats(rows, roles.row) || repeats(rows, roles.column));
  return { format: 'table', mapping, certain, lists: [], fields: names, preview: rows.slice(0, 5) };
}

/** Whether a field has some value twice: a table of pairs says of each row or column more than one thing. */
function repeats(rows: string[][], field: number): boolean {
  if (rows.length < FEW_ROWS) return true;
  return new Set(rows.map((cells) => cells[field])).size < rows.length;
}

function guessRoles(names: readonly string[]): { row: number; column: number } | null {
  if (names.length === 2) return { row: 0, column: 1 };
  const columns = names.flatMap((name, i) => (COLUMN_WORDS.test(name) ? [i] : []));
  const rows = names.flatMap((name, i) => (ROW_WORDS.test(name) ? [i] : []));
  const isId = (i: number) => /id$/i.test(names[i]);
  // A name that fits both sides, such as book, is the column beside a user and the row beside a link.
  const row = rows.find((i) => !columns.includes(i) && isId(i)) ?? rows.find((i) => !columns.includes(i)) ?? rows[0];
  if (row === undefined) return null;
  const stem = wordOf(names[row]).one;
  const others = columns.filter((i) => i !== row && !names[i].toLowerCase().startsWith(stem));
  const column = others.find(isId) ?? others[0];
  return column === undefined ? null : { row, column };
}

function labelField(names: readonly string[], idField: number, other: number): string | null {
  const stem = wordOf(names[idField]).one;
  const found = names.find(
    (name, i) =>
      i !== idField &&
      i !== other &&
      (name.toLowerCase() === stem || (name.toLowerCase().startsWith(stem) && /(title|name|label)$/i.test(name))),
  );
  return found ?? null;
}

function guessSeparator(cells: string[]): string {
  for (const separator of ['|', ';']) {
    if (cells.filter((cell) => cell.includes(separator)).length > cells.length / 4) return separator;
  }
  return '';
}

function constantInRow(rows: string[][], rowField: number, field: number): boolean {
  const seen = new Map<string, string>();
  for (const cells of rows) {
    const before = seen.get(cells[rowField]);
    if (before !== undefined && before !== cells[field]) return false;
    seen.set(cells[rowField], cells[field]);
  }
  return true;
}

function rowReader(mapping: TableMapping, context: ParseContext) {
  const { builder, report, fileName } = context;
  let fields: Record<'row' | 'rowLabel' | 'column' | 'columnLabel', number> | null = null;
  let metadata: { name: string; at: number }[] = [];
  let width = 0;

  const start = (text: string) => {
    const { names } = readHeader(text.replace(/^\uFEFF/, '').replace(/\r$/, ''), fileName, mapping.delimiter);
    const at = (name: string | null) => {
      if (name === null) return -1;
      const index = names.indexOf(name);
      if (index < 0) {
        throw new DataError(`a field “${name}”`, names.map((found) => `“${excerpt(found, 30)}”`).join(', '), {
          file: fileName,
          line: 1,
        });
      }
      return index;
    };
    fields = {
      row: at(mapping.row),
      rowLabel: at(mapping.rowLabel),
      column: at(mapping.column),
      columnLabel: at(mapping.columnLabel),
    };
    metadata = mapping.metadata.map((name) => ({ name, at: at(name) }));
    width = names.length;
  };

  const take = (bytes: Uint8Array, line: number) => {
    const { text, latin1 } = decodeRecord(bytes);
    if (latin1) report.repair('Bytes that are not UTF-8, read as Latin-1', line);
    if (fields === null) return start(text);
    report.records++;
    const cells = cellsOf(text, mapping.delimiter);
    if (cells.length !== width) {
      reject(line, `expected ${width} fields, found ${cells.length}`, text);
      return;
    }
    const id = cells[fields.row].trim();
    if (id === '') return reject(line, `expected a ${mapping.rowWord.one} in “${mapping.row}”, found nothing`, text);
    const row = builder.row(id, (fields.rowLabel >= 0 && cells[fields.rowLabel].trim()) || id);
    for (const { name, at } of metadata) if (cells[at].trim()) builder.rowValue(row, name, cells[at].trim());
    const whole = cells[fields.column];
    const parts = mapping.separator ? whole.split(mapping.separator) : [whole];
    let added = 0;
    for (const part of parts) {
      const columnId = part.trim();
      if (columnId === '') continue;
      const label = fields.columnLabel >= 0 && parts.length === 1 ? cells[fields.columnLabel].trim() : '';
      builder.pair(row, builder.column(columnId, label || columnId));
      added++;
    }
    // A row whose list is empty is a row without columns, counted as such; an empty pair is an error.
    if (added === 0 && !mapping.separator) {
      reject(line, `expected a ${mapping.columnWord.one} in “${mapping.column}”, found nothing`, text);
    }
  };

  const reject = (line: number, reason: string, text: string) => {
    report.reject({ file: fileName, line, reason, excerpt: excerpt(text, 80) });
  };
  const tooLong = (line: number) => {
    report.records++;
    reject(line, `expected at most ${readableBytes(context.maxRecordBytes)} in one record, found more`, '');
  };
  return { take, tooLong };
}
