import { describe, expect, test } from 'vitest';
import { readTimestamp, readValue } from '../../src/data/pair-values';

describe('the value of a pair', () => {
  test.each([
    ['5', 5],
    [' 3.5 ', 3.5],
    ['-1e2', -100],
    ['0', 0],
  ])('%j is %d', (text, value) => expect(readValue(text)).toBe(value));

  test.each(['', ' ', 'five', '4,5', 'NaN', 'Infinity', '1 2'])('%j is none', (text) =>
    expect(readValue(text)).toBeNull(),
  );
});

describe('the time of a pair', () => {
  test.each([
    ['881250949', 881_250_949],
    ['1260759144.5', 1_260_759_144.5],
    ['1577836800000', 1_577_836_800],
    ['2020', 1_577_836_800],
    ['2020-01-01', 1_577_836_800],
    ['2020-01-01T00:00:00Z', 1_577_836_800],
    ['2020-01-01 01:30:15.5', 1_577_842_215.5],
    ['2020-01-01T02:00+02:00', 1_577_836_800],
  ])('%j is %d seconds since 1970', (text, seconds) => expect(readTimestamp(text)).toBe(seconds));

  test.each(['', 'soon', '01-Jan-1995', '2020-13-01', '2020-01-01T25:00', '1/2/2020'])('%j is none', (text) =>
    expect(readTimestamp(text)).toBeNull(),
  );
});
