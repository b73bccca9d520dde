import { describe, expect, test } from 'vitest';
import { MetadataBuilder, metadataValue } from '../../src/data/metadata';

/** The column of values given, one a row. */
function column(values: (string | null)[], name = 'field') {
  const builder = new MetadataBuilder(name);
  values.forEach((value, row) => {
    if (value !== null) builder.set(row, value);
  });
  return builder.build(values.map((_, row) => row));
}

const repeat = (count: number, value: (i: number) => string) => Array.from({ length: count }, (_, i) => value(i));

describe('kinds', () => {
  test.each<[string, string, string[], string]>([
    ['few texts that recur', 'medium', repeat(100, (i) => ['oil', 'ink'][i % 2]), 'category'],
    ['twenty texts, one a row', 'artist', repeat(20, (i) => `artist ${i}`), 'category'],
    ['twenty-one texts, one a row', 'note', repeat(21, (i) => `note ${i}`), 'text'],
    ['texts that recur twice each', 'place', repeat(100, (i) => `place ${i % 50}`), 'category'],
    ['texts that seldom recur', 'place', repeat(100, (i) => `place ${i % 51}`), 'text'],
    ['more than 5,000 texts that recur', 'place', repeat(15_003, (i) => `place ${i % 5001}`), 'text'],
    ['three numbers', 'year', ['1850', '-3.5', '1e3'], 'number'],
    ['two numbers only', 'flag', ['0', '1', '0', '1'], 'category'],
    ['numbers and a text', 'year', ['1850', '1851', '1852', 'about 1850'], 'category'],
    ['addresses of pictures', 'field', ['https://a.org/x.jpg', 'http://a.org/y.PNG?width=9'], 'image'],
    ['pictures within the file', 'field', ['data:image/png;base64,AAAA', 'data:image/gif;base64,BB'], 'image'],
    ['addresses in a field called thumbnail', 'thumbnail', ['https://a.org/1', 'https://a.org/2'], 'image'],
    ['other addresses', 'page', ['https://a.org/1', 'https://a.org/x.jpg'], 'link'],
    ['addresses and a text', 'page', ['https://a.org/1', 'none'], 'category'],
  ])('%s: %s', (_, name, values, kind) => {
    expect(column(values, name)?.kind).toBe(kind);
  });
});

describe('MetadataBuilder', () => {
  test('keeps the distinct values and where they stand', () => {
    const built = column(['oil', null, 'ink', 'oil']);
    expect(built?.name).toBe('field');
    expect(built?.values.toArray()).toEqual(['oil', 'ink']);
    expect([...(built?.codes ?? [])]).toEqual([0, -1, 1, 0]);
  });

  test('keeps the first value of a row and no empty one', () => {
    const builder = new MetadataBuilder('medium');
    builder.set(0, '');
    builder.set(0, 'oil');
    builder.set(0, 'ink');
    const built = builder.build([0, 1]);
    expect([0, 1].map((row) => built && metadataValue(built, row))).toEqual(['oil', null]);
  });

  test('follows the rows that were kept', () => {
    const builder = new MetadataBuilder('medium');
    builder.set(3, 'ink');
    builder.set(1, 'oil');
    const built = builder.build([1, 2, 3, 9000]);
    expect([0, 1, 2, 3].map((row) => built && metadataValue(built, row))).toEqual(['oil', null, 'ink', null]);
  });

  test('grows to rows far apart', () => {
    const builder = new MetadataBuilder('medium');
    builder.set(5, 'oil');
    builder.set(100_000, 'ink');
    const built = builder.build([5, 99_999, 100_000]);
    expect([0, 1, 2].map((row) => built && metadataValue(built, row))).toEqual(['oil', null, 'ink']);
  });

  test('gives no column where no kept row has a value', () => {
    const builder = new MetadataBuilder('medium');
    builder.set(0, 'oil');
    expect(builder.build([1, 2])).toBeNull();
    expect(new MetadataBuilder('none').build([0])).toBeNull();
  });
});
