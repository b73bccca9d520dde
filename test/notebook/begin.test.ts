import { describe, expect, test } from 'vitest';
import { inspect } from '../../src/data/load';
import type { CachedFiles } from '../../src/notebook/file-cache';
import { openNotebookWith } from '../support/notebook';

const PAIRS = new File(['reader,book\nann,emma\nann,dune\nbob,dune\nbob,ulysses\n'], 'loans.csv');

/** A notebook that begins with what the browser kept, and how often that was cleared. */
async function begin(cached: CachedFiles | null) {
  let cleared = 0;
  const notebook = await openNotebookWith({
    ids: ['dataset', 'model'],
    cache: {
      read: async () => cached,
      write: async () => 'kept',
      clear: async () => {
        cleared++;
      },
      allowed: async () => true,
    },
  });
  await notebook.actions.begin();
  const { outputs, notices } = notebook.store.getState();
  notebook.close();
  return { name: outputs.dataset?.files[0].name, notices: notices.map(({ text }) => text), cleared: () => cleared };
}

describe('the first run of a page', () => {
  test('goes on with the files from before a reload', async () => {
    const { mapping } = await inspect([{ name: PAIRS.name, blob: PAIRS }]);
    expect(await begin({ files: [PAIRS], mapping })).toMatchObject({ name: 'loans.csv', notices: [] });
  });

  test('reads them anew where how they were read is no longer known', async () => {
    expect(await begin({ files: [PAIRS], mapping: null })).toMatchObject({ name: 'loans.csv', notices: [] });
  });

  test('shows the sample where they cannot be read, says so, and leaves them where they are', async () => {
    const { mapping } = await inspect([{ name: PAIRS.name, blob: PAIRS }]);
    const damaged = new File(['nothing'], 'loans.csv');
    const begun = await begin({ files: [damaged], mapping });
    expect(begun.name).toBe('sample.jsonl');
    expect(begun.notices).toHaveLength(1);
    expect(begun.notices[0]).toMatch(
      /^loans\.csv, open before the reload, cannot be read again\. .+\. Here is the sample/,
    );
    expect(begun.cleared()).toBe(0);
  });
});
