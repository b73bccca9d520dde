import { describe, expect, test } from 'vitest';
import { inspect, load } from '../../src/data/load';
import { sharedBlob, sharedFile } from '../support/shared-data';

async function summaryOf(path: string) {
  return (await load([sharedBlob(path)], {}, { clock: () => 0 })).summary;
}

const WELLCOME = 'wellcome/real-works-sample.jsonl';
const BOOK_TAGS = 'goodbooks/samples/book_tags.csv';

describe('real files', () => {
  test.skipIf(!sharedFile(WELLCOME))(`${WELLCOME}: 10 records, 7 without subjects (needs shared data)`, async () => {
    const summary = await summaryOf(WELLCOME);
    expect([summary.rows, summary.emptyRows, summary.rejected]).toEqual([3, 7, 0]);
    expect([summary.roles.row.many, summary.roles.column.many]).toEqual(['works', 'subjects']);
    expect(summary.rowFields.map(({ name }) => name)).toContain('workType');
  });

  for (const [path, rows, columns, pairs] of [
    ['tate/tate-noturner-core35.jsonl.gz', 22_268, 2745, 160_814],
    ['tate/tate-works.jsonl.gz', 58_801, 16_455, 361_385],
  ] as const) {
    const size = `${rows.toLocaleString('en')} works, ${columns.toLocaleString('en')} subjects, ${pairs.toLocaleString('en')} pairs`;
    test.skipIf(!sharedFile(path))(`${path}: ${size} (needs shared data)`, async () => {
      const summary = await summaryOf(path);
      expect([summary.rows, summary.columns, summary.pairs]).toEqual([rows, columns, pairs]);
      expect([summary.rejected, summary.mergedRows, summary.emptyRows]).toEqual([0, 0, 0]);
      expect(summary.roles.column.many).toBe('subjects');
    });
  }

  test.skipIf(!sharedFile(BOOK_TAGS))(`${BOOK_TAGS}: the roles have to be chosen (needs shared data)`, async () => {
    const { certain, fields } = await inspect(sharedBlob(BOOK_TAGS));
    expect(certain).toBe(false);
    expect(fields).toEqual(['goodreads_book_id', 'tag_id', 'count']);
  });
});
