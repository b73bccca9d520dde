import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { defaultUnpackedLimit, headBytes, openBytes, readableBytes } from '../../src/data/decompress';
import { Random } from '../../src/data/random';
import { dataErrorOf, fileOf, jsonLines, loadContent, pairsOf } from '../support/loading';

const works = jsonLines({ id: 'w1', tags: ['tides', 'moon'] }, { id: 'w2', tags: ['moon'] });

/** Works whose ids do not pack well, so that a part of the gzip is a part of the works. */
function noise(count: number): string {
  const random = new Random(1);
  return jsonLines(
    ...Array.from({ length: count }, () => ({ id: `${random.next()}`, tags: [`${random.next()}`, 'all'] })),
  );
}

async function unpacked(file: ReturnType<typeof fileOf>, maxUnpackedBytes = 1e9): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of openBytes(file.blob, { name: file.name, maxUnpackedBytes })) chunks.push(chunk.slice());
  return Buffer.concat(chunks).toString('utf8');
}

describe('openBytes', () => {
  test('gives the bytes of a plain and of a packed file', async () => {
    const text = noise(5000);
    expect(await unpacked(fileOf('works.jsonl', text))).toBe(text);
    expect(await unpacked(fileOf('works.jsonl.gz', gzipSync(text)))).toBe(text);
  });

  test('knows gzip by its bytes, not by its name', async () => {
    const loaded = await loadContent('works.jsonl', gzipSync(works));
    expect(pairsOf(loaded)).toEqual({ w1: ['tides', 'moon'], w2: ['moon'] });
  });

  test('counts the bytes of the file, not those unpacked', async () => {
    const packed = gzipSync('x'.repeat(500_000));
    const seen: number[] = [];
    const bytes = openBytes(new Blob([packed]), { name: 'x', maxUnpackedBytes: 1e9, onBytes: (n) => seen.push(n) });
    for await (const _ of bytes);
    expect(seen.at(-1)).toBe(packed.length);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test('refuses a gzip that is cut short', async () => {
    const packed = gzipSync(noise(20_000));
    const cut = packed.subarray(0, packed.length >> 1);
    expect(await dataErrorOf(loadContent('cut.jsonl.gz', cut))).toMatch(
      /^cut\.jsonl\.gz: expected a whole gzip file, found one that ends early or is damaged, after [1-9][\d.]* [kM]B were unpacked$/,
    );
  });

  test('refuses a gzip that is damaged in its first bytes', async () => {
    const packed = gzipSync(works);
    packed.fill(0xff, 10, 30);
    expect(await dataErrorOf(loadContent('bad.jsonl.gz', packed))).toBe(
      'bad.jsonl.gz: expected a whole gzip file, found one that ends early or is damaged, after 0 bytes were unpacked',
    );
  });

  test('stops unpacking at the limit', async () => {
    const packed = gzipSync(works + ' '.repeat(3_000_000));
    expect(await dataErrorOf(loadContent('bomb.jsonl.gz', packed, { maxUnpackedBytes: 1_500_000 }))).toBe(
      `bomb.jsonl.gz: expected at most 1.5 MB once unpacked (the limit can be raised), found more, from ${readableBytes(packed.length)} of gzip`,
    );
  });

  test('allows exactly the limit, and a plain file any length', async () => {
    const file = fileOf('works.jsonl.gz', gzipSync(works));
    expect(await unpacked(file, works.length)).toBe(works);
    await expect(unpacked(file, works.length - 1)).rejects.toThrow('once unpacked');
    expect(await unpacked(fileOf('works.jsonl', works), 1)).toBe(works);
  });

  test.each([
    ['a zip archive; unpack it first', [0x50, 0x4b, 0x03, 0x04, 0x14]],
    ['a zip archive; unpack it first', [0x50, 0x4b, 0x05, 0x06, 0x00]],
    ['a zstd archive; unpack it first', [0x28, 0xb5, 0x2f, 0xfd, 0x04]],
    ['a Parquet file', [...Buffer.from('PAR1..PAR1')]],
  ])('refuses %s', async (found, bytes) => {
    expect(await dataErrorOf(loadContent('works.bin', Uint8Array.from(bytes)))).toBe(
      `works.bin: expected JSON lines, JSON, CSV or TSV, plain or gzip, found ${found}`,
    );
  });

  test('does not take a table whose first field is PK for a zip archive', async () => {
    const loaded = await loadContent('works.csv', 'PK,tag\n1,tides\n2,moon\n');
    expect(pairsOf(loaded)).toEqual({ 1: ['tides'], 2: ['moon'] });
  });

  test('refuses an empty file', async () => {
    expect(await dataErrorOf(unpacked(fileOf('none.csv', '')))).toBe(
      'none.csv: expected works in JSON lines or a CSV table, found an empty file',
    );
  });
});

describe('headBytes', () => {
  test('gives the beginning once unpacked, or all there is', async () => {
    const text = noise(10_000);
    const head = async (content: BlobPart, bytes: number) =>
      Buffer.from(await headBytes(new Blob([content]), 'works', bytes)).toString('utf8');
    expect(await head(gzipSync(text), 1000)).toBe(text.slice(0, 1000));
    expect(await head(text, 100_001)).toBe(text.slice(0, 100_001));
    expect(await head(works, 1e6)).toBe(works);
  });
});

test('the default limit is a hundred times the file, and 2 GiB at least', () => {
  expect(defaultUnpackedLimit(1000)).toBe(2 * 1024 ** 3);
  expect(defaultUnpackedLimit(1e9)).toBe(1e11);
});

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1.0 kB'],
  [123_456, '123 kB'],
  [2.5e9, '2.5 GB'],
  [5e15, '5000 TB'],
])('%d bytes read %s', (bytes, text) => {
  expect(readableBytes(bytes)).toBe(text);
});
