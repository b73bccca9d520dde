import { describe, expect, test } from 'vitest';
import { DataError, excerpt, kindOf } from '../../src/data/data-error';
import { LoadReport } from '../../src/data/load-report';

test.each([
  [{}, 'expected a list, found null'],
  [{ file: 'works.csv' }, 'works.csv: expected a list, found null'],
  [{ file: 'works.csv', line: 12_345 }, 'works.csv, line 12,345: expected a list, found null'],
  [{ file: 'works.csv', line: 2, column: 7 }, 'works.csv, line 2, column 7: expected a list, found null'],
])('an error at %j reads: %s', (place, message) => {
  const error = new DataError('a list', 'null', place);
  expect(error.message).toBe(message);
  expect(error.name).toBe('DataError');
});

test.each([
  ['tides', 'tides'],
  ['a\tb\u0000c\n', 'a·b·c·'],
  ['x'.repeat(61), `${'x'.repeat(60)}…`],
  ['x'.repeat(60), 'x'.repeat(60)],
  [{ id: 1 }, '{"id":1}'],
  [undefined, 'undefined'],
])('the excerpt of %j is %j', (value, text) => {
  expect(excerpt(value)).toBe(text);
});

test.each([
  [null, 'null'],
  [[1], 'a list'],
  [{}, 'an object'],
  ['', 'an empty text'],
  ['tides', 'the text “tides”'],
  [1.5, 'the number 1.5'],
  [true, 'true'],
  [undefined, 'nothing'],
])('the kind of %j is %s', (value, kind) => {
  expect(kindOf(value)).toBe(kind);
});

describe('LoadReport', () => {
  test('keeps the first thousand rejections and counts them all', () => {
    const report = new LoadReport();
    for (let line = 1; line <= 1500; line++) report.reject({ file: 'f', line, reason: 'r', excerpt: '' });
    expect(report.rejected).toBe(1500);
    expect(report.rejections.map(({ line }) => line)).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
  });

  test('counts repairs of a kind and tells where the first was', () => {
    const report = new LoadReport();
    report.repair('no id', 4);
    report.repair('Latin-1', 6);
    report.repair('no id', 9);
    expect(report.repairs).toEqual([
      { what: 'no id', count: 2, firstLine: 4 },
      { what: 'Latin-1', count: 1, firstLine: 6 },
    ]);
  });
});
