import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadContent } from '../support/loading';

/**
 * Each file of test/fixtures is loaded and compared with <its name>.expected.json beside it.
 * A new case is two new files.
 */
const FOLDER = fileURLToPath(new URL('../fixtures/', import.meta.url));
const EXPECTED = '.expected.json';

const names = readdirSync(FOLDER).sort();
const fixtures = names.filter((name) => !name.endsWith(EXPECTED));

async function found(name: string) {
  const { summary } = await loadContent(name, readFileSync(FOLDER + name));
  const { rows, columns, pairs, emptyRows, duplicatePairs, mergedRows, rejected, sharedLabels, roles } = summary;
  return {
    rows,
    columns,
    pairs,
    emptyRows,
    duplicatePairs,
    mergedRows,
    rejected,
    sharedLabels,
    roles,
    rejections: summary.rejections.map(({ line, reason }) => ({ line, reason })),
    repairs: summary.repairs,
  };
}

describe('fixtures', () => {
  test('each has what is expected of it beside it', () => {
    expect(fixtures.length).toBeGreaterThan(0);
    expect(names.filter((name) => name.endsWith(EXPECTED))).toEqual(fixtures.map((name) => name + EXPECTED).sort());
  });

  test.each(fixtures)('%s', async (name) => {
    expect(await found(name)).toEqual(JSON.parse(readFileSync(FOLDER + name + EXPECTED, 'utf8')));
  });
});
