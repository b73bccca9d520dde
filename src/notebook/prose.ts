import type { Roles } from '../data/words';

const ARTICLES = /\b(a|A) (\{row\}|\{column\})/g;

/** Puts the data's own words into a text with {row}, {rows}, {column} and {columns}. */
export function fillRoles(text: string, roles: Roles): string {
  return text
    .replace(ARTICLES, (_, a: string, role: string) => {
      const word = role === '{row}' ? roles.row.one : roles.column.one;
      return `${a}${/^(?!(us|uni|eu|one))[aeiou]/i.test(word) ? 'n' : ''} ${word}`;
    })
    .replaceAll('{rows}', roles.row.many)
    .replaceAll('{row}', roles.row.one)
    .replaceAll('{columns}', roles.column.many)
    .replaceAll('{column}', roles.column.one);
}
