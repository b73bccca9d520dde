import { shownText } from './shown-text';
/** What a row or a column is called, in the words of the data. */
export interface Word {
  readonly one: string;
  readonly many: string;
}

/** What the two sides of the matrix are called. */
export interface Roles {
  readonly row: Word;
  readonly column: Word;
}

/** “a” or “an” with the word. */
export function article(word: string): string {
  return `${/^(?!(us|uni|eu|one))[aeiou]|^(hour|heir|honou?r|honest)/i.test(word) ? 'an' : 'a'} ${word}`;
}

/** The page says it in every sentence. */
const LONGEST_WORD = 40;

/** A word from either of its forms: `subjects`, `user_id` and `Work` become subject, user and work. */
export function wordOf(name: string): Word {
  const bare = shownText(name, LONGEST_WORD)
    .replace(/\[\]/g, '')
    .replace(/([a-z])(ID|Id)$/, '$1')
    .replace(/[_\s-]+(id|key|code|uri)$/i, '')
    .replace(/^(user|item|movie|book|artist|work|track|song|product|subject|tag|customer|article)id$/i, '$1')
    .replace(/[_-]+/g, ' ')
    .trim()
    .toLowerCase();
  const one = singular(bare || shownText(name, LONGEST_WORD).toLowerCase());
  return { one, many: plural(one) };
}

function singular(word: string): string {
  if (/ies$/.test(word) && word.length > 4 && !/(mov|cook|ser|spec)ies$/.test(word)) return word.replace(/ies$/, 'y');
  if (/(ss|us|is|series|species)$/.test(word)) return word;
  if (/(x|ch|sh|ss)es$/.test(word)) return word.replace(/es$/, '');
  return word.replace(/s$/, '');
}

function plural(word: string): string {
  if (/(series|species)$/.test(word)) return word;
  if (/person$/.test(word)) return word.replace(/person$/, 'people');
  if (/[^aeiou]y$/.test(word)) return word.replace(/y$/, 'ies');
  if (/(s|x|ch|sh)$/.test(word)) return `${word}es`;
  return `${word}s`;
}
