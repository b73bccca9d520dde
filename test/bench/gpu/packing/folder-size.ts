import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const MIB = 2 ** 20;

/** What can be carried: bytes of all files together. */
export const LIMIT = 64 * MIB;

/** A file of a folder, with its bytes. */
export interface Sized {
  readonly file: string;
  readonly bytes: number;
}

/** The files of a folder and of those in it, the largest first. */
export function sizesIn(folder: string): readonly Sized[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((file) => ({ file: file.slice(folder.length + 1), bytes: statSync(file).size }))
    .toSorted((a, b) => b.bytes - a.bytes);
}

/** The size of the folder in words. @throws RangeError where it is over the limit */
export function sizeInWords(folder: string, sizes: readonly Sized[], limit = LIMIT): string {
  const all = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const largest = sizes
    .slice(0, 3)
    .map(({ file, bytes }) => `${file} ${mebibytes(bytes)}`)
    .join(', ');
  if (all > limit) {
    throw new RangeError(`expected at most ${mebibytes(limit)} in ${folder}, found ${mebibytes(all)}: ${largest}`);
  }
  return `${folder}: ${mebibytes(all)} of at most ${mebibytes(limit)} (${largest})`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
