import { expect } from 'vitest';
import { DataError } from '../../src/data/data-error';
import { type Loaded, type LoadOptions, load, type NamedBlob } from '../../src/data/load';
import { task } from './task';

export function fileOf(name: string, content: BlobPart): NamedBlob {
  return { name, blob: new Blob([content]) };
}

/** Loads one file whose content is given, by a clock that stands still. */
export function loadContent(name: string, content: BlobPart, options: LoadOptions = {}): Promise<Loaded> {
  return load([fileOf(name, content)], options, task());
}

export function jsonLines(...records: unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** The message of the DataError that `work` ends in. */
export async function dataErrorOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(DataError);
  return (error as DataError).message;
}

/** Each row's id with its labels of columns, in their order. */
export function pairsOf({ dataset }: Loaded): Record<string, string[]> {
  const { matrix, row, column } = dataset.interactions;
  return Object.fromEntries(
    Array.from({ length: matrix.rows }, (_, r) => [
      row.ids.get(r),
      Array.from(matrix.indices.slice(matrix.offsets[r], matrix.offsets[r + 1]), (c) => column.labels.get(c)),
    ]),
  );
}
