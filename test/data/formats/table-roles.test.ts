import { describe, expect, test } from 'vitest';
import { inspect } from '../../../src/data/load';
import { tableMapping } from '../../../src/data/mapping';
import { dataErrorOf, fileOf, loadContent, pairsOf } from '../../support/loading';

async function rolesOf(name: string, text: string) {
  const { mapping, certain } = await inspect([fileOf(name, text)]);
  return { ...tableMapping.parse(mapping), certain };
}

describe('roles guessed from the header', () => {
  test.each([
    ['user_id,book_id,rating', 'user_id', 'book_id'],
    ['rating,book_id,user_id', 'user_id', 'book_id'],
    ['userId,movieId,rating,timestamp', 'userId', 'movieId'],
    ['book_id,link_id,weight', 'book_id', 'link_id'],
    ['work,title,subject', 'work', 'subject'],
    ['customer,product,date', 'customer', 'product'],
    ['user_id,artist_id,artist_name', 'user_id', 'artist_id'],
    ['playlist_name,track_name,position', 'playlist_name', 'track_name'],
    ['anything,else', 'anything', 'else'],
  ])('%s: %s has %s', async (header, row, column) => {
    const cells = header
      .split(',')
      .map((_, i) => i)
      .join();
    const found = await rolesOf('pairs.csv', `${header}\n${cells}\n`);
    expect([found.certain, found.row, found.column]).toEqual([true, row, column]);
  });

  test('takes the words of the roles from their fields', async () => {
    const found = await rolesOf('pairs.csv', 'user_id,category_id,rating\n1,2,3\n');
    expect(found.rowWord).toEqual({ one: 'user', many: 'users' });
    expect(found.columnWord).toEqual({ one: 'category', many: 'categories' });
  });

  test('finds the fields with the labels of both sides', async () => {
    const found = await rolesOf('pairs.csv', 'work_id,work_title,tag_id,tag_name\n1,Tides,7,moon\n');
    expect([found.row, found.rowLabel, found.column, found.columnLabel]).toEqual([
      'work_id',
      'work_title',
      'tag_id',
      'tag_name',
    ]);
  });

  test('takes a separator where more than a quarter of the cells have one', async () => {
    const cells = (withBar: number) =>
      Array.from({ length: 8 }, (_, i) => `${i},${i < withBar ? 'a|b' : 'c'}\n`).join('');
    expect((await rolesOf('w.csv', `work,tags\n${cells(3)}`)).separator).toBe('|');
    expect((await rolesOf('w.csv', `work,tags\n${cells(2)}`)).separator).toBe('');
    expect((await rolesOf('w.csv', 'work,tags\n1,a;b\n')).separator).toBe(';');
  });

  test('takes fields that do not change within a row for metadata, and no values of the pair', async () => {
    const text = 'work_id,tag,year,note,rating\n1,a,1850,x,5\n1,b,1850,y,5\n2,a,1851,x,4\n';
    expect((await rolesOf('w.csv', text)).metadata).toEqual(['year']);
  });
});

describe('fields that do not tell their roles', () => {
  const header = 'goodreads_book_id,tag_id,amount';

  test('are uncertain, and offered for a choice', async () => {
    const inspection = await inspect([fileOf('tags.csv', `${header}\n1,2,3\n4,5,6\n`)]);
    expect(inspection.certain).toBe(false);
    expect(inspection.fields).toEqual(['goodreads_book_id', 'tag_id', 'amount']);
    expect(inspection.preview).toEqual([
      ['1', '2', '3'],
      ['4', '5', '6'],
    ]);
  });

  test('are refused with the fields there are', async () => {
    expect(await dataErrorOf(loadContent('tags.csv', `${header}\n1,2,3\n`))).toBe(
      'tags.csv, line 1: expected two fields that are known to be the pair, or a choice of them, found “goodreads_book_id”, “tag_id”, “amount”',
    );
  });

  test('load once they are chosen', async () => {
    const file = fileOf('tags.csv', `${header}\n1,2,3\n4,5,6\n`);
    const mapping = tableMapping.parse((await inspect([file])).mapping);
    const chosen = { ...mapping, row: 'goodreads_book_id', column: 'amount' };
    const loaded = await loadContent('tags.csv', await file.blob.text(), { mapping: chosen });
    expect(pairsOf(loaded)).toEqual({ 1: ['3'], 4: ['6'] });
  });
});

describe('delimiters', () => {
  test.each([',', '\t', ';', '|'])('%j is told by the header', async (delimiter) => {
    const text = ['user_id,item_id,rating', '1,a,5', '2,b,4'].join('\n').replaceAll(',', delimiter);
    const loaded = await loadContent('pairs.txt', text);
    expect(pairsOf(loaded)).toEqual({ 1: ['a'], 2: ['b'] });
  });
});

test('a table in which nothing repeats is no table of pairs: a person is asked', async () => {
  const certain = async (field: (i: number) => string) => {
    const rows = Array.from({ length: 20 }, (_, i) => `${field(i)},item ${i}`);
    return (await rolesOf('t.csv', ['user,item', ...rows].join('\n'))).certain;
  };
  expect(await certain((i) => `user ${i}`)).toBe(false);
  expect(await certain((i) => `user ${i % 7}`)).toBe(true);
});

describe('values and times of pairs', () => {
  test.each([
    ['userId,movieId,rating,timestamp', '1,2,3.5,964982703', 'rating', 'timestamp'],
    ['user_id,item_id,stars,date', '1,2,3,2020-01-01', 'stars', 'date'],
    ['user,artist,weight,time', '1,2,13883,soon', 'weight', null],
    ['user,item,score', '1,2,good', null, null],
    ['user,item,page_count', '1,2,7', null, null],
  ])('%s', async (header, line, value, timestamp) => {
    const found = await rolesOf('pairs.csv', `${header}\n${line}\n`);
    expect([found.value, found.timestamp]).toEqual([value, timestamp]);
  });
});

describe('a table of numbers without a header', () => {
  const file = fileOf('numbers.csv', '1,2,3\n3,5,6\n2,5,x\n');

  test('gets names by place, and its roles are asked for', async () => {
    const { certain, fields, mapping, preview, cuts } = await inspect([file]);
    expect([certain, fields]).toEqual([false, ['field 1', 'field 2', 'field 3']]);
    expect(tableMapping.parse(mapping).header).toEqual(fields);
    expect(preview[0]).toEqual(['1', '2', '3']);
    expect(cuts.map(({ delimiter, lines }) => [delimiter, lines.length])).toEqual([[',', 3]]);
  });

  test('is read from its first line by the roles that are chosen', async () => {
    const mapping = tableMapping.parse((await inspect([file])).mapping);
    const chosen = { ...mapping, row: 'field 1', column: 'field 2', value: 'field 3' };
    const { dataset, summary } = await loadContent('numbers.csv', await file.blob.text(), { mapping: chosen });
    expect([...(dataset.interactions.values ?? [])]).toEqual([3, 6]);
    expect(summary.rejections).toEqual([
      { file: 'numbers.csv', line: 3, reason: 'expected a number in “field 3”, found “x”', excerpt: '2,5,x' },
    ]);
  });
});
