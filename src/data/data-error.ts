import { InputError, type Place } from '../errors';

/** Input that cannot be used. The message says what was expected, what was found and where. */
export class DataError extends InputError {
  override readonly name = 'DataError';

  constructor(
    readonly expected: string,
    readonly found: string,
    place: Place = {},
  ) {
    super(`expected ${expected}, found ${found}`, place);
  }
}

/** A short, printable form of a value for messages. */
export function excerpt(value: unknown, length = 60): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const printable = text.replace(/[\p{C}]/gu, '·');
  return printable.length > length ? `${printable.slice(0, length)}…` : printable;
}

/** What a value is, in the words of the file's format. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'object':
      return 'an object';
    case 'string':
      return value === '' ? 'an empty text' : `the text “${excerpt(value)}”`;
    case 'number':
      return `the number ${value}`;
    case 'boolean':
      return String(value);
    default:
      return 'nothing';
  }
}
