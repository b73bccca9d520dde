import { describe, expect, test } from 'vitest';
import { compilePath, fieldName, findFields, findLists, firstText, labelOf, visitPath } from '../../src/data/json-path';

const concept = (id: string) => ({ id, label: `label of ${id}`, type: 'Concept' });
const work = (n: number) => ({
  id: `w${n}`,
  title: `Work ${n}`,
  alternativeTitles: ['one', 'two', 'three'],
  subjects: [
    { id: `s${n}`, label: `Subject ${n}`, concepts: [concept(`c${n}`), concept('c0')] },
    { id: 's0', label: 'Shared', concepts: [concept('c0')] },
  ],
  genres: [{ label: 'Etchings', concepts: [concept('g1')] }],
  items: [{ id: 'i1', label: 'item' }],
  production: [{ label: 'London', dates: [{ label: `18${10 + n}` }] }],
  workType: { id: 'k', label: n % 2 ? 'Books' : 'Pictures' },
  thumbnail: { url: `https://example.org/${n}.jpg` },
  language: 'en',
});

function valuesAt(record: unknown, path: string): unknown[] {
  const values: unknown[] = [];
  visitPath(record, compilePath(path), (value) => values.push(value));
  return values;
}

describe('visitPath', () => {
  test('visits every element of lists within lists', () => {
    expect(valuesAt(work(1), 'subjects[].concepts[].id')).toEqual(['c1', 'c0', 'c0']);
    expect(valuesAt(work(1), 'workType.label')).toEqual(['Books']);
  });

  test.each([
    ['a missing key', {}],
    ['null', { tags: null }],
    ['an object instead of a list', { tags: { 0: 'a' } }],
    ['a text instead of a list', { tags: 'abc' }],
    ['an empty list', { tags: [] }],
  ])('finds nothing at %s', (_, record) => {
    expect(valuesAt(record, 'tags[]')).toEqual([]);
  });

  test('gives elements that are null, so that they can be reported', () => {
    expect(valuesAt({ tags: ['a', null] }, 'tags[]')).toEqual(['a', null]);
  });
});

describe('findLists', () => {
  test('ranks subjects[].concepts[] first and offers the other paths', () => {
    const lists = findLists([work(1), work(2)]);
    expect(lists[0]).toEqual({
      path: 'subjects[].concepts[]',
      count: 6,
      examples: ['label of c1', 'label of c0', 'label of c2'],
    });
    expect(lists.map(({ path }) => path)).toEqual([
      'subjects[].concepts[]',
      'subjects[]',
      'genres[].concepts[]',
      'genres[]',
      'alternativeTitles[]',
      'production[]',
      'production[].dates[]',
      'items[]',
    ]);
  });

  test('takes tags before lists it has no word for, however long those are', () => {
    const lists = findLists([{ authors: ['a', 'b', 'c', 'd'], tags: ['x'] }]);
    expect(lists.map(({ path, count }) => [path, count])).toEqual([
      ['tags[]', 1],
      ['authors[]', 4],
    ]);
  });

  test('takes the longer of two lists it knows nothing of', () => {
    expect(findLists([{ a: [1], b: [1, 2] }]).map(({ path }) => path)).toEqual(['b[]', 'a[]']);
  });

  test('finds no list in single values, in lists of lists or in unlabelled objects', () => {
    expect(findLists([{ id: 'w1', about: { label: 'x' }, grid: [[1, 2]], parts: [{ size: 3 }] }])).toEqual([]);
  });
});

describe('labelOf', () => {
  test.each([
    [' Tides ', 'Tides'],
    [1850, '1850'],
    [{ id: 'c1', name: 'name', label: 'label' }, 'label'],
    [{ id: 'c1', title: 'title', name: 'name' }, 'name'],
    [{ id: 'c1', title: 'title' }, 'title'],
    [{ id: 7 }, '7'],
    [{ size: 7 }, null],
    [null, null],
    [['Tides'], null],
  ])('of %j is %j', (value, label) => {
    expect(labelOf(value)).toBe(label);
  });
});

describe('findFields', () => {
  test('gives the single values that differ between records, without those left out', () => {
    expect(findFields([work(1), work(2)], ['id', 'title', 'subjects'])).toEqual([
      'production[].dates[].label',
      'workType.label',
      'thumbnail.url',
    ]);
  });

  test('gives the values of a single record', () => {
    expect(findFields([{ id: 'w1', year: 1850, empty: '', identifiers: 'x' }], ['id'])).toEqual(['year']);
  });
});

test('firstText gives the first value that is a single one', () => {
  const record = { notes: [{ label: { en: 'x' } }, { label: 'second' }, { label: 'third' }] };
  expect(firstText(record, compilePath('notes[].label'))).toBe('second');
  expect(firstText(record, compilePath('notes[].size'))).toBeNull();
});

test.each([
  ['contributors[].agent.label', 'contributors'],
  ['production[].dates[].label', 'production dates'],
  ['thumbnail.url', 'thumbnail'],
  ['accession_year', 'accession year'],
  ['label', 'label'],
])('the field at %s is called %s', (path, name) => {
  expect(fieldName(path)).toBe(name);
});
