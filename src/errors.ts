import { shownText } from './data/shown-text';

/** Where in a file something is. Lines and columns count from 1. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * Something given that cannot be used. The message is written for people: it says what was expected, what was
 * found and, for a file, where. Every other error is a fault of the program, whose message nobody is shown.
 */
export class InputError extends RangeError {
  override readonly name: string = 'InputError';

  constructor(
    message: string,
    readonly place: Place = {},
  ) {
    super(`${placeText(place)}${message}`);
  }
}

/** Something that cannot be done now, though it can be done at another time. The message says what is in the way. */
export class StateError extends Error {
  override readonly name: string = 'StateError';
}

function placeText({ file, line, column }: Place): string {
  const parts = [];
  if (file) parts.push(file);
  if (line !== undefined) parts.push(`line ${line.toLocaleString('en')}`);
  if (column !== undefined) parts.push(`column ${column.toLocaleString('en')}`);
  return parts.length ? `${parts.join(', ')}: ` : '';
}

/** True for the error of work that was cancelled. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Characters of a message: a name out of a file may be as long as the file. */
const MAX_MESSAGE_LENGTH = 1000;

/** What a refusal of the browser means here; its own words differ from browser to browser. */
const REFUSALS: Readonly<Record<string, string>> = {
  AbortError: 'The work was cancelled.',
  QuotaExceededError: 'The browser has no room left for this page.',
  SecurityError: 'The browser does not allow this here.',
  NotAllowedError: 'The browser does not allow this here.',
  NotReadableError: 'The file cannot be read any more. It was moved or changed since it was chosen: choose it again.',
  NotFoundError: 'The file cannot be read any more. It was moved or changed since it was chosen: choose it again.',
};

/**
 * An error as a sentence for people. Messages about a file begin with its name and are left as they are. What is
 * no error of ours is a fault, and its message is for those who mend it.
 */
export function messageOf(error: unknown): string {
  if (error instanceof InputError)
    return shownText(error.place.file ? error.message : capital(error.message), MAX_MESSAGE_LENGTH);
  if (error instanceof StateError) return shownText(capital(error.message), MAX_MESSAGE_LENGTH);
  if (error instanceof Error && error.name in REFUSALS) return REFUSALS[error.name];
  // Each of our own is an InputError: what is left is a size that the browser refuses.
  if (error instanceof RangeError) {
    return 'This takes more memory than the browser gives this page. Try a smaller file or model.';
  }
  return 'Something went wrong in the page itself. Its console, among the browser’s developer tools, has the details.';
}

/** Writes to the console what `messageOf` keeps from people. */
export function logFault(error: unknown): void {
  if (error instanceof RangeError || error instanceof StateError) return;
  if (error instanceof Error && error.name in REFUSALS) return;
  console.error(error);
}

/** Writes to the console, in the browser's own words, what people read in a sentence of ours. */
export function logCause(cause: unknown): void {
  console.warn(cause);
}

function capital(text: string): string {
  return text ? text[0].toUpperCase() + text.slice(1) : text;
}
