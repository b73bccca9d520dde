import { readTimestamp, readValue } from './pair-values';
import { wordOf } from './words';

const ROW_WORDS =
  /^(user|work|customer|reader|member|person|object|record|page|playlist|session|document|paper|artist|row|book)s?([_\s-]?(id|name|title|label|key))?$/i;
const COLUMN_WORDS =
  /^(subject|tag|keyword|item|movie|product|link|concept|genre|track|song|topic|term|categor(y|ie)|column|book|artist)s?([_\s-]?(id|name|title|label|key))?$/i;
/** Values of a pair, not of its row. */
export const PAIR_VALUES = /rating|score|weight|stars|count|value|time|date/i;
const VALUE = /^((user|item)[_\s-]?)?(rating|score|weight|star|count|value)s?$/i;
const TIMESTAMP = /^((rating|event)[_\s-]?)?(time[_\s-]?stamp|time|date|date[_\s-]?time)$/i;
/** Share of the cells that must be readable: the others are rejected, so that they should be few. */
const READABLE = 0.6;
/** Too few rows to recognise a table of pairs by its repeats. */
const FEW_ROWS = 10;

/** The fields that look like the row and the column of a pair; null where none do. */
export function guessPair(names: readonly string[]): { row: number; column: number } | null {
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

/** The field with the label of the entry that `idField` names. */
export function labelField(names: readonly string[], idField: number, other: number): string | null {
  const stem = wordOf(names[idField]).one;
  const found = names.find(
    (name, i) =>
      i !== idField &&
      i !== other &&
      (name.toLowerCase() === stem || (name.toLowerCase().startsWith(stem) && /(title|name|label)$/i.test(name))),
  );
  return found ?? null;
}

/** What divides the cells of a field into several, where more than a quarter of them have it. */
export function guessSeparator(cells: readonly string[]): string {
  for (const separator of ['|', ';']) {
    if (cells.filter((cell) => cell.includes(separator)).length > cells.length / 4) return separator;
  }
  return '';
}

/** The field with a pair's rating or weight, which is named so and holds numbers. */
export function valueField(names: readonly string[], rows: readonly string[][]): string | null {
  return readableField(names, rows, VALUE, readValue);
}

/** The field with a pair's time. */
export function timestampField(names: readonly string[], rows: readonly string[][]): string | null {
  return readableField(names, rows, TIMESTAMP, readTimestamp);
}

function readableField(
  names: readonly string[],
  rows: readonly string[][],
  pattern: RegExp,
  read: (text: string) => number | null,
): string | null {
  const found = names.find((name, i) => {
    if (!pattern.test(name)) return false;
    return rows.filter((cells) => read(cells[i] ?? '') !== null).length >= rows.length * READABLE;
  });
  return found ?? null;
}

/** Whether a field has some value twice: a table of pairs says of each row or column more than one thing. */
export function repeats(rows: readonly string[][], field: number): boolean {
  if (rows.length < FEW_ROWS) return true;
  return new Set(rows.map((cells) => cells[field])).size < rows.length;
}

/** Whether a field says the same wherever a row of the matrix comes again. */
export function constantInRow(rows: readonly string[][], rowField: number, field: number): boolean {
  const seen = new Map<string, string>();
  for (const cells of rows) {
    const before = seen.get(cells[rowField]);
    if (before !== undefined && before !== cells[field]) return false;
    seen.set(cells[rowField], cells[field]);
  }
  return true;
}
