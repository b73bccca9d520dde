import { DataError } from './data-error';
import { type Dataset, toDataset } from './dataset';
import { defaultUnpackedLimit, headBytes, openBytes } from './decompress';
import type { Format, Inspection } from './format';
import { InteractionsBuilder } from './interactions';
import { LoadReport } from './load-report';
import type { Mapping } from './mapping';
import { type DatasetSummary, summarise } from './summary';

/** A file with the name it is called by in messages. */
export interface NamedBlob {
  readonly name: string;
  readonly blob: Blob;
}

export interface LoadOptions {
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
const DEFAULT_RECORD_BYTES = 32 << 20;
/** Milliseconds of reading between two turns for messages. */
const TURN = 40;

const formats: readonly Format[] = Object.values(
  import.meta.glob<Format>('./formats/*.ts', { eager: true, import: 'format' }),
);

/** Looks at the beginning of a file and tells how it could be read. @throws DataError */
export async function inspect({ name, blob }: NamedBlob): Promise<Inspection> {
  const head = await headBytes(blob, name, HEAD_BYTES);
  if (head.every((byte) => byte <= 0x20))
    throw new DataError('works in JSON lines or a CSV table', 'an empty file', { file: name });
  const [best] = formats
    .map((format) => ({ format, score: format.sniff(name, head) }))
    .sort((a, b) => b.score - a.score);
  return best.format.inspect(name, head);
}

/**
 * Reads files into one interaction matrix, streaming. Several files are read one after another
 * with the mapping of the first. @throws DataError; AbortError of the signal
 */
export async function load(
  files: readonly NamedBlob[],
  options: LoadOptions,
  world: {
    clock: () => number;
    /** Lets messages in, so that reading can be cancelled and questions answered meanwhile. */
    breathe?: () => Promise<void>;
    signal?: AbortSignal;
    onProgress?: (progress: LoadProgress) => void;
  },
): Promise<Loaded> {
  if (files.length === 0) throw new DataError('a file', 'none');
  const started = world.clock();
  const inspection = options.mapping ? null : await inspect(files[0]);
  const mapping = options.mapping ?? (inspection as Inspection).mapping;
  if (inspection && !inspection.certain) {
    throw new DataError(
      'two fields that are known to be the pair, or a choice of them',
      inspection.fields.map((field) => `“${field}”`).join(', '),
      { file: files[0].name, line: 1 },
    );
  }
  const format = formats.find(({ id }) => id === mapping.format);
  if (!format) throw new DataError(`a format of ${formats.map(({ id }) => id).join(', ')}`, mapping.format);

  const builder = new InteractionsBuilder();
  const report = new LoadReport();
  const totalBytes = files.reduce((sum, { blob }) => sum + blob.size, 0);
  let before = 0;
  const breathe = world.breathe && everyTurn(world.breathe, world.clock);
  for (const { name, blob } of files) {
    const bytes = openBytes(blob, {
      name,
      maxUnpackedBytes: options.maxUnpackedBytes ?? defaultUnpackedLimit(blob.size),
      signal: world.signal,
      breathe,
      onBytes: (read) =>
        world.onProgress?.({
          bytes: before + read,
          totalBytes,
          rows: builder.rowCount,
          columns: builder.columnCount,
          pairs: builder.pairCount,
        }),
    });
    await format.parse(bytes, mapping, {
      fileName: name,
      builder,
      report,
      maxRecordBytes: options.maxRecordBytes ?? DEFAULT_RECORD_BYTES,
    });
    before += blob.size;
  }

  const name = files.length === 1 ? files[0].name : `${files[0].name} and ${files.length - 1} more`;
  const { interactions, counts } = builder.build();
  const { matrix } = interactions;
  const { rowWord, columnWord } = mapping;
  const first = report.rejections[0];
  const firstReason = first ? `; the first problem is on line ${first.line}: ${first.reason}` : '';
  if (matrix.indices.length === 0) {
    throw new DataError(
      `at least one ${rowWord.one} with a ${columnWord.one}`,
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
  const seconds = (world.clock() - started) / 1000;
  return { dataset, mapping, summary: summarise(dataset, counts, report, { seconds, bytes: totalBytes }) };
}

/** Calls `breathe` when the last turn for messages is long enough ago. */
function everyTurn(breathe: () => Promise<void>, clock: () => number): () => Promise<void> | undefined {
  let last = clock();
  return () => {
    if (clock() - last < TURN) return undefined;
    last = clock();
    return breathe();
  };
}
