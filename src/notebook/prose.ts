import { article, type Roles } from '../data/words';

const ARTICLES = /\b(a|A) (\{row\}|\{column\})/g;

/** Puts the data's own words into a text with {row}, {rows}, {column} and {columns}. */
export function fillRoles(text: string, roles: Roles): string {
  return text
    .replace(ARTICLES, (_, a: string, role: string) => {
      const named = article(role === '{row}' ? roles.row.one : roles.column.one);
      return `${a}${named.slice(1)}`;
    })
    .replaceAll('{rows}', roles.row.many)
    .replaceAll('{row}', roles.row.one)
    .replaceAll('{columns}', roles.column.many)
    .replaceAll('{column}', roles.column.one);
}
