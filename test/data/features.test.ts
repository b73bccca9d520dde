import { describe, expect, test } from 'vitest';
import { rowOf } from '../../src/data/csr';
import { type Features, featuresOf } from '../../src/data/features';
import type { MetadataColumn } from '../../src/data/metadata';
import { StringTable } from '../../src/data/string-table';

/** A column of metadata with one value an entry; null for none. */
function column(name: string, kind: MetadataColumn['kind'], values: readonly (string | null)[]): MetadataColumn {
  const distinct = [...new Set(values.filter((value) => value !== null))];
  return {
    name,
    kind,
    values: StringTable.from(distinct),
    codes: Int32Array.from(values, (value) => (value === null ? -1 : distinct.indexOf(value))),
  };
}

/** Names of the features of each entry. */
function told(features: Features | null): string[][] {
  if (!features) throw new Error('expected features, found none');
  const { matrix, names } = features;
  expect(matrix.columns).toBe(names.length);
  return Array.from({ length: matrix.rows }, (_, entry) => [...rowOf(matrix, entry)].map((f) => names[f]));
}

describe('categories', () => {
  test('give a feature for each value, those between “|” one each', () => {
    const genres = column('genre', 'category', ['Comedy|Drama', 'Drama', 'Comedy| Drama |', null, 'Comedy']);
    expect(told(featuresOf(5, [genres]))).toEqual([
      ['genre: Comedy', 'genre: Drama'],
      ['genre: Drama'],
      ['genre: Comedy', 'genre: Drama'],
      [],
      ['genre: Comedy'],
    ]);
  });

  test('a value said twice of one entry is said once', () => {
    const genres = column('genre', 'category', ['A|A', 'A|B', 'B|A|B']);
    expect(told(featuresOf(3, [genres]))).toEqual([['genre: A'], ['genre: A', 'genre: B'], ['genre: A', 'genre: B']]);
  });

  test('a value that one entry has alone gives none', () => {
    const genres = column('genre', 'category', ['A', 'A', 'B', 'A|C']);
    expect(told(featuresOf(4, [genres]))).toEqual([['genre: A'], ['genre: A'], [], ['genre: A']]);
  });
});

describe('numbers', () => {
  test('are cut into eighths of their ranks', () => {
    const years = column(
      'year',
      'number',
      Array.from({ length: 40 }, (_, i) => `${1900 + i * i}`),
    );
    const features = told(featuresOf(40, [years]));
    expect(features.every((list) => list.length === 1)).toBe(true);
    const parts = [...new Set(features.flat())];
    expect(parts).toHaveLength(8);
    for (const part of parts) expect(features.filter(([found]) => found === part)).toHaveLength(5);
    expect(features[0]).toEqual(['year: 1900 to 1925']);
    expect(features[4]).toEqual(['year: 1900 to 1925']);
    expect(features[5]).toEqual(['year: 1925 to 2000']);
    expect(features[39]).toEqual([`year: ${1900 + 35 * 35} and above`]);
  });

  test('of few values keep equal ones together, and unknown ones have none', () => {
    const ages = column('age', 'number', ['3', '10', null, '3', '10', '10', '-1', '-1']);
    expect(told(featuresOf(8, [ages]))).toEqual([
      ['age: 3 to 10'],
      ['age: 10 and above'],
      [],
      ['age: 3 to 10'],
      ['age: 10 and above'],
      ['age: 10 and above'],
      ['age: -1 to 3'],
      ['age: -1 to 3'],
    ]);
  });
});

test('columns come together under their names; texts, pictures and links give none', () => {
  const features = featuresOf(4, [
    column('kind', 'category', ['a', 'a', 'b', 'b']),
    column('title', 'text', ['same', 'same', 'same', 'same']),
    column('cover', 'image', ['data:,', 'data:,', 'data:,', 'data:,']),
    column('page', 'link', ['http://a.example', 'http://a.example', null, null]),
    column('genre', 'category', ['a', 'b', 'a', 'b']),
  ]);
  expect(told(features)).toEqual([
    ['kind: a', 'genre: a'],
    ['kind: a', 'genre: b'],
    ['kind: b', 'genre: a'],
    ['kind: b', 'genre: b'],
  ]);
});

test('without anything shared there are no features', () => {
  expect(featuresOf(3, [])).toBeNull();
  expect(featuresOf(3, [column('title', 'text', ['x', 'x', 'x'])])).toBeNull();
  expect(featuresOf(3, [column('genre', 'category', ['x', 'y', 'z'])])).toBeNull();
});
