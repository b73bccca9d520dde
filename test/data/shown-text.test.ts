import { expect, test } from 'vitest';
import { MAX_SHOWN_LENGTH, shownText } from '../../src/data/shown-text';
import { wordOf } from '../../src/data/words';
import { InputError, messageOf } from '../../src/errors';

test('short texts are shown as they are, long ones are cut', () => {
  expect(shownText('a horse')).toBe('a horse');
  expect(shownText('x'.repeat(MAX_SHOWN_LENGTH))).toBe('x'.repeat(MAX_SHOWN_LENGTH));
  expect(shownText('x'.repeat(100_000))).toBe(`${'x'.repeat(MAX_SHOWN_LENGTH - 1)}…`);
});

test('no character is cut in two', () => {
  expect(shownText('ab🐎🐎', 4)).toBe('ab…');
  expect(shownText('abc🐎🐎', 5)).toBe('abc…');
  expect(shownText('ab🐎🐎', 5)).toBe('ab🐎…');
});

test('words out of a header and messages about it are cut too', () => {
  const header = 'field'.repeat(20_000);
  expect(wordOf(header).many.length).toBeLessThan(50);
  expect(messageOf(new InputError(`expected a field, found “${header}”`)).length).toBe(1000);
});
