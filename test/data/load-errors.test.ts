import { describe, expect, test } from 'vitest';
import { inspect, load } from '../../src/data/load';
import { dataErrorOf, fileOf, jsonLines, loadContent, pairsOf } from '../support/loading';
import { task } from '../support/task';

const good = [
  { id: 'w1', subjects: ['tides', 'moon'] },
  { id: 'w2', subjects: ['moon'] },
];

describe('files that cannot be used', () => {
  test.each([
    ['nothing', '', 'works.jsonl: expected works in JSON lines or a CSV table, found an empty file'],
    ['blanks only', ' \n\n\t', 'works.jsonl: expected works in JSON lines or a CSV table, found an empty file'],
    [
      'a picture, an archive or UTF-16',
      'I\0D\0\n\0',
      'works.jsonl: expected works in JSON lines or a CSV table, in UTF-8, found bytes that are no such text',
    ],
    ['no JSON', 'hello there\n', 'works.jsonl, line 1: expected a JSON object, found “hello there”'],
    [
      'lists instead of objects',
      '[1,2]\n[3,4]\n',
      'works.jsonl: expected a list of subjects in each record, such as subjects[].concepts[] or tags[], found only “field 1”, “field 2”',
    ],
    ['an empty list', '[]', 'works.jsonl, line 1: expected works in JSON lines, found no record'],
    [
      'one work',
      jsonLines({ id: 'w1', subjects: ['a', 'b'] }),
      'works.jsonl: expected at least two works with subjects, found one, in 1 records',
    ],
    [
      'one work with subjects among others without',
      jsonLines(good[0], { id: 'w2', subjects: [] }, { id: 'w3' }),
      'works.jsonl: expected at least two works with subjects, found one, in 3 records',
    ],
    [
      'one work and a broken one',
      `${jsonLines(good[0])}{"id":\n`,
      'works.jsonl: expected at least two works with subjects, found one, in 2 records; the first problem is on line 2: expected a JSON object, found “{"id":”',
    ],
    [
      'one subject',
      jsonLines({ id: 'w1', subjects: ['moon'] }, { id: 'w2', subjects: ['moon', 'moon'] }),
      'works.jsonl: expected at least two different subjects, found one, “moon”',
    ],
    [
      'no list of subjects',
      jsonLines({ id: 'w1', title: 'Tides' }, { id: 'w2', subjects: [] }),
      'works.jsonl: expected a list of subjects in each record, such as subjects[].concepts[] or tags[], found only “id”, “title”, “subjects”',
    ],
    [
      'empty objects',
      '{}\n{}\n',
      'works.jsonl: expected a list of subjects in each record, such as subjects[].concepts[] or tags[], found only empty objects',
    ],
    [
      'a list that is not closed',
      JSON.stringify(good, null, 1).slice(0, -2),
      'works.jsonl, line 14: expected the ] that closes the list, found the end of the file',
    ],
  ])('%s', async (_, text, message) => {
    expect(await dataErrorOf(loadContent('works.jsonl', text))).toBe(message);
  });

  test('no file at all', async () => {
    expect(await dataErrorOf(load([], {}, task()))).toBe('expected a file, found none');
  });

  test('no work has a subject at the place of the mapping', async () => {
    const { mapping } = await inspect([fileOf('works.jsonl', jsonLines(...good))]);
    const others = jsonLines({ id: 'x1', tags: ['a'] }, { id: 'x2', tags: ['b'] });
    expect(await dataErrorOf(loadContent('others.jsonl', others, { mapping }))).toBe(
      'others.jsonl: expected at least one work with a subject, found 2 records without any',
    );
  });

  test('a file without one record in its first lines is given up', async () => {
    const { mapping } = await inspect([fileOf('works.jsonl', jsonLines(...good))]);
    expect(await dataErrorOf(loadContent('words.jsonl', 'word\n'.repeat(100), { mapping }))).toBe(
      'words.jsonl, line 20: expected a JSON object, found “word”',
    );
  });
});

describe('the place of broken JSON', () => {
  test.each([
    ['a line', '\n{"id": 1,, "tags": []}\n', 'line 2, column 10'],
    ['an element on its own lines', '[\n  {"id": 1,\n   "tags": [],, }\n]', 'line 3, column 15'],
    ['an element that begins on its own line', '[\n  {"id": 1,, "tags": []}\n]', 'line 2, column 12'],
  ])('in %s', async (_, text, place) => {
    expect(await dataErrorOf(loadContent('works.json', text))).toContain(
      `works.json, ${place}: expected a JSON object`,
    );
  });
});

describe('records that are rejected', () => {
  test.each([
    ['null', { id: null }, 'null'],
    ['an object', { id: { value: 1 } }, 'an object'],
    ['a list', { id: ['w3'] }, 'a list'],
    ['a truth', { id: true }, 'true'],
    ['a blank', { id: '' }, 'an empty text'],
    ['nothing', {}, 'nothing'],
  ])('an id that is %s', async (_, id, found) => {
    const bad = { ...id, subjects: ['tides'] };
    const loaded = await loadContent('works.jsonl', jsonLines(good[0], bad, good[1]));
    expect(Object.keys(pairsOf(loaded))).toEqual(['w1', 'w2']);
    expect(loaded.summary.rejections).toEqual([
      {
        file: 'works.jsonl',
        line: 2,
        reason: `expected a text or a number as “id”, found ${found}`,
        excerpt: JSON.stringify(bad),
      },
    ]);
  });

  test('a subject that is no subject, while its work stays', async () => {
    const bad = { id: 'w3', subjects: [null, 'tides', ['x'], true, { size: 1 }, ''] };
    const loaded = await loadContent('works.jsonl', jsonLines(...good, bad));
    expect(pairsOf(loaded)).toMatchObject({ w3: ['tides'] });
    expect(loaded.summary.rejections.map(({ line, reason }) => [line, reason])).toEqual(
      ['null', 'a list', 'true', 'an object', 'an empty text'].map((found) => [
        3,
        `expected a text or an object with a label at subjects[], found ${found}`,
      ]),
    );
  });

  test('a record past the limit', async () => {
    const long = { id: 'long', subjects: ['x'.repeat(2000)] };
    const options = { maxRecordBytes: 1500 };
    const expected = [{ line: 2, reason: 'expected at most 1.5 kB in one record, found more' }];
    const seen = async (text: string) => {
      const { summary, dataset } = await loadContent('works.json', text, options);
      expect(dataset.interactions.row.ids.toArray()).toEqual(['w1', 'w2']);
      return summary.rejections.map(({ line, reason }) => ({ line, reason }));
    };
    expect(await seen(jsonLines(good[0], long, good[1]))).toEqual(expected);
    expect(await seen(`[${[good[0], long, good[1]].map((work) => JSON.stringify(work)).join(',\n')}]`)).toEqual(
      expected,
    );
  });
});
