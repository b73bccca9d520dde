import type { InteractionsBuilder } from './interactions';
import type { LoadReport } from './load-report';
import type { EntityMapping, Mapping } from './mapping';

/** The beginning of a file. */
export interface FileHead {
  readonly name: string;
  readonly head: Uint8Array;
}

/** The first lines of a table, cut at one delimiter: what a person who chooses another would get. */
export interface Cut {
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly lines: readonly (readonly string[])[];
}

/** What the beginnings of files show, before they are read. */
export interface Inspection {
  readonly format: Mapping['format'];
  /** Name of the file that holds the pairs, the first of them where several do. */
  readonly file: string;
  /** How the file would be read. */
  readonly mapping: Mapping;
  /** False where the roles are not clear and a person has to choose them. */
  readonly certain: boolean;
  /** Places that could give the columns of the matrix, the likeliest first. */
  readonly lists: readonly { path: string; count: number; examples: readonly string[] }[];
  /** Names of the fields that could be mapped to a role. */
  readonly fields: readonly string[];
  /** First records as text, by field. */
  readonly preview: readonly (readonly string[])[];
  /** The first lines of a table by each delimiter that cuts them; empty for other formats. */
  readonly cuts: readonly Cut[];
  /** Files that are no pairs, with the names of their fields. */
  readonly sides: readonly { file: string; fields: readonly string[] }[];
}

export interface ParseContext {
  readonly fileName: string;
  readonly builder: InteractionsBuilder;
  readonly report: LoadReport;
  /** Longest record read, in bytes; longer ones are rejected. */
  readonly maxRecordBytes: number;
  /** Line on which each entry was first seen, by its index; shared by all files. */
  readonly firstLines: { readonly row: number[]; readonly column: number[] };
}

/** A way to read files. A new format is one file in formats/ that exports `format`. */
export interface Format {
  readonly id: Mapping['format'];
  /** What files of it are called in messages. */
  readonly title: string;
  /** How likely the file is of this format, in [0, 1], from its name and first bytes. */
  sniff(name: string, head: Uint8Array): number;
  /** Looks at the heads of one or more files. @throws DataError when one cannot be of this format, or fits nowhere. */
  inspect(files: readonly [FileHead, ...FileHead[]]): Inspection;
  /** Reads everything into the builder. @throws DataError when the file is unusable as a whole. */
  parse(bytes: AsyncIterable<Uint8Array>, mapping: Mapping, context: ParseContext): Promise<void>;
  /** Reads a file of facts about the rows or columns that the builder has. @throws DataError when it names none of them */
  parseSide?(
    bytes: AsyncIterable<Uint8Array>,
    side: EntityMapping,
    mapping: Mapping,
    context: ParseContext,
  ): Promise<void>;
}
