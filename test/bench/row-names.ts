import type { Row } from './row';

/** Those of `rows` that are named, or all, in their own order. @throws RangeError that names the rows there are */
export function rowsNamed(names: readonly string[], rows: readonly Row[]): readonly Row[] {
  if (names.length === 0) return rows;
  for (const name of names) rowById(name, rows);
  return rows.filter(({ id }) => names.includes(id));
}

/** @throws RangeError that names the rows there are */
export function rowById(id: string, rows: readonly Row[]): Row {
  const row = rows.find((one) => one.id === id);
  if (!row) throw new RangeError(`expected a row of ${rows.map((known) => known.id).join(', ')}, found “${id}”`);
  return row;
}
