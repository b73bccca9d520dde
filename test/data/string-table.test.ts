import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StringTable, StringTableBuilder } from '../../src/data/string-table';
import { InputError } from '../../src/errors';

const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom('', '\uFEFF', '\uFEFFa', '\0', '€', '𝄞') },
);

describe('StringTable', () => {
  test('gives back any strings', () => {
    fc.assert(
      fc.property(fc.array(anyText), (strings) => {
        const table = StringTable.from(strings);
        expect(table.length).toBe(strings.length);
        expect(table.toArray()).toEqual(strings);
      }),
    );
  });

  test('keeps a byte order mark at the start of a string', () => {
    expect(StringTable.from(['\uFEFFid', 'id']).toArray()).toEqual(['\uFEFFid', 'id']);
  });

  test('grows past its first bytes and its first entries', () => {
    const strings = Array.from({ length: 3000 }, (_, i) => 'é'.repeat(i % 37) + i);
    expect(StringTable.from(strings).toArray()).toEqual(strings);
    const long = 'ж'.repeat(100_000);
    expect(StringTable.from(['a', long, 'b']).toArray()).toEqual(['a', long, 'b']);
  });

  test('finds the first of equal strings, as a list does', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<string>('', 'a', 'b', 'ab', 'é', 'e')), anyText, (strings, other) => {
        const table = StringTable.from(strings);
        for (const wanted of [...strings, other]) expect(table.indexOf(wanted)).toBe(strings.indexOf(wanted));
      }),
    );
  });

  test('picks strings in the order asked for, repeats included', () => {
    const table = StringTable.from(['zero', '', 'zwei', 'drei']);
    expect(table.pick([3, 1, 0, 3]).toArray()).toEqual(['drei', '', 'zero', 'drei']);
    expect(table.pick([]).length).toBe(0);
  });

  test.each([-1, 2, 0.5 + 2, Number.NaN])('refuses index %s of two strings', (index) => {
    expect(() => StringTable.from(['a', 'b']).get(index)).toThrow(
      new InputError(`expected an index below 2, found ${index}`),
    );
  });
});

describe('StringTableBuilder', () => {
  test('says at which index each string lies', () => {
    const builder = new StringTableBuilder();
    expect([builder.push('a'), builder.push(''), builder.pushBytes(Uint8Array.of(0xc3, 0xa9))]).toEqual([0, 1, 2]);
    expect(builder.length).toBe(3);
    expect(builder.build().toArray()).toEqual(['a', '', 'é']);
  });

  test('a built table does not change with its builder', () => {
    const builder = new StringTableBuilder();
    builder.push('first');
    const table = builder.build();
    builder.push('second');
    expect(table.toArray()).toEqual(['first']);
  });
});
