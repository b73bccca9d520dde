import fc from 'fast-check';
import type { OnRecord, OnTooLong, RecordSplitter } from '../../src/data/records';

/** A record, or 'too long', with the line it begins on. */
export type Cut = [text: string, line: number];

export const TOO_LONG = 'too long';

const utf8 = new TextEncoder();

/** What a splitter gives for a text that arrives in the chunks that end at `cuts`. */
export function cutText(
  make: (onRecord: OnRecord, onTooLong: OnTooLong) => RecordSplitter,
  text: string,
  cuts: readonly number[] = [],
): Cut[] {
  const found: Cut[] = [];
  const splitter = make(
    (bytes, line) => found.push([Buffer.from(bytes).toString('utf8'), line]),
    (line) => found.push([TOO_LONG, line]),
  );
  const bytes = utf8.encode(text);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  let start = 0;
  for (const end of ends) {
    splitter.push(bytes.slice(start, end));
    start = end;
  }
  splitter.end();
  return found;
}

/** Places at which a text can be cut into chunks, within characters too. */
export const cuts = fc.array(fc.nat({ max: 2000 }), { maxLength: 12 });

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
