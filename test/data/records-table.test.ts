import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';
import { type OnRecord, type OnTooLong, TableRowSplitter } from '../../src/data/records';
import { type Cut, cuts, cutText, TOO_LONG } from '../support/splitting';

const ofTable =
  (delimiter = ',', limit = 1e6) =>
  (onRecord: OnRecord, onTooLong: OnTooLong) =>
    new TableRowSplitter(delimiter.charCodeAt(0), onRecord, onTooLong, limit);

const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', ';', 'é', '𝄞'), maxLength: 8 });
const tables = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }));

const quote = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

describe('TableRowSplitter', () => {
  test('keeps line ends within quotes in their row, and gives the line each row begins on', () => {
    fc.assert(
      fc.property(tables, fc.constantFrom('\n', '\r\n'), fc.boolean(), cuts, (rows, end, ended, places) => {
        const expected: Cut[] = [];
        let line = 1;
        const texts = rows.map((cells) => cells.map(quote).join(','));
        for (const [i, text] of texts.entries()) {
          const closed = ended || i < texts.length - 1;
          expected.push([text + (closed && end === '\r\n' ? '\r' : ''), line]);
          line += text.split('\n').length;
        }
        const whole = texts.join(end) + (ended && texts.length > 0 ? end : '');
        expect(cutText(ofTable(), whole, places)).toEqual(expected);
      }),
    );
  });

  test('gives the rows that a whole parse gives', () => {
    fc.assert(
      fc.property(tables, cuts, (rows, places) => {
        const text = rows.map((cells) => cells.map(quote).join(',')).join('\n');
        const parsed = cutText(ofTable(), text, places).map(
          ([record]) => Papa.parse(record, { delimiter: ',' }).data[0],
        );
        // Papa takes \r\n for the line end where a cell has it; only its cells are compared.
        const plain = (table: unknown) => JSON.parse(JSON.stringify(table).replaceAll('\\r', ''));
        expect(plain(parsed)).toEqual(plain(rows));
      }),
    );
  });

  test('passes over blank rows and counts their lines', () => {
    expect(cutText(ofTable(), 'a,b\n\n \r\nc,d')).toEqual([
      ['a,b', 1],
      ['c,d', 4],
    ]);
  });

  test('takes a quote within a field for itself', () => {
    expect(cutText(ofTable('\t'), '6" print\t1\n7" print\t2\n')).toEqual([
      ['6" print\t1', 1],
      ['7" print\t2', 2],
    ]);
  });

  test('opens a quote after its own delimiter only', () => {
    expect(cutText(ofTable(';'), 'a;"b\nc"\nd,"e\nf"\n')).toEqual([
      ['a;"b\nc"', 1],
      ['d,"e', 3],
      ['f"', 4],
    ]);
  });

  test('tells of rows past the limit, in any chunking, with the line they begin on', () => {
    const text = 'a,b\n"one\ntwo\nthree",x\nc,d\n1234567890\n';
    fc.assert(
      fc.property(cuts, (places) => {
        expect(cutText(ofTable(',', 9), text, places)).toEqual([
          ['a,b', 1],
          [TOO_LONG, 2],
          ['c,d', 5],
          [TOO_LONG, 6],
        ]);
      }),
    );
  });
});
