import { describe, expect, test } from 'vitest';
import { inspect } from '../../../src/data/load';
import { jsonMapping } from '../../../src/data/mapping';
import { metadataValue } from '../../../src/data/metadata';
import { dataErrorOf, fileOf, jsonLines, loadContent, pairsOf } from '../../support/loading';

const concepts = (...list: object[]) => [{ id: 's', label: 'Subject', concepts: list }];
const two = [
  { id: 'w1', title: 'Tides', type: 'Work', subjects: concepts({ id: 'c1', label: 'Sea', type: 'Place' }) },
  { id: 'w2', title: 'Stars', type: 'Work', subjects: concepts({ id: 'c2', label: 'Night', type: 'Period' }) },
];

describe('inspecting works', () => {
  test('finds the list, the id, the title and the words', async () => {
    const { mapping, certain, lists, fields } = await inspect([fileOf('works.jsonl', jsonLines(...two))]);
    expect(certain).toBe(true);
    expect(mapping).toEqual({
      format: 'json',
      list: 'subjects[].concepts[]',
      id: 'id',
      title: 'title',
      withoutId: 'label',
      metadata: [],
      fields: null,
      rowWord: { one: 'work', many: 'works' },
      columnWord: { one: 'subject', many: 'subjects' },
    });
    expect(lists.map(({ path }) => path)).toEqual(['subjects[].concepts[]', 'subjects[]']);
    expect(fields).toEqual(['id', 'title', 'type']);
  });

  test('knows the fields of another catalogue', async () => {
    const records = [
      { accession_number: 4, name: 'Tides', tags: ['sea'], year: 1850 },
      { accession_number: 5, name: 'Stars', tags: ['night'], year: 1851 },
    ];
    const { mapping, dataset } = await loadContent('art.json', JSON.stringify(records));
    expect(jsonMapping.parse(mapping)).toMatchObject({
      list: 'tags[]',
      id: 'accession_number',
      title: 'name',
      metadata: ['year'],
      columnWord: { one: 'tag', many: 'tags' },
    });
    expect(dataset.interactions.row.labels.toArray()).toEqual(['Tides', 'Stars']);
  });

  test('looks at a file whose only record no line end closes', async () => {
    const { preview } = await inspect([fileOf('works.jsonl', '{"id":"w1","tags":["a","b"]}')]);
    expect(preview).toEqual([['w1']]);
  });
});

describe('reading works', () => {
  test('keeps the metadata of works and the types of subjects', async () => {
    const records = two.map((work, i) => ({ ...work, workType: { label: ['Books', 'Maps'][i] } }));
    const { dataset } = await loadContent('works.jsonl', jsonLines(...records));
    const { row, column } = dataset.interactions;
    expect(row.metadata.map(({ name }) => name)).toEqual(['workType']);
    expect([0, 1].map((r) => metadataValue(row.metadata[0], r))).toEqual(['Books', 'Maps']);
    expect(column.metadata.map(({ name }) => name)).toEqual(['type']);
    expect([0, 1].map((c) => metadataValue(column.metadata[0], c))).toEqual(['Place', 'Period']);
    expect(dataset.columnMetadata.map(({ name }) => name)).toEqual(['type', 'most frequent workType']);
  });

  test('takes the label for an id that is missing, and tells it from an equal id', async () => {
    const text = jsonLines(
      { id: 'w1', subjects: concepts({ label: 'c1' }, { id: 'c1', label: 'Sea' }) },
      { id: 'w2', subjects: concepts({ label: 'c1' }) },
    );
    const { dataset, summary } = await loadContent('works.jsonl', text);
    expect(dataset.interactions.column.ids.toArray()).toEqual(['label:c1', 'c1']);
    expect(summary.pairs).toBe(3);
    expect(summary.repairs).toEqual([{ what: 'subjects without an id, known by their label', count: 2, firstLine: 1 }]);
  });

  test('leaves subjects without an id out where the mapping says so', async () => {
    const text = jsonLines(...two, { id: 'w3', subjects: concepts({ label: 'Moon' }, { id: 'c1', label: 'Sea' }) });
    const found = jsonMapping.parse((await inspect([fileOf('works.jsonl', text)])).mapping);
    const loaded = await loadContent('works.jsonl', text, { mapping: { ...found, withoutId: 'skip' } });
    expect(pairsOf(loaded)).toEqual({ w1: ['Sea'], w2: ['Night'], w3: ['Sea'] });
    expect(loaded.summary.repairs).toEqual([{ what: 'subjects without an id, left out', count: 1, firstLine: 3 }]);
  });

  test('shows the id where the label or the title is missing', async () => {
    const text = jsonLines(
      { id: 'w1', title: '', tags: [{ id: 't1' }, { id: 2, label: 'two' }] },
      { id: 7, tags: ['x'] },
    );
    const { dataset } = await loadContent('works.jsonl', text);
    expect(dataset.interactions.row.labels.toArray()).toEqual(['w1', '7']);
    expect(dataset.interactions.column.labels.toArray()).toEqual(['t1', 'two', 'x']);
  });

  test('keeps works apart that have no id, on one line too', async () => {
    const records = [{ tags: ['a'] }, { tags: ['b'] }, { tags: ['a', 'b'] }];
    for (const text of [jsonLines(...records), JSON.stringify(records), JSON.stringify(records, null, 2)]) {
      const { summary } = await loadContent('works.json', text);
      expect([summary.rows, summary.pairs, summary.mergedRows]).toEqual([3, 4, 0]);
    }
  });

  test('joins works of one id and counts them', async () => {
    const loaded = await loadContent(
      'works.jsonl',
      jsonLines({ id: 1, tags: ['a'] }, { id: '1', tags: ['b'] }, { id: 2, tags: ['a', 'a'] }),
    );
    expect(pairsOf(loaded)).toEqual({ 1: ['a', 'b'], 2: ['a'] });
    expect(loaded.summary.mergedRows).toBe(1);
    expect(loaded.summary.duplicatePairs).toBe(1);
  });
});

describe('records that are lists', () => {
  test('of other shapes have their elements named by place', async () => {
    const text = '["w1",["a","b"],"x"]\n["w2",["b"]]\n';
    const { mapping, dataset } = await loadContent('works.ndjson', text);
    expect(jsonMapping.parse(mapping)).toMatchObject({ list: 'field 2[]', fields: ['field 1', 'field 2', 'field 3'] });
    expect(dataset.interactions.column.ids.toArray()).toEqual(['a', 'b']);
  });

  test('of articles have the names and roles of their shape, and count repeated links', async () => {
    const article = (title: string, genre: string, links: string[]) => [
      title,
      { genre, author: '[[Ann Lee|Lee]]' },
      links,
      ['http://a.example/'],
      '2017-11-13T01:50:33Z',
      679,
    ];
    const text = jsonLines(
      article('Tides', 'Novel < br > Poem', ['Sea', 'Moon', 'Sea']),
      article('Stars', '', ['Moon']),
    );
    const { mapping, dataset, summary } = await loadContent('p15_books.ndjson', text);
    expect(mapping).toMatchObject({ list: 'wikilinks[]', id: 'title', title: 'title' });
    expect([summary.roles.row.many, summary.roles.column.many]).toEqual(['books', 'links']);
    expect([...(dataset.interactions.repeats ?? [])]).toEqual([2, 1, 1]);
    const { metadata } = dataset.interactions.row;
    expect(metadata.map((column) => [column.name, metadataValue(column, 0), metadataValue(column, 1)])).toEqual([
      ['genre', 'Novel', null],
      ['author', 'Lee', 'Lee'],
    ]);
    const { lists } = await inspect([fileOf('p15_books.ndjson', text)]);
    expect(lists.map(({ path }) => path)).toEqual(['wikilinks[]', 'external links[]']);
  });

  test('reject a record that is no list, or is broken, with its line', async () => {
    const text = '["w1",["a"]]\n{"id":"w2"}\n["w3",["b"\n["w4",["b"]]\n';
    const { summary } = await loadContent('works.ndjson', text);
    expect(summary.rejections.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'expected a JSON list, found an object'],
      [3, 'expected a JSON list, found “["w3",["b"”'],
    ]);
  });

  test('are refused with line and column where the first is broken', async () => {
    expect(await dataErrorOf(loadContent('works.ndjson', '["w1"; ["a"]]\n'))).toBe(
      'works.ndjson, line 1, column 6: expected a JSON object, found “["w1"; ["a"]]”',
    );
  });
});
