import { DataError, excerpt } from './data-error';
import { cellsOf, DELIMITERS, firstRows, guessDelimiter, isQuoted, listOf } from './delimited';
import { fieldNames, generatedNames, isRecboleHeader } from './field-names';
import type { Cut, FileHead } from './format';
import { type EntityFields, type KnownTable, knownEntityFields, knownTable } from './layouts';
import type { EntityMapping, TableMapping } from './mapping';
import { decodeRecord } from './records';
import { guessPair, guessSeparator, repeats, valueField } from './table-roles';
import { wordOf } from './words';

const HEAD_ROWS = 200;
const CUT_LINES = 6;
/** Share of different ids in the head of a file of facts, at least: it has one line for each entry. */
const DISTINCT = 0.9;

/** What can be seen at the beginning of a table. */
export interface TableLook {
  readonly file: string;
  readonly delimiter: string;
  readonly quoted: boolean;
  /** Names that no line of the file gives; null where its first line does. */
  readonly header: string[] | null;
  readonly names: readonly string[];
  /** False where the names say nothing. */
  readonly named: boolean;
  readonly rows: readonly string[][];
  readonly known: KnownTable | null;
  /** Where RecBole's types say that a field holds several values divided by blanks. */
  readonly sequences: readonly string[];
}

/** @throws DataError where the first line has one field only */
export function lookAt({ name, head }: FileHead): TableLook {
  const line = firstLine(head);
  const delimiter = guessDelimiter(line);
  if (delimiter === null) {
    throw new DataError(
      'a header with at least two fields, divided by comma, tab, semicolon, | or ::',
      `“${excerpt(line)}”`,
      { file: name, line: 1 },
    );
  }
  const first = cellsOf(line, { delimiter, quoted: delimiter.length === 1 });
  const known = knownTable(name, head, delimiter);
  const quoted = known === null && isQuoted(delimiter, first);
  const numeric = first.every((cell) => cell.trim() !== '' && Number.isFinite(Number(cell)));
  const names = known?.names ?? (numeric ? generatedNames(first.length) : fieldNames(first));
  const headed = known ? known.headed : !numeric;
  const rows = firstRows(head, { delimiter, quoted }, HEAD_ROWS + 1);
  return {
    file: name,
    delimiter,
    quoted,
    header: headed ? null : [...names],
    names,
    named: known !== null || headed,
    rows: rows.slice(headed ? 1 : 0, headed ? undefined : HEAD_ROWS),
    known,
    sequences: isRecboleHeader(first) ? names.filter((_, i) => /:(token|float)_seq$/.test(first[i].trim())) : [],
  };
}

export function firstLine(head: Uint8Array): string {
  const end = head.indexOf(0x0a);
  return decodeRecord(end < 0 ? head : head.subarray(0, end))
    .text.replace(/^\uFEFF/, '')
    .replace(/\r$/, '');
}

/** The first lines by each delimiter that makes more than one field of the first of them. */
export function cutsOf(head: Uint8Array): Cut[] {
  return DELIMITERS.map((delimiter) => {
    const quoted = delimiter.length === 1;
    return { delimiter, quoted, lines: firstRows(head, { delimiter, quoted }, CUT_LINES) };
  }).filter(({ lines }) => lines[0].length > 1);
}

/** The look that holds the pairs: a known one, else one with a value beside its pair, else one with a pair. */
export function pairsAmong(looks: readonly TableLook[]): TableLook {
  const score = (look: TableLook) => {
    if (look.known) return look.known.layout.pairs ? 5 : 0;
    if (!look.named) return 1;
    const pair = guessPair(look.names);
    if (!pair) return 0;
    if (valueField(look.names, look.rows) !== null && look.names.length > 2) return 4;
    return repeats(look.rows, pair.row) || repeats(look.rows, pair.column) ? 3 : 2;
  };
  return looks.reduce((best, look) => (score(look) > score(best) ? look : best));
}

/** True where both tables can be read in the same way. */
export function alike(a: TableLook, b: TableLook): boolean {
  return (
    a.delimiter === b.delimiter &&
    a.quoted === b.quoted &&
    (a.header === null) === (b.header === null) &&
    a.names.length === b.names.length &&
    a.names.every((name, i) => name === b.names[i])
  );
}

/**
 * How a table of facts relates to the rows or columns of `pairs`.
 * @throws DataError where it does not
 */
export function sideOf(look: TableLook, pairs: TableLook, mapping: TableMapping): EntityMapping {
  const base = { file: look.file, delimiter: look.delimiter, quoted: look.quoted, header: look.header };
  if (mapping.row === '' || mapping.column === '') {
    return { ...base, side: 'ignore', ...factFields(look, 0) };
  }
  const { layout } = look.known ?? {};
  if (layout?.side && layout.fields) return { ...base, side: layout.side, ...layout.fields };
  const rowId = idField(look, mapping.row, mapping.rowWord.one);
  const columnId = idField(look, mapping.column, mapping.columnWord.one);
  const id = Math.max(rowId, columnId);
  if (id >= 0 && (rowId < 0 || columnId < 0) && isDistinct(look, id)) {
    return { ...base, side: rowId >= 0 ? 'row' : 'column', ...(knownEntityFields(look.names) ?? factFields(look, id)) };
  }
  throw new DataError(
    `pairs with the fields of ${pairs.file} (${listOf(pairs.names)}), or one line for each ${mapping.rowWord.one} or ${mapping.columnWord.one} with its “${mapping.row}” or “${mapping.column}”`,
    listOf(look.names.slice(0, 12)),
    { file: look.file, line: 1 },
  );
}

/** Place of the field that names the entries which the pairs' `field` names, or -1. */
function idField(look: TableLook, field: string, word: string): number {
  const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const exact = look.names.findIndex((name) => plain(name) === plain(field));
  if (exact >= 0) return exact;
  const stem = wordOf(field).one;
  const same = look.named ? look.names.findIndex((name) => wordOf(name).one === stem) : -1;
  if (same >= 0) return same;
  // A file called artists whose field is called id, or has no name, is about artists.
  const about = wordOf(look.file.replace(/(\.\w+)+$/, '')).one;
  if (about !== word && about !== stem) return -1;
  return look.named ? look.names.findIndex((name) => /^_?id$/i.test(name)) : 0;
}

function isDistinct(look: TableLook, field: number): boolean {
  return new Set(look.rows.map((cells) => cells[field])).size >= look.rows.length * DISTINCT;
}

/** Which fields of a table of facts are the label and the metadata. */
function factFields({ names, rows, sequences }: TableLook, id: number): EntityFields {
  const rest = names.filter((_, i) => i !== id);
  const label =
    rest.find((name) => /^(title|name|label)$/i.test(name)) ??
    rest.find((name) => /[\s_-](title|name|label)$/i.test(name) || /[a-z](Title|Name|Label)$/.test(name)) ??
    null;
  const facts = rest.filter((name) => name !== label);
  const informative = facts.filter((name) => !/(^|[_\s-])(id|isbn\d*)$|[a-z]Id$/i.test(name));
  const metadata = label === null && informative.length === 0 ? facts : informative;
  const cells = (name: string) => rows.map((row) => row[names.indexOf(name)] ?? '');
  const bars = metadata.some((name) => guessSeparator(cells(name)) === '|');
  const blanks =
    metadata.some((name) => sequences.includes(name)) &&
    metadata.every((name) => sequences.includes(name) || cells(name).every((cell) => !cell.trim().includes(' ')));
  return {
    id: names[id],
    label,
    otherLabel: null,
    metadata,
    flags: null,
    separator: bars ? '|' : blanks ? ' ' : '',
  };
}
