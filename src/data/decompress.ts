import { DataError } from './data-error';

export interface OpenOptions {
  name: string;
  /** Refuse to unpack more than this many bytes: the guard against a gzip bomb. */
  maxUnpackedBytes: number;
  signal?: AbortSignal;
  /** Awaited after each chunk: lets an abort come in while the data is all there already. */
  onChunk?: () => Promise<void>;
  /** Called with the bytes read from the file so far (packed, where it is packed). */
  onBytes?: (bytes: number) => void;
}

/** Unpacked at most 100 times its size, and never refused below 2 GiB: real catalogues pack 10 to 30 times. */
export function defaultUnpackedLimit(packedBytes: number): number {
  return Math.max(2 * 1024 ** 3, packedBytes * 100);
}

/** The bytes of a file, unpacked while they stream; nothing is held beyond a chunk. */
export async function* openBytes(file: Blob, options: OpenOptions): AsyncGenerator<Uint8Array> {
  const { name, maxUnpackedBytes, signal, onBytes, onChunk } = options;
  if (file.size === 0) throw new DataError('works in JSON lines or a CSV table', 'an empty file', { file: name });
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  refuseOtherArchives(head, name);
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  // Packed bytes wait in the decompressor's queue; how far the file is read shows in what has come out.
  const whole = packed ? await unpackedSize(file) : 0;
  let read = 0;
  const counted = file.stream().pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        read += chunk.length;
        controller.enqueue(chunk);
      },
    }),
  );
  const stream = packed ? counted.pipeThrough(new DecompressionStream('gzip')) : counted;
  const reader = stream.getReader();
  let unpacked = 0;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw packed ? brokenGzip(cause, unpacked, name) : cause;
      });
      if (done) return;
      unpacked += value.length;
      if (packed && unpacked > maxUnpackedBytes) {
        throw new DataError(
          `at most ${readableBytes(maxUnpackedBytes)} once unpacked (the limit can be raised)`,
          `more, from ${readableBytes(file.size)} of gzip`,
          { file: name },
        );
      }
      onBytes?.(whole > file.size ? Math.min(read, Math.round((file.size * unpacked) / whole)) : read);
      yield value;
      await onChunk?.();
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The size that a gzip file gives at its end, modulo 4 GiB (RFC 1952). */
async function unpackedSize(file: Blob): Promise<number> {
  const tail = await file.slice(-4).arrayBuffer();
  return tail.byteLength === 4 ? new DataView(tail).getUint32(0, true) : 0;
}

/** The first `bytes` bytes once unpacked; a truncated file gives what it has. */
export async function headBytes(file: Blob, name: string, bytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of openBytes(file, { name, maxUnpackedBytes: Number.POSITIVE_INFINITY })) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= bytes) break;
    }
  } catch (error) {
    // A file cut short can still be recognised by its beginning; reading it whole will show.
    if (length === 0) throw error;
  }
  const head = new Uint8Array(Math.min(length, bytes));
  let offset = 0;
  for (const chunk of chunks) {
    head.set(chunk.subarray(0, head.length - offset), offset);
    offset += Math.min(chunk.length, head.length - offset);
  }
  return head;
}

/** Bytes in words, in powers of 1000. */
export function readableBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

function refuseOtherArchives(head: Uint8Array, name: string): void {
  const found =
    head[0] === 0x50 && head[1] === 0x4b && head[2] < 0x10
      ? 'a zip archive; unpack it first'
      : head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd
        ? 'a zstd archive; unpack it first'
        : head[0] === 0x50 && head[1] === 0x41 && head[2] === 0x52 && head[3] === 0x31
          ? 'a Parquet file'
          : null;
  if (found) throw new DataError('JSON lines, JSON, CSV or TSV, plain or gzip', found, { file: name });
}

function brokenGzip(cause: unknown, unpacked: number, name: string): DataError {
  const error = new DataError(
    'a whole gzip file',
    `one that ends early or is damaged, after ${readableBytes(unpacked)} were unpacked`,
    { file: name },
  );
  error.cause = cause;
  return error;
}
