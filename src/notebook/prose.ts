import type { Roles } from '../data/words';

/** Puts the data's own words into a text with {row}, {rows}, {column} and {columns}. */
export function fillRoles(text: string, roles: Roles): string {
  return text
    .replaceAll('{rows}', roles.row.many)
    .replaceAll('{row}', roles.row.one)
    .replaceAll('{columns}', roles.column.many)
    .replaceAll('{column}', roles.column.one);
}
