import { describe, expect, test } from 'vitest';
import { inspect, type Loaded, load, type NamedBlob } from '../../src/data/load';
import { tableMapping } from '../../src/data/mapping';
import { metadataValue } from '../../src/data/metadata';
import { dataErrorOf, fileOf } from '../support/loading';
import { task } from '../support/task';

const loadAll = (...files: NamedBlob[]) => load(files, {}, task());

function side({ dataset }: Loaded, name: 'row' | 'column') {
  const { ids, labels, metadata } = dataset.interactions[name];
  return Object.fromEntries(
    Array.from({ length: ids.length }, (_, i) => [
      ids.get(i),
      [labels.get(i), Object.fromEntries(metadata.map((column) => [column.name, metadataValue(column, i)]))],
    ]),
  );
}

const flags = (...set: number[]) => Array.from({ length: 19 }, (_, i) => (set.includes(i) ? '1' : '0')).join('|');
const uData = fileOf('u.data', '1\t7\t3\t881250949\n2\t7\t5\t881250950\n2\t8\t1\t881250951\n');

describe('MovieLens 100k', () => {
  const uItem = [
    `7|Toy "Story" (1995)|01-Jan-1995||http://a.example/7|${flags(3, 4, 5)}`,
    `8|Caf\xe9|||http://a.example/8|${flags(0)}`,
    `9|Nobody's|||http://a.example/9|${flags()}`,
  ];
  const uUser = fileOf('u.user', '1|24|M|technician|85711\n2|53|F|other|94043\n');
  const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

  test('u.data is told in any order from what tells of its users and movies', async () => {
    const loaded = await loadAll(uUser, fileOf('u.item', latin1(`${uItem.join('\n')}\n`)), uData);
    const { values, timestamps } = loaded.dataset.interactions;
    expect([...(values ?? [])]).toEqual([3, 5, 1]);
    expect([...(timestamps ?? [])]).toEqual([881_250_949, 881_250_950, 881_250_951]);
    const movies = side(loaded, 'column');
    expect(movies[7]).toEqual([
      'Toy "Story" (1995)',
      { 'release date': '01-Jan-1995', url: 'http://a.example/7', genres: "Animation|Children's|Comedy" },
    ]);
    expect(movies[8][0]).toBe('Café');
    expect(side(loaded, 'row')[2]).toEqual(['2', { age: '53', gender: 'F', occupation: 'other', 'zip code': '94043' }]);
    expect(loaded.summary.repairs).toEqual([
      { what: 'Bytes that are not UTF-8, read as Latin-1', count: 1, firstLine: 2 },
      { what: 'movies of u.item that no pair names, left out', count: 1, firstLine: 3 },
    ]);
    expect(loaded.summary.name).toBe('u.data and 2 more');
  });

  test('a training and a test file are read as one', async () => {
    const { summary } = await loadAll(fileOf('ua.base', '1\t7\t3\n2\t8\t4\n'), fileOf('ua.test', '1\t8\t3\n'));
    expect([summary.rows, summary.columns, summary.pairs]).toEqual([2, 2, 3]);
  });

  test('bad lines of a file of facts are rejected with their file and field', async () => {
    const bad = [uItem[0], uItem[1].replace('|0|', '|x|'), '8|too|short', uItem[2].replace('9|', ' |'), uItem[0]];
    // More good lines than bad ones tell what the file is.
    bad.push(...['10', '11', '12'].map((id) => uItem[2].replace('9', id)));
    const { summary } = await loadAll(uData, fileOf('u.item', `${bad.join('\n')}\n`));
    expect(summary.rejections.map(({ file, line, reason }) => [file, line, reason])).toEqual([
      ['u.item', 2, 'expected 0 or 1 in “Action”, found “x”'],
      ['u.item', 3, 'expected 24 fields, found 3'],
      ['u.item', 4, 'expected a movie in “item_id”, found nothing'],
    ]);
    expect(summary.repairs).toEqual([
      { what: 'movies that come again in u.item, the first kept', count: 1, firstLine: 5 },
      { what: 'movies of u.item that no pair names, left out', count: 3, firstLine: 6 },
      { what: 'movies that u.item does not have, known by their id', count: 1, firstLine: 3 },
    ]);
  });
});

describe('MovieLens 1M', () => {
  const movies = fileOf('movies.dat', '7::Toy Story (1995)::Animation|Children\'s\n8::"Quoted::Drama\n');
  const users = fileOf('users.dat', '1::F::1::10::48067\n2::M::56::16::70072\n');

  test.each([
    ['with times', '::978300760', [978_300_760, 978_300_760, 978_300_760]],
    ['without', '', null],
  ])('%s', async (_, time, timestamps) => {
    const ratings = fileOf('ratings.dat', ['1::7::5', '2::7::4', '2::8::3'].map((line) => `${line}${time}\n`).join(''));
    const loaded = await loadAll(movies, ratings, users);
    const { interactions } = loaded.dataset;
    expect([...(interactions.values ?? [])]).toEqual([5, 4, 3]);
    expect(interactions.timestamps && [...interactions.timestamps]).toEqual(timestamps);
    expect(side(loaded, 'column')).toEqual({
      7: ['Toy Story (1995)', { genres: "Animation|Children's" }],
      8: ['"Quoted', { genres: 'Drama' }],
    });
    expect(side(loaded, 'row')[1]).toEqual(['1', { gender: 'F', age: '1', occupation: '10', 'zip code': '48067' }]);
  });
});

describe('MovieLens with headers', () => {
  const ratings = fileOf(
    'ratings.csv',
    'userId,movieId,rating,timestamp\n1,7,4.0,964982703\n2,7,4.5,964981247\n2,8,1,9\n',
  );
  const movies = fileOf('movies.csv', 'movieId,title,genres\n7,"Story, A (1995)",Comedy|Drama\n8,Jumanji,Drama|War\n');

  test('movies.csv gives titles and genres', async () => {
    const { mapping } = await inspect([movies, ratings]);
    expect(tableMapping.parse(mapping).sides).toMatchObject([
      { file: 'movies.csv', side: 'column', id: 'movieId', label: 'title', metadata: ['genres'], separator: '|' },
    ]);
    const loaded = await loadAll(movies, ratings);
    expect(side(loaded, 'column')[7]).toEqual(['Story, A (1995)', { genres: 'Comedy|Drama' }]);
  });

  test('tags.csv fits nowhere beside them, and says what would', async () => {
    const tags = fileOf('tags.csv', 'userId,movieId,tag,timestamp\n2,7,funny,1445714994\n2,8,dull,1445714996\n');
    expect(await dataErrorOf(inspect([ratings, movies, tags]))).toBe(
      'tags.csv, line 1: expected pairs with the fields of ratings.csv (“userId”, “movieId”, “rating”, “timestamp”), or one line for each user or movie with its “userId” or “movieId”, found “userId”, “movieId”, “tag”, “timestamp”',
    );
  });

  test('a file that names an entry on many lines is no file of facts', async () => {
    const many = fileOf('marks.csv', `movieId,mark\n${'7,good\n8,bad\n'.repeat(10)}`);
    expect(await dataErrorOf(inspect([ratings, many]))).toContain('marks.csv, line 1: expected pairs with the fields');
  });

  test('a file about other movies is refused', async () => {
    const others = fileOf('movies.csv', 'movieId,title\ntt1,Tides\ntt2,Stars\n');
    expect(await dataErrorOf(loadAll(ratings, others))).toBe(
      'movies.csv: expected movies of the pairs in “movieId”, found others, such as “tt1”',
    );
  });

  test('a file of the mapping that is not there is missed', async () => {
    const { mapping } = await inspect([ratings, movies]);
    expect(await dataErrorOf(load([ratings], { mapping }, task()))).toBe(
      'expected the file “movies.csv” beside the pairs, found “ratings.csv”',
    );
  });

  test('a file that is to be left out is left out', async () => {
    const mapping = tableMapping.parse((await inspect([ratings, movies])).mapping);
    const sides = mapping.sides.map((one) => ({ ...one, side: 'ignore' as const }));
    const loaded = await load([movies, ratings], { mapping: { ...mapping, sides } }, task());
    expect(side(loaded, 'column')[7]).toEqual(['7', {}]);
    expect(loaded.summary.name).toBe('ratings.csv');
  });
});

test('goodbooks: the label is the original title, or the title where there is none', async () => {
  const ratings = fileOf('ratings.csv', 'user_id,book_id,rating\n1,258,5\n2,4081,4\n');
  const header = 'book_id,goodreads_book_id,authors,original_publication_year,original_title,title,average_rating';
  const books = fileOf(
    'books.csv',
    `${header}\n258,1232,C. Z.,2001.0,La sombra,The Shadow,4.24\n4081,2,T. W.,,,Charlotte,3\n`,
  );
  const loaded = await loadAll(books, ratings);
  expect(side(loaded, 'column')).toEqual({
    258: ['La sombra', { authors: 'C. Z.', original_publication_year: '2001.0', average_rating: '4.24' }],
    4081: ['Charlotte', { authors: 'T. W.', original_publication_year: null, average_rating: '3' }],
  });
  expect(loaded.dataset.interactions.column.metadata.map(({ name }) => name)).not.toContain('goodreads_book_id');
});

describe('Last.fm', () => {
  const pairs = fileOf('user_artists.dat', '//userID\tartistID\tweight\n2\t51\t13883\n2\t52\t11690\n3\t51\t7\n');
  const lines = '51\tDuran "D" Duran\thttp://a.example/51\thttp://b.example/51.jpg\n52\tAir\thttp://a.example/52\t\n';

  test.each([
    ['without a header', lines],
    ['with one', `id\tname\turl\tpictureURL\n${lines}`],
  ])('artists.dat %s', async (_, text) => {
    const loaded = await loadAll(pairs, fileOf('artists.dat', text));
    expect([...(loaded.dataset.interactions.values ?? [])]).toEqual([13883, 11690, 7]);
    expect(side(loaded, 'column')[51]).toEqual([
      'Duran "D" Duran',
      { url: 'http://a.example/51', pictureURL: 'http://b.example/51.jpg' },
    ]);
  });
});

test('RecBole: .item and .user tell of the entries of .inter, with lists divided by blanks', async () => {
  const inter = fileOf('ml.inter', 'user_id:token\titem_id:token\trating:float\n1\t7\t4\n2\t7\t3\n2\t8\t1\n');
  const item = fileOf(
    'ml.item',
    'item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n7\tToy "Story\t1995\tComedy Drama\n8\tTwo Words\t1996\tWar\n',
  );
  const user = fileOf('ml.user', 'user_id:token\tage:float\n1\t24\n2\t53\n');
  const loaded = await loadAll(item, user, inter);
  expect(side(loaded, 'column')).toEqual({
    7: ['Toy "Story', { release_year: '1995', class: 'Comedy|Drama' }],
    8: ['Two Words', { release_year: '1996', class: 'War' }],
  });
  expect(side(loaded, 'row')[2]).toEqual(['2', { age: '53' }]);
});

describe('files together', () => {
  test('a file whose field is called id tells of what its name says', async () => {
    const loaded = await loadAll(
      fileOf('plays.csv', 'user_id,artist_id,count\n1,7,4\n2,8,3\n'),
      fileOf('artists.csv', 'id,name,country\n7,Air,FR\n8,Can,DE\n'),
    );
    expect(side(loaded, 'column')[8]).toEqual(['Can', { country: 'DE' }]);
  });

  test('records in JSON beside a table are refused', async () => {
    expect(await dataErrorOf(inspect([uData, fileOf('works.jsonl', '{"id":1,"tags":["a"]}\n')]))).toBe(
      'works.jsonl: expected CSV or TSV as in u.data, found JSON lines',
    );
  });

  test('pairs none of which can be read say so, not the facts beside them', async () => {
    const { mapping } = await inspect([uData, fileOf('u.user', '1|24|M|technician|85711\n2|53|F|other|94043\n')]);
    const files = [fileOf('u.data', '1\t7\tgood\t3\n'), fileOf('u.user', '1|24|M|technician|85711\n')];
    expect(await dataErrorOf(load(files, { mapping }, task()))).toBe(
      'u.data and 1 more: expected at least one user with a movie, found 1 records without any; the first problem is on line 1: expected a number in “rating”, found “good”',
    );
  });
});
