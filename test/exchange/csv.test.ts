import fc from 'fast-check';
import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { csvLine } from '../../src/exchange/csv';

test('cells are quoted where they must be, and nowhere else', () => {
  expect(csvLine(['plain', 'a, b', 'say “so”', 'say "so"', 'two\nlines', ' blank', 0.5, null, Number.NaN, true])).toBe(
    'plain,"a, b",say “so”,"say ""so""","two\nlines"," blank",0.5,,,true\n',
  );
});

test('any text comes back as it was', () => {
  const cell = fc.oneof(fc.string(), fc.stringMatching(/^[",\r\n ;\t]{0,5}$/));
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 }), (records) => {
      const text = records.map((record) => csvLine(record)).join('');
      // A file ends with a line end, which makes no record.
      const read = Papa.parse<string[]>(text.slice(0, -1), { delimiter: ',', newline: '\n' });
      expect(read.data).toEqual(records);
    }),
  );
});
