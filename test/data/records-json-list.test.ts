import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonListSplitter, type OnRecord, type OnTooLong } from '../../src/data/records';
import { cuts, cutText, lineAt, TOO_LONG } from '../support/splitting';

const ofList =
  (limit = 1e6) =>
  (onRecord: OnRecord, onTooLong: OnTooLong) =>
    new JsonListSplitter(onRecord, onTooLong, limit);

const objects = fc.array(fc.dictionary(fc.string({ unit: 'binary', maxLength: 6 }), fc.jsonValue({ maxDepth: 3 })), {
  maxLength: 8,
});
const blank = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r'), maxLength: 4 });

describe('JsonListSplitter', () => {
  test('gives the elements that JSON.parse gives', () => {
    fc.assert(
      fc.property(objects, fc.constantFrom(0, 2, '\t'), cuts, (list, indent, places) => {
        const text = JSON.stringify(list, null, indent);
        const records = cutText(ofList(), text, places);
        expect(records.map(([record]) => JSON.parse(record))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('splits lists of any JSON values', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), cuts, (list, places) => {
        const text = JSON.stringify(list);
        expect(cutText(ofList(), text, places).map(([record]) => JSON.parse(record))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('gives the line each element begins on', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(blank, objects, blank), { minLength: 1 }), cuts, (parts, places) => {
        let text = '[';
        const expected: number[] = [];
        parts.forEach(([before, value, after], i) => {
          if (i > 0) text += ',';
          text += before;
          expected.push(lineAt(text, text.length));
          text += JSON.stringify(value, null, 1) + after;
        });
        expect(cutText(ofList(), `${text}]\n`, places).map(([, line]) => line)).toEqual(expected);
      }),
    );
  });

  test('is not misled by brackets, commas and quotes within texts', () => {
    const list = [{ a: '],{"[' }, { 'b\\': '\\"}, {\\' }, { c: '\\\\' }];
    const records = cutText(ofList(), JSON.stringify(list));
    expect(records.map(([record]) => JSON.parse(record))).toEqual(list);
  });

  test('gives nothing for an empty list, whatever stands around it', () => {
    expect(cutText(ofList(), '\uFEFF \n[ \n ]\n')).toEqual([]);
  });

  test('tells of elements past the limit, in any chunking, and goes on', () => {
    const text = `[\n{"a":1},\n{"long":"${'x'.repeat(40)}, [1]"},\n{"b":2}\n]`;
    fc.assert(
      fc.property(cuts, (places) => {
        expect(cutText(ofList(20), text, places).map(([record, line]) => [record.trim(), line])).toEqual([
          ['{"a":1}', 2],
          [TOO_LONG, 3],
          ['{"b":2}', 4],
        ]);
      }),
    );
  });

  test.each([
    ['[{"a":1},\n{"b":2}]', true, 2],
    ['[{"a":1},\n{"b":2}\n', false, 3],
    ['[{"a":"]"', false, 1],
    ['[{"a":"', false, 1],
  ])('knows of %j whether the list was closed, and its last line', (text, closed, line) => {
    const splitter = new JsonListSplitter(
      () => undefined,
      () => undefined,
      1e6,
    );
    splitter.push(new TextEncoder().encode(text));
    splitter.end();
    expect([splitter.closed, splitter.currentLine]).toEqual([closed, line]);
  });
});
