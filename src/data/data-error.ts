/** Where in a file something is. Lines and columns count from 1. */
export interface Place {
  file?: string;
  line?: number;
  column?: number;
}

/** Input that cannot be used. The message says what was expected, what was found and where. */
export class DataError extends Error {
  override readonly name = 'DataError';

  constructor(
    readonly expected: string,
    readonly found: string,
    readonly place: Place = {},
  ) {
    super(`${where(place)}expected ${expected}, found ${found}`);
  }
}

function where({ file, line, column }: Place): string {
  const parts = [];
  if (file) parts.push(file);
  if (line !== undefined) parts.push(`line ${line.toLocaleString('en')}`);
  if (column !== undefined) parts.push(`column ${column.toLocaleString('en')}`);
  return parts.length ? `${parts.join(', ')}: ` : '';
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
