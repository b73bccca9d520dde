import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonErrorOffset } from '../../src/data/json-syntax';

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('where a text stops being JSON', () => {
  test.each([
    ['{"id": 1,, "tags": []}', 9],
    ['{"id": 1,}', 9],
    ['[1, 2,]', 6],
    ['[1 2]', 3],
    ['{id: 1}', 1],
    ["{'id': 1}", 1],
    ['{"id" 1}', 6],
    ['{"id": tru}', 7],
    ['{"id": NaN}', 7],
    ['{"id": 01}', 8],
    ['{"id": 1.}', 8],
    ['{"id": "a\tb"}', 9],
    ['{"id": "a\\qb"}', 9],
    ['{"id": 1} {"id": 2}', 10],
    ['[}', 1],
    ['[1}', 2],
    ['', 0],
    ['{"id": "a', 9],
    ['{"id": [1, {"x": 2}', 19],
  ])('%j', (text, offset) => {
    expect(jsonErrorOffset(text)).toBe(offset);
  });

  test('a hundred thousand lists in each other', () => {
    const depth = 100_000;
    expect(jsonErrorOffset('['.repeat(depth) + ']'.repeat(depth))).toBeNull();
    expect(jsonErrorOffset('['.repeat(depth))).toBe(depth);
  });

  test('a string of a million characters', () => {
    expect(jsonErrorOffset(`["${'x'.repeat(1_000_000)}"`)).toBe(1_000_003);
  });

  test('what JSON.parse takes has no mistake', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        expect(jsonErrorOffset(JSON.stringify(value, null, indent))).toBeNull();
      }),
    );
  });

  test('what JSON.parse refuses has one, and what it takes has none', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '\\',
      '1',
      '-',
      '.5',
      'e2',
      'null',
      'tru',
      ' ',
      '\n',
      '\u0001',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        expect(jsonErrorOffset(text) === null).toBe(parses(text));
      }),
      { numRuns: 5000 },
    );
  });
});
