import { checkpoint, type TaskContext } from '../task';
import type { Cleaning } from './clean';
import { DataError } from './data-error';
import { type Dataset, toDataset } from './dataset';
import { defaultUnpackedLimit, headBytes, openBytes } from './decompress';
import type { FileHead, Format, Inspection, ParseContext } from './format';
import { InteractionsBuilder } from './interactions';
import { LoadReport } from './load-report';
import type { EntityMapping, Mapping } from './mapping';
import { type DatasetSummary, summarise } from './summary';
import { article } from './words';

/** A file with the name it is called by in messages. */
export interface NamedBlob {
  readonly name: string;
  readonly blob: Blob;
}

/** How to read a file, and the recipe, absent keys for nothing, by which the kernel cleans what was read. */
export interface LoadOptions extends Partial<Cleaning> {
  /** How to read the file; found from its beginning when absent. */
  mapping?: Mapping | null;
  /** Refuse to unpack past this; see `defaultUnpackedLimit`. */
  maxUnpackedBytes?: number;
  /** Longest record in bytes; longer ones are rejected. */
  maxRecordBytes?: number;
}

export interface LoadProgress {
  readonly bytes: number;
  readonly totalBytes: number;
  readonly rows: number;
  readonly columns: number;
  readonly pairs: number;
}

export interface Loaded {
  readonly dataset: Dataset;
  readonly summary: DatasetSummary;
  readonly mapping: Mapping;
}

const HEAD_BYTES = 4 << 20;
/** Bytes that decide whether a file is text. */
const BEGINNING = 8000;
const DEFAULT_RECORD_BYTES = 32 << 20;

const formats: readonly Format[] = Object.values(
  import.meta.glob<Format>('./formats/*.ts', { eager: true, import: 'format' }),
);

/** Inspects the beginnings of files and proposes how to read them together. @throws DataError */
export async function inspect(files: readonly NamedBlob[]): Promise<Inspection> {
  if (files.length === 0) throw new DataError('a file', 'none');
  const [first, ...others] = await Promise.all(files.map(headOf));
  const format = formatOf(first);
  const stranger = others.find((other) => formatOf(other) !== format);
  if (stranger) {
    throw new DataError(`${format.title} as in ${first.name}`, formatOf(stranger).title, { file: stranger.name });
  }
  return format.inspect([first, ...others]);
}

async function headOf({ name, blob }: NamedBlob): Promise<FileHead> {
  const head = await headBytes(blob, name, HEAD_BYTES);
  if (head.every((byte) => byte <= 0x20))
    throw new DataError('works in JSON lines or a CSV table', 'an empty file', { file: name });
  // Text in UTF-8 has none; pictures, archives, spreadsheets and UTF-16 have one soon.
  if (head.subarray(0, BEGINNING).includes(0))
    throw new DataError('works in JSON lines or a CSV table, in UTF-8', 'bytes that are no such text', { file: name });
  return { name, head };
}

function formatOf({ name, head }: FileHead): Format {
  const [best] = formats
    .map((format) => ({ format, score: format.sniff(name, head) }))
    .sort((a, b) => b.score - a.score);
  return best.format;
}

/**
 * Reads files into one interaction matrix, streaming. Files of pairs are read one after another with one
 * mapping, and then the files of facts about their rows and columns. @throws DataError; AbortError of the signal
 */
export async function load(
  files: readonly NamedBlob[],
  options: LoadOptions,
  task: TaskContext<[LoadProgress]>,
): Promise<Loaded> {
  if (files.length === 0) throw new DataError('a file', 'none');
  const started = task.clock();
  const inspection = options.mapping ? null : await inspect(files);
  const mapping = options.mapping ?? (inspection as Inspection).mapping;
  if (inspection && !inspection.certain) {
    throw new DataError(
      'two fields that are known to be the pair, or a choice of them',
      inspection.fields.map((field) => `“${field}”`).join(', '),
      { file: inspection.file, line: 1 },
    );
  }
  const format = formats.find(({ id }) => id === mapping.format);
  if (!format) throw new DataError(`a format of ${formats.map(({ id }) => id).join(', ')}`, mapping.format);

  const ordered = inOrder(files, mapping);
  const builder = new InteractionsBuilder();
  const report = new LoadReport();
  const firstLines = { row: [], column: [] };
  const totalBytes = ordered.reduce((sum, { blob }) => sum + blob.size, 0);
  let before = 0;
  for (const { name, blob, side } of ordered) {
    const bytes = openBytes(blob, {
      name,
      maxUnpackedBytes: options.maxUnpackedBytes ?? defaultUnpackedLimit(blob.size),
      signal: task.signal,
      onChunk: () => checkpoint(task),
      onBytes: (read) =>
        task.progress({
          bytes: before + read,
          totalBytes,
          rows: builder.rowCount,
          columns: builder.columnCount,
          pairs: builder.pairCount,
        }),
    });
    const context: ParseContext = {
      fileName: name,
      builder,
      report,
      maxRecordBytes: options.maxRecordBytes ?? DEFAULT_RECORD_BYTES,
      firstLines,
    };
    if (side === null) await format.parse(bytes, mapping, context);
    // Without a pair there is nothing to describe; what is wrong with the pairs is said below.
    else if (builder.pairCount > 0) await format.parseSide?.(bytes, side, mapping, context);
    before += blob.size;
  }

  const name = ordered.length === 1 ? ordered[0].name : `${ordered[0].name} and ${ordered.length - 1} more`;
  const { interactions, counts } = builder.build();
  const { matrix } = interactions;
  const { rowWord, columnWord } = mapping;
  const first = report.rejections[0];
  const firstReason = first ? `; the first problem is on line ${first.line}: ${first.reason}` : '';
  if (matrix.indices.length === 0) {
    throw new DataError(
      `at least one ${rowWord.one} with ${article(columnWord.one)}`,
      `${report.records} records without any${firstReason}`,
      { file: name },
    );
  }
  if (matrix.rows < 2) {
    throw new DataError(
      `at least two ${rowWord.many} with ${columnWord.many}`,
      `one, in ${report.records} records${firstReason}`,
      { file: name },
    );
  }
  if (matrix.columns < 2) {
    throw new DataError(
      `at least two different ${columnWord.many}`,
      `one, “${interactions.column.labels.get(0)}”${firstReason}`,
      { file: name },
    );
  }
  const dataset = toDataset(name, { row: rowWord, column: columnWord }, interactions);
  const seconds = (task.clock() - started) / 1000;
  return { dataset, mapping, summary: summarise(dataset, counts, report, { seconds, bytes: totalBytes }) };
}

/** The files of pairs, then those of facts with what they are about; files that are to be ignored are left out. */
function inOrder(files: readonly NamedBlob[], mapping: Mapping): (NamedBlob & { side: EntityMapping | null })[] {
  const sides = mapping.format === 'table' ? mapping.sides : [];
  const missing = sides.find((side) => side.side !== 'ignore' && !files.some(({ name }) => name === side.file));
  const names = files.map(({ name }) => `“${name}”`).join(', ');
  if (missing) throw new DataError(`the file “${missing.file}” beside the pairs`, names);
  const pairs = files.filter(({ name }) => !sides.some(({ file }) => file === name));
  if (pairs.length === 0) throw new DataError('a file of pairs', `only facts about them: ${names}`);
  const facts = sides
    .filter(({ side }) => side !== 'ignore')
    .flatMap((side) => files.filter(({ name }) => name === side.file).map((file) => ({ ...file, side })));
  return [...pairs.map((file) => ({ ...file, side: null })), ...facts];
}
