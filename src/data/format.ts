import type { InteractionsBuilder } from './interactions';
import type { LoadReport } from './load-report';
import type { Mapping } from './mapping';

/** What can be told of a file from its beginning, before it is read. */
export interface Inspection {
  readonly format: Mapping['format'];
  /** How the file would be read. */
  readonly mapping: Mapping;
  /** False where the roles could not be told and a person has to choose them. */
  readonly certain: boolean;
  /** Places that could give the columns of the matrix, the likeliest first. */
  readonly lists: readonly { path: string; count: number; examples: readonly string[] }[];
  /** Names of the fields that could be mapped to a role. */
  readonly fields: readonly string[];
  /** First records as text, by field. */
  readonly preview: readonly (readonly string[])[];
}

export interface ParseContext {
  readonly fileName: string;
  readonly builder: InteractionsBuilder;
  readonly report: LoadReport;
  /** Longest record read, in bytes; longer ones are rejected. */
  readonly maxRecordBytes: number;
}

/** A way to read files. A new format is one file in formats/ that exports `format`. */
export interface Format {
  readonly id: Mapping['format'];
  /** What files of it are called in messages. */
  readonly title: string;
  /** How likely the file is of this format, in [0, 1], from its name and first bytes. */
  sniff(name: string, head: Uint8Array): number;
  /** Looks at the head. @throws DataError when the head cannot be of this format. */
  inspect(name: string, head: Uint8Array): Inspection;
  /** Reads everything into the builder. @throws DataError when the file is unusable as a whole. */
  parse(bytes: AsyncIterable<Uint8Array>, mapping: Mapping, context: ParseContext): Promise<void>;
}
