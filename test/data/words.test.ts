import { expect, test } from 'vitest';
import { wordOf } from '../../src/data/words';

test.each([
  ['subjects', 'subject', 'subjects'],
  ['Work', 'work', 'works'],
  ['user_id', 'user', 'users'],
  ['userId', 'user', 'users'],
  ['movieID', 'movie', 'movies'],
  ['book id', 'book', 'books'],
  ['subjects[]', 'subject', 'subjects'],
  ['object-key', 'object', 'objects'],
  ['link_names', 'link name', 'link names'],
  ['categories', 'category', 'categories'],
  ['movies', 'movie', 'movies'],
  ['cookies', 'cookie', 'cookies'],
  ['series', 'series', 'series'],
  ['species', 'species', 'species'],
  ['classes', 'class', 'classes'],
  ['class', 'class', 'classes'],
  ['boxes', 'box', 'boxes'],
  ['branch', 'branch', 'branches'],
  ['genus', 'genus', 'genuses'],
  ['day', 'day', 'days'],
  ['person', 'person', 'people'],
  ['id', 'id', 'ids'],
])('%s: one %s, many %s', (name, one, many) => {
  expect(wordOf(name)).toEqual({ one, many });
});

test.each(['subject', 'category', 'movie', 'class', 'box', 'branch', 'day', 'series'])(
  'the plural of %s leads back to it',
  (word) => {
    expect(wordOf(wordOf(word).many)).toEqual(wordOf(word));
  },
);
