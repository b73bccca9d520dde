import { describe, expect, test } from 'vitest';
import type { EntityTable } from '../../src/data/interactions';
import { inspect, load } from '../../src/data/load';
import { metadataValue } from '../../src/data/metadata';
import { sharedBlob, sharedFile } from '../support/shared-data';
import { task } from '../support/task';

async function summaryOf(path: string) {
  return (await load([sharedBlob(path)], {}, task())).summary;
}

const WELLCOME = 'wellcome/real-works-sample.jsonl';
const BOOK_TAGS = 'goodbooks/samples/book_tags.csv';

function loadAll(paths: readonly string[]) {
  return load(paths.map(sharedBlob), {}, task());
}

function fact(side: EntityTable, name: string, entry: number): string | null {
  const column = side.metadata.find((one) => one.name === name);
  return column ? metadataValue(column, entry) : null;
}

describe('real files', () => {
  test.skipIf(!sharedFile(WELLCOME))(`${WELLCOME}: 10 records, 7 without subjects (needs shared data)`, async () => {
    const summary = await summaryOf(WELLCOME);
    expect([summary.rows, summary.emptyRows, summary.rejected]).toEqual([3, 7, 0]);
    expect([summary.roles.row.many, summary.roles.column.many]).toEqual(['works', 'subjects']);
    expect(summary.rowFields.map(({ name }) => name)).toContain('workType');
  });

  for (const [path, rows, columns, pairs] of [
    ['tate/tate-noturner-core35.jsonl.gz', 22_268, 2745, 160_814],
    ['tate/tate-works.jsonl.gz', 58_801, 16_455, 361_385],
  ] as const) {
    const size = `${rows.toLocaleString('en')} works, ${columns.toLocaleString('en')} subjects, ${pairs.toLocaleString('en')} pairs`;
    test.skipIf(!sharedFile(path))(`${path}: ${size} (needs shared data)`, async () => {
      const summary = await summaryOf(path);
      expect([summary.rows, summary.columns, summary.pairs]).toEqual([rows, columns, pairs]);
      expect([summary.rejected, summary.mergedRows, summary.emptyRows]).toEqual([0, 0, 0]);
      expect(summary.roles.column.many).toBe('subjects');
    });
  }

  test.skipIf(!sharedFile(BOOK_TAGS))(`${BOOK_TAGS}: the roles have to be chosen (needs shared data)`, async () => {
    const { certain, fields } = await inspect([sharedBlob(BOOK_TAGS)]);
    expect(certain).toBe(false);
    expect(fields).toEqual(['goodreads_book_id', 'tag_id', 'count']);
  });

  const ML100K = ['u.item', 'u.user', 'u.data'].map((name) => `movielens-100k/${name}`);
  test.skipIf(!ML100K.every(sharedFile))(`${ML100K.join(', ')} (needs shared data)`, async () => {
    const { dataset, summary } = await loadAll(ML100K);
    expect([summary.rows, summary.columns, summary.pairs, summary.rejected]).toEqual([943, 1682, 100_000, 0]);
    const { values, timestamps, repeats, matrix, row, column } = dataset.interactions;
    expect([values?.length, timestamps?.length, repeats]).toEqual([100_000, 100_000, null]);
    const [user, movie] = [row.ids.indexOf('196'), column.ids.indexOf('242')];
    const at = matrix.indices.indexOf(movie, matrix.offsets[user]);
    expect([values?.[at], timestamps?.[at]]).toEqual([3, 881_250_949]);
    const toyStory = column.ids.indexOf('1');
    expect(column.labels.get(toyStory)).toBe('Toy Story (1995)');
    expect(fact(column, 'genres', toyStory)).toBe("Animation|Children's|Comedy");
    expect(column.labels.toArray()).toContain('Misérables, Les (1995)');
    expect(fact(row, 'occupation', row.ids.indexOf('1'))).toBe('technician');
  });

  const ML1M = ['ratings.dat.gz', 'movies.dat', 'users.dat'].map((name) => `movielens-1m/${name}`);
  test.skipIf(!ML1M.every(sharedFile))(
    `${ML1M.join(', ')} (needs shared data)`,
    async () => {
      const { dataset, summary } = await loadAll(ML1M);
      expect([summary.rows, summary.columns, summary.pairs, summary.rejected]).toEqual([6040, 3706, 1_000_209, 0]);
      const { values, timestamps, row, column } = dataset.interactions;
      expect([values?.length, timestamps]).toEqual([1_000_209, null]);
      const toyStory = column.ids.indexOf('1');
      expect([column.labels.get(toyStory), fact(column, 'genres', toyStory)]).toEqual([
        'Toy Story (1995)',
        "Animation|Children's|Comedy",
      ]);
      expect(fact(row, 'gender', row.ids.indexOf('1'))).toBe('F');
    },
    60_000,
  );

  const GOODBOOKS = ['goodbooks/samples/ratings.csv', 'goodbooks/books.csv'];
  test.skipIf(!GOODBOOKS.every(sharedFile))(`${GOODBOOKS.join(', ')} (needs shared data)`, async () => {
    const { dataset, summary } = await loadAll(GOODBOOKS);
    expect([summary.pairs, summary.rejected, summary.roles.column.many]).toEqual([99, 0, 'books']);
    const { column } = dataset.interactions;
    const book = column.ids.indexOf('258');
    expect(column.labels.get(book)).toBe('La sombra del viento');
    expect(fact(column, 'authors', book)).toBe('Carlos Ruiz Zafón, Lucia Graves');
  });

  const LASTFM = ['lastfm-2k/user_artists.dat', 'lastfm-2k/artists.dat'];
  test.skipIf(!LASTFM.every(sharedFile))(`${LASTFM.join(', ')} (needs shared data)`, async () => {
    const { dataset, summary } = await loadAll(LASTFM);
    expect([summary.rows, summary.columns, summary.pairs, summary.rejected]).toEqual([1892, 17_632, 92_834, 0]);
    expect(dataset.interactions.values?.[0]).toBe(13_883);
    expect(dataset.interactions.column.labels.get(0)).toBe('Duran Duran');
  });

  const BOOKS = 'wikipedia-books/p15_books.ndjson';
  test.skipIf(!sharedFile(BOOKS))(`${BOOKS}: 1,413 books (needs shared data)`, async () => {
    const { dataset, summary } = await loadAll([BOOKS]);
    expect([summary.rows, summary.pairs, summary.duplicatePairs, summary.rejected]).toEqual([1413, 35_216, 5544, 0]);
    const { row, repeats } = dataset.interactions;
    expect(repeats?.reduce((sum, times) => sum + times, 0)).toBe(40_760);
    expect(fact(row, 'country', 0)).toBe('United Kingdom');
    const genres = row.metadata.find(({ name }) => name === 'genre')?.values.toArray() ?? [];
    expect(genres.filter((genre) => /[<>{}[\]]/.test(genre))).toEqual([]);
  });
});
