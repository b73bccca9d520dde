/** Characters that may stand between two tokens. */
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
/** What a string can go on with; the first character that is none of it ends the string or is a mistake. */
const PLAIN = /[ !#-[\]-\uffff]*/y;
const WORDS = ['true', 'false', 'null'];

/**
 * Where a text stops being JSON (RFC 8259): the offset of the first character that cannot go on, the length of the
 * text where it only ends too soon, or null where it is JSON. JSON.parse reports this too, but each browser in its own
 * words, and for most mistakes in none.
 */
export function jsonErrorOffset(text: string): number | null {
  let at = 0;
  /** Lists and objects that are open, the innermost last. */
  const open: ('[' | '{')[] = [];

  /** Moves behind what `pattern` finds here; false where that is nothing. */
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const take = (character: string): boolean => {
    if (text[at] !== character) return false;
    at++;
    return true;
  };
  const string = (): boolean => {
    if (!take('"')) return false;
    for (;;) {
      skip(PLAIN);
      if (take('"')) return true;
      if (!skip(ESCAPE)) return false;
    }
  };
  const scalar = (): boolean => {
    if (text[at] === '"') return string();
    const word = WORDS.find((candidate) => text.startsWith(candidate, at));
    if (word) at += word.length;
    return word !== undefined || skip(NUMBER);
  };
  /** A name in an object, and the colon behind it. */
  const name = (): boolean => {
    skip(SPACE);
    if (!string()) return false;
    skip(SPACE);
    return take(':');
  };

  for (;;) {
    // A value begins here.
    skip(SPACE);
    if (take('[')) {
      skip(SPACE);
      if (!take(']')) {
        open.push('[');
        continue;
      }
    } else if (take('{')) {
      skip(SPACE);
      if (!take('}')) {
        open.push('{');
        if (!name()) return at;
        continue;
      }
    } else if (!scalar()) return at;

    // A value has ended: close what it closes, up to a comma.
    for (;;) {
      skip(SPACE);
      const innermost = open.at(-1);
      if (innermost === undefined) return at === text.length ? null : at;
      if (take(',')) {
        if (innermost === '{' && !name()) return at;
        break;
      }
      if (!take(innermost === '[' ? ']' : '}')) return at;
      open.pop();
    }
  }
}
