import { DataError, excerpt } from '../data/data-error';
import { z } from '../data/zod';
import { InputError } from '../errors';

/**
 * A trained model as one file in the safetensors layout, which Python and others read: eight bytes with the length
 * of the header, the header as JSON, then the numbers of all tables as 32-bit floats, little-endian as on every
 * machine that runs a browser. What is not a number is text in the header’s `__metadata__`.
 */

/** A table of parameters, row by row. */
interface StoredTable {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly values: Float32Array;
}

/** What a model file holds. */
export interface ModelFile {
  readonly preset: string;
  readonly options: Readonly<Record<string, number | boolean | string>>;
  /** Ids of the rows and columns that the tables speak of, in their order. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Fingerprint of the pairs trained on. */
  readonly pairs: string;
  /** The report of the run: anything that JSON can hold. */
  readonly report: unknown;
  readonly tables: readonly StoredTable[];
}

const FORMAT = 'cofactor-model';
const VERSION = '1';
const LENGTH_BYTES = 8;
const FLOAT = 4;
/** The numbers begin at a multiple of this, as readers that map a file into memory like it. */
const ALIGNMENT = 8;
/** Longer headers are refused by other readers of the format. */
const LONGEST_HEADER = 100_000_000;

const metadata = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  preset: z.string(),
  options: json(z.record(z.string(), z.union([z.number(), z.boolean(), z.string()]))),
  rows: json(z.array(z.string())),
  columns: json(z.array(z.string())),
  pairs: z.string(),
  report: json(z.unknown()),
});

const tensor = z.object({
  dtype: z.literal('F32'),
  shape: z.tuple([z.number().int().min(0), z.number().int().min(0)]),
  data_offsets: z.tuple([z.number().int().min(0), z.number().int().min(0)]),
});

/** The file of a model. @throws InputError when it has so many ids that no reader would take the header */
export function writeModel({ tables, ...model }: ModelFile): Blob {
  const header: Record<string, unknown> = {
    __metadata__: {
      format: FORMAT,
      version: VERSION,
      preset: model.preset,
      options: JSON.stringify(model.options),
      rows: JSON.stringify(model.rows),
      columns: JSON.stringify(model.columns),
      pairs: model.pairs,
      report: JSON.stringify(model.report),
    },
  };
  let at = 0;
  for (const { name, shape, values } of tables) {
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + FLOAT * values.length] };
    at += FLOAT * values.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  if (length > LONGEST_HEADER) {
    throw new InputError(`expected ids of less than ${LONGEST_HEADER} bytes to save with the model, found ${length}`);
  }
  const head = new Uint8Array(LENGTH_BYTES + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(text, LENGTH_BYTES);
  return new Blob([head, ...tables.map(({ values }) => values as Float32Array<ArrayBuffer>)], {
    type: 'application/octet-stream',
  });
}

/** Reads a model back. @throws DataError for a file that is no model, or is damaged */
export async function readModel({ name: file, blob }: { name: string; blob: Blob }): Promise<ModelFile> {
  const wrong = (expected: string, found: string) => new DataError(expected, found, { file });
  const start = await blob.slice(0, LENGTH_BYTES).arrayBuffer();
  const length = start.byteLength === LENGTH_BYTES ? Number(new DataView(start).getBigUint64(0, true)) : 0;
  if (length < 2 || length > LONGEST_HEADER) throw wrong('a model saved by Cofactor', 'a file of another kind');
  const header = await headerOf(blob, length, wrong);
  const { __metadata__: about, ...tensors } = header;
  const parsed = metadata.safeParse(about);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const at = String(issue.path[0] ?? 'metadata');
    const value = (about as Record<string, unknown> | undefined)?.[at];
    throw wrong(`a model of format “${FORMAT}”, version ${VERSION}`, `${at}: ${excerpt(value ?? 'nothing')}`);
  }
  const places: { name: string; shape: [number, number]; start: number; end: number }[] = [];
  let end = 0;
  for (const [name, given] of Object.entries(tensors)) {
    const parsed = tensor.safeParse(given);
    if (!parsed.success) throw wrong(`a table of 32-bit floats as “${name}”`, excerpt(given));
    const { shape, data_offsets: offsets } = parsed.data;
    const start = end;
    end += FLOAT * shape[0] * shape[1];
    if (offsets[0] !== start || offsets[1] !== end) {
      throw wrong(`bytes ${start} to ${end} for the table “${name}”`, `${offsets[0]} to ${offsets[1]}`);
    }
    places.push({ name, shape, start, end });
  }
  const data = LENGTH_BYTES + length;
  const size = data + end;
  if (blob.size < size) throw wrong(`${size} bytes`, `${blob.size}: the file was cut off`);
  if (blob.size > size) throw wrong(`${size} bytes`, `${blob.size}`);
  const tables: StoredTable[] = [];
  for (const { name, shape, start, end: stop } of places) {
    const values = new Float32Array(await blob.slice(data + start, data + stop).arrayBuffer());
    if (!values.every(Number.isFinite)) throw wrong(`only numbers in the table “${name}”`, 'what is none');
    tables.push({ name, shape, values });
  }
  const { format: _, version: __, ...model } = parsed.data;
  return { ...model, tables };
}

async function headerOf(
  blob: Blob,
  length: number,
  wrong: (expected: string, found: string) => DataError,
): Promise<Record<string, unknown>> {
  const text = await blob.slice(LENGTH_BYTES, LENGTH_BYTES + length).text();
  if (!text.startsWith('{')) throw wrong('a model saved by Cofactor', 'a file of another kind');
  if (blob.size < LENGTH_BYTES + length) {
    throw wrong(`a header of ${length} bytes`, `${blob.size - LENGTH_BYTES}: the file was cut off`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw wrong('a header in JSON', excerpt(text));
  }
}

/** A schema for a text that holds JSON. */
function json<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'expected JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** 64 bits, in hexadecimal, that tell arrays apart by their bytes and lengths (FNV-1a in two lanes). */
export function fingerprint(...arrays: readonly ArrayBufferView[]): string {
  let [low, high] = [0x811c9dc5, 0xcbf29ce4];
  const add = (byte: number) => {
    low = Math.imul(low ^ byte, 0x01000193);
    high = Math.imul(high ^ byte, 0x85ebca6b) ^ (high >>> 13);
  };
  for (const array of arrays) {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let i = 0; i < bytes.length; i++) add(bytes[i]);
    for (let shift = 0; shift < 32; shift += 8) add((bytes.length >>> shift) & 0xff);
  }
  return [high, low].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}
