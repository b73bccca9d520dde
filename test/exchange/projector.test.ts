import { describe, expect, test } from 'vitest';
import { MetadataBuilder } from '../../src/data/metadata';
import { Random } from '../../src/data/random';
import { StringTable } from '../../src/data/string-table';
import { namesTsv, vectorsTsv } from '../../src/exchange/projector';

/** Lines and cells as the projector reads them: it drops blank lines and knows no quotes. */
function read(parts: Iterable<string>): string[][] {
  return [...parts]
    .join('')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split('\t'));
}

function metadata(name: string, values: readonly string[]) {
  const builder = new MetadataBuilder(name);
  values.forEach((value, row) => {
    builder.set(row, value);
  });
  const column = builder.build(values.map((_, row) => row));
  if (!column) throw new Error('expected a value, found none');
  return column;
}

test('vectors come back within a millionth, one line an entry, without a header', () => {
  const random = new Random(5);
  const values = Float32Array.from({ length: 40 * 6 }, (_, i) => random.normal() * 10 ** ((i % 11) - 7));
  values.set([0, -0, 1, 0.5, -1e-12, 3e9]);
  const lines = read(vectorsTsv(values, 6));
  expect(lines.map((cells) => cells.length)).toEqual(Array(40).fill(6));
  lines.flat().forEach((text, i) => {
    expect(Math.abs(Number(text) - values[i])).toBeLessThanOrEqual(1e-6 * Math.abs(values[i]));
  });
  expect(lines[0].slice(2, 4)).toEqual(['1', '0.5']);
});

test('a large file comes in parts of about a megabyte, none of which cuts a line', () => {
  const values = new Float32Array(30_000 * 8).fill(1 / 3);
  const parts = [...vectorsTsv(values, 8)];
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.every((part) => part.endsWith('\n') && part.length < 1.1e6)).toBe(true);
  expect(read(parts)).toHaveLength(30_000);
});

describe('names', () => {
  const labels = ['plain', 'tab\there', 'line\r\nend', '"quoted", \'too\'', '=SUM(A1)', '  ', 'Größe 雪', '-1+2'];
  const ids = labels.map((_, i) => `id ${i}`);
  const names = { labels: StringTable.from(labels), ids: StringTable.from(ids), metadata: null };

  test('alone: one column, no header, each label one cell', () => {
    expect(read(namesTsv(names))).toEqual(
      ['plain', 'tab here', 'line end', '"quoted", \'too\'', '=SUM(A1)', 'id 5', 'Größe 雪', '-1+2'].map((name) => [
        name,
      ]),
    );
  });

  test('with metadata: a header, and as many cells in each line; pictures are left out', () => {
    const columns = [
      metadata('kind\tof', ['a', '', 'b\nb', 'a', 'a', 'a', 'a', 'a']),
      metadata(
        'picture',
        labels.map(() => 'data:image/png;base64,AA'),
      ),
    ];
    const lines = read(namesTsv({ ...names, metadata: columns }));
    expect(lines[0]).toEqual(['name', 'id', 'kind of']);
    expect(lines.map((cells) => cells.length)).toEqual(Array(9).fill(3));
    expect(lines[2]).toEqual(['tab here', 'id 1', '']);
    expect(lines[3]).toEqual(['line end', 'id 2', 'b b']);
  });

  test('with metadata asked for and none there, the id makes the second column that a header needs', () => {
    expect(read(namesTsv({ ...names, metadata: [] }))[0]).toEqual(['name', 'id']);
  });

  test('an entry without a name keeps its line', () => {
    const nameless = { labels: StringTable.from(['', 'b']), ids: StringTable.from([' ', '2']), metadata: null };
    expect(read(namesTsv(nameless))).toEqual([['(no name)'], ['b']]);
  });
});
