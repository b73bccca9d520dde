import { describe, expect, test } from 'vitest';
import { inspect } from '../../../src/data/load';
import { tableMapping } from '../../../src/data/mapping';
import { metadataValue } from '../../../src/data/metadata';
import { dataErrorOf, fileOf, loadContent, pairsOf } from '../../support/loading';

describe('reading a table', () => {
  test('keeps quoted delimiters, quotes and line ends', async () => {
    const text = 'work,tag\r\n1,"a, ""b"""\r\n2,"two\r\nlines"\r\n3,plain\r\n';
    const loaded = await loadContent('w.csv', text);
    expect(pairsOf(loaded)).toEqual({ 1: ['a, "b"'], 2: ['two\r\nlines'], 3: ['plain'] });
  });

  test('labels rows and columns by their own fields and keeps metadata', async () => {
    const text =
      'work_id,work_title,tag_id,tag_name,year\n1,Tides,7,moon,1850\n2,Stars,8,night,\n1,Tides,8,night,1850\n';
    const { dataset } = await loadContent('w.csv', text);
    const { row, column } = dataset.interactions;
    expect(row.labels.toArray()).toEqual(['Tides', 'Stars']);
    expect(column.ids.toArray()).toEqual(['7', '8']);
    expect(column.labels.toArray()).toEqual(['moon', 'night']);
    expect(row.metadata.map(({ name }) => name)).toEqual(['year']);
    expect([0, 1].map((r) => metadataValue(row.metadata[0], r))).toEqual(['1850', null]);
  });

  test('splits a cell with a list, without its blanks', async () => {
    const loaded = await loadContent('w.csv', 'work,tags\n1,a| b ||a\n2,c\n3,\n4,b|c\n');
    expect(pairsOf(loaded)).toEqual({ 1: ['a', 'b'], 2: ['c'], 4: ['b', 'c'] });
    const { emptyRows, duplicatePairs, rejected } = loaded.summary;
    expect({ emptyRows, duplicatePairs, rejected }).toEqual({ emptyRows: 1, duplicatePairs: 1, rejected: 0 });
  });

  test('rejects rows that are ragged or half empty, by the line they begin on', async () => {
    const text = 'user,item,rating\n1,a,5\n1,"b\nb"\n,a,5\n2,,5\n2,c,5,extra\n3,d,1\n';
    const { summary, dataset } = await loadContent('w.csv', text);
    expect(dataset.interactions.row.ids.toArray()).toEqual(['1', '3']);
    expect(summary.rejections).toEqual([
      { file: 'w.csv', line: 3, reason: 'expected 3 fields, found 2', excerpt: '1,"b·b"' },
      { file: 'w.csv', line: 5, reason: 'expected a user in “user”, found nothing', excerpt: ',a,5' },
      { file: 'w.csv', line: 6, reason: 'expected an item in “item”, found nothing', excerpt: '2,,5' },
      { file: 'w.csv', line: 7, reason: 'expected 3 fields, found 4', excerpt: '2,c,5,extra' },
    ]);
  });

  test('rejects a row past the limit with its line, and counts it as a record', async () => {
    const text = `work,tag\n1,a\n2,${'x'.repeat(5000)}\n3,b\n`;
    const { summary } = await loadContent('w.csv', text, { maxRecordBytes: 2000 });
    expect(summary.rejections).toEqual([
      { file: 'w.csv', line: 3, reason: 'expected at most 2.0 kB in one record, found more', excerpt: '' },
    ]);
    expect(await dataErrorOf(loadContent('w.csv', text.replaceAll(/\d,./g, ','), { maxRecordBytes: 2000 }))).toContain(
      'found 3 records without any; the first problem is on line 2',
    );
  });

  test('reads a file without a line end at its close', async () => {
    expect(pairsOf(await loadContent('w.tsv', 'work\ttag\n1\ta\n2\tb'))).toEqual({ 1: ['a'], 2: ['b'] });
  });

  test('names fields without a name by their place', async () => {
    const inspection = await inspect([fileOf('w.csv', ',user,item\n0,1,a\n')]);
    expect(inspection.fields).toEqual(['field 1', 'user', 'item']);
  });
});

describe('tables that cannot be read', () => {
  test.each([
    [
      'one field only',
      'just a line of text\nand another\n',
      'w.csv, line 1: expected a header with at least two fields, divided by comma, tab, semicolon, | or ::, found “just a line of text”',
    ],
    [
      'no header',
      '196,242,3\n186,302,3\n',
      'w.csv, line 1: expected two fields that are known to be the pair, or a choice of them, found “field 1”, “field 2”, “field 3”',
    ],
    ['a header only', 'work,tag\n', 'w.csv: expected at least one work with a tag, found 0 records without any'],
  ])('%s', async (_, text, message) => {
    expect(await dataErrorOf(loadContent('w.csv', text))).toBe(message);
  });

  test('a field of the mapping that is not there', async () => {
    const { mapping } = await loadContent('a.csv', 'work,tag\n1,a\n2,b\n');
    const other = loadContent('b.csv', 'work,subject\n1,a\n', { mapping });
    expect(await dataErrorOf(other)).toBe('b.csv, line 1: expected a field “tag”, found “work”, “subject”');
    expect(tableMapping.parse(mapping).column).toBe('tag');
  });
});
