import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRecord, LineSplitter } from '../../src/data/records';
import { cuts, cutText, TOO_LONG } from '../support/splitting';

const byLine =
  (limit = 1e6) =>
  (onRecord: (b: Uint8Array, l: number) => void, onTooLong: (l: number) => void) =>
    new LineSplitter(onRecord, onTooLong, limit);

const lines = fc.array(fc.string({ unit: fc.constantFrom('a', ' ', '\t', 'é', '𝄞', '"', '{'), maxLength: 12 }));

describe('LineSplitter', () => {
  test('gives each line that is not blank, with its number', () => {
    fc.assert(
      fc.property(lines, fc.boolean(), cuts, (texts, ended, places) => {
        const expected = texts.map((text, i): [string, number] => [text, i + 1]).filter(([text]) => text.trim() !== '');
        const whole = texts.join('\n') + (ended ? '\n' : '');
        expect(cutText(byLine(), whole, places)).toEqual(expected);
      }),
    );
  });

  test('counts empty lines and leaves the carriage return to the record', () => {
    expect(cutText(byLine(), '\n\r\none\r\n\n  \ntwo')).toEqual([
      ['one\r', 3],
      ['two', 6],
    ]);
  });

  test('tells of records past the limit, in any chunking, and goes on', () => {
    const text = '1234\n12345\n123\n1234567890\n12';
    fc.assert(
      fc.property(cuts, (places) => {
        expect(cutText(byLine(4), text, places)).toEqual([
          ['1234', 1],
          [TOO_LONG, 2],
          ['123', 3],
          [TOO_LONG, 4],
          ['12', 5],
        ]);
      }),
    );
  });

  test('tells of a last line past the limit that no line end closes', () => {
    expect(cutText(byLine(4), 'ab\n12345', [4, 6])).toEqual([
      ['ab', 1],
      [TOO_LONG, 2],
    ]);
  });

  test('holds records larger than its first buffer', () => {
    const long = 'ж'.repeat(150_000);
    expect(cutText(byLine(), `a\n${long}\nb\n`, [10, 90_000, 200_000])).toEqual([
      ['a', 1],
      [long, 2],
      ['b', 3],
    ]);
  });
});

describe('decodeRecord', () => {
  test('reads UTF-8', () => {
    expect(decodeRecord(new TextEncoder().encode('Dürer €'))).toEqual({ text: 'Dürer €', latin1: false });
  });

  test('reads bytes that are no UTF-8 as Latin-1 and says so', () => {
    expect(decodeRecord(Uint8Array.of(0x44, 0xfc, 0x72, 0x65, 0x72))).toEqual({ text: 'Dürer', latin1: true });
    expect(decodeRecord(Uint8Array.of(0xa3, 0x31, 0xff))).toEqual({ text: '£1ÿ', latin1: true });
  });

  test('leaves out a byte order mark at the start', () => {
    expect(decodeRecord(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)).text).toBe('{}');
  });
});
