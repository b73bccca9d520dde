import type { Row } from './row';

const found = import.meta.glob<Row>('./rows/*.ts', { eager: true, import: 'row' });

/** Every row of rows/, in the order of the table. */
export const rows: readonly Row[] = Object.values(found).sort((a, b) => a.order - b.order);

/** The rows named, or all. @throws RangeError that names the rows there are */
export function rowsNamed(names: readonly string[]): readonly Row[] {
  if (names.length === 0) return rows;
  for (const name of names) rowById(name);
  return rows.filter(({ id }) => names.includes(id));
}

/** @throws RangeError that names the rows there are */
export function rowById(id: string): Row {
  const row = rows.find((one) => one.id === id);
  if (!row) throw new RangeError(`expected a row of ${rows.map((known) => known.id).join(', ')}, found “${id}”`);
  return row;
}
