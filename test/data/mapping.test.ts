import { describe, expect, test } from 'vitest';
import { mapping } from '../../src/data/mapping';

const words = { rowWord: { one: 'user', many: 'users' }, columnWord: { one: 'item', many: 'items' } };
const old = {
  format: 'table',
  delimiter: ',',
  row: 'user',
  rowLabel: null,
  column: 'item',
  columnLabel: null,
  separator: '',
  metadata: [],
  ...words,
};

describe('mappings saved before there were values, times and files of facts', () => {
  test('of a table still hold', () => {
    const now = { quoted: true, header: null, value: null, timestamp: null, sides: [] };
    expect(mapping.parse(old)).toEqual({ ...old, ...now });
  });

  test('of JSON still hold', () => {
    const json = { format: 'json', list: 'tags[]', id: null, title: null, withoutId: 'label', metadata: [], ...words };
    expect(mapping.parse(json)).toEqual({ ...json, fields: null });
  });
});

test('a delimiter has one or two characters', () => {
  for (const delimiter of ['::', '\t']) expect(mapping.safeParse({ ...old, delimiter }).success).toBe(true);
  for (const delimiter of ['', ':::']) expect(mapping.safeParse({ ...old, delimiter }).success).toBe(false);
});
