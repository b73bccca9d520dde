import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Interner } from '../../src/data/string-table';

const someText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', 'b', 'é'), maxLength: 3 }),
);

test('numbers strings as a Map does', () => {
  fc.assert(
    fc.property(fc.array(someText, { maxLength: 200 }), someText, (strings, other) => {
      const interner = new Interner();
      const oracle = new Map<string, number>();
      for (const string of strings) {
        if (!oracle.has(string)) oracle.set(string, oracle.size);
        expect(interner.intern(string)).toBe(oracle.get(string));
      }
      expect(interner.length).toBe(oracle.size);
      expect(interner.build().toArray()).toEqual([...oracle.keys()]);
      for (const string of [...strings, other]) expect(interner.lookup(string)).toBe(oracle.get(string) ?? -1);
    }),
  );
});

test('keeps its numbers while it grows to 20,000 strings', () => {
  const interner = new Interner();
  const strings = Array.from({ length: 20_000 }, (_, i) => `subject ${i * 7919}`);
  const numbers = strings.map((_, i) => i);
  expect(strings.map((string) => interner.intern(string))).toEqual(numbers);
  expect(strings.map((string) => interner.lookup(string))).toEqual(numbers);
  expect(interner.build().toArray()).toEqual(strings);
});

test('looking a string up does not add it', () => {
  const interner = new Interner();
  expect(interner.lookup('tides')).toBe(-1);
  expect(interner.length).toBe(0);
  expect(interner.intern('moon')).toBe(0);
  expect(interner.lookup('tides')).toBe(-1);
});

test('tells strings apart that are longer than the first scratch', () => {
  const interner = new Interner();
  const long = 'é'.repeat(5000);
  expect(interner.intern(`${long}a`)).toBe(0);
  expect(interner.intern(`${long}b`)).toBe(1);
  expect(interner.intern(`${long}a`)).toBe(0);
});
