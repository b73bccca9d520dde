import { beforeEach, describe, expect, test } from 'vitest';
import { createKernel } from '../../src/kernel/kernel';
import type { KernelMethods } from '../../src/kernel/protocol';
import type { Handlers } from '../../src/kernel/serve';
import { context } from '../support/calling';

// Fifty readers of twenty books; the book “paperback” is everybody's, and three come in two spellings.
const LINES = Array.from({ length: 50 }, (_, reader) =>
  Array.from({ length: 2 + (reader % 5) }, (_, i) => {
    const book = (reader * 3 + i * 7) % 19;
    return `reader ${reader},${reader % 2 && book < 3 ? `BOOK ${book}` : `book ${book}`}`;
  }).concat(`reader ${reader},paperback`),
).flat();
const FILE = new File([['reader,book', ...LINES].join('\n')], 'reading.csv');

describe('cleaning', () => {
  let kernel: Handlers<KernelMethods>;
  beforeEach(() => {
    kernel = createKernel();
  });
  const load = (options: KernelMethods['load']['params']['options'] = {}) =>
    kernel.load({ files: [FILE], options }, context());

  test('flat options of load clean what is read', async () => {
    const { summary: read } = await load();
    expect([read.rows, read.columns, read.effects]).toEqual([50, 23, []]);
    expect(read.mostLinked[0]).toMatchObject({ label: 'paperback', degree: 50 });
    const { summary } = await load({ foldCase: true, stopColumns: ['paperback'], minimumRowPairs: 4 });
    expect(summary.effects.map(({ step, rows, columns }) => [step, rows, columns])).toEqual([
      ['foldCase', 50, 20],
      ['stopColumns', 50, 19],
      ['minimumRowPairs', 30, 19],
    ]);
    expect([summary.rows, summary.columns]).toEqual([30, 19]);
    expect(summary.raw).toEqual({ rows: 50, columns: 23, pairs: read.pairs });
    expect(summary.stopped).toEqual([{ id: 'paperback', label: 'paperback' }]);
    // What the kernel answers from is the cleaned dataset.
    const found = await kernel.search({ side: 'column', text: 'paperback', limit: 3 }, context());
    expect(found).toEqual([]);
    expect(
      (await kernel.entity({ run: null, side: 'row', ref: { index: 0 } }, context())).degree,
    ).toBeGreaterThanOrEqual(4);
  });

  test('another recipe begins with what was read, and the empty one brings it all back', async () => {
    const { summary: read } = await load();
    const strict = await kernel.clean({ cleaning: { minimumRowPairs: 6 } }, context());
    const mild = await kernel.clean({ cleaning: { minimumRowPairs: 4 } }, context());
    expect(mild.summary.rows).toBeGreaterThan(strict.summary.rows);
    expect(mild.mapping).toEqual(strict.mapping);
    expect((await kernel.clean({ cleaning: {} }, context())).summary).toEqual(read);
  });

  test('a recipe that leaves too little, or is none, changes nothing', async () => {
    await load();
    const before = await kernel.entity({ run: null, side: 'row', ref: { index: 7 } }, context());
    await expect(async () => kernel.clean({ cleaning: { minimumColumnPairs: 51 } }, context())).rejects.toThrow(
      'expected at least two readers and two books after the step “books with fewer than 51 pairs dropped”, found 0 and 0',
    );
    await expect(async () => kernel.clean({ cleaning: { minimumRowPairs: -1 } }, context())).rejects.toThrow(
      'minimumRowPairs: expected a whole number of at least 1, found -1',
    );
    await expect(load({ minimumValue: 3 })).rejects.toThrow('expected a file with values');
    await expect(load({ minimumRowPairs: 0 })).rejects.toThrow(RangeError);
    expect(await kernel.entity({ run: null, side: 'row', ref: { index: 7 } }, context())).toEqual(before);
  });

  test('without a file says what is missing', async () => {
    await expect(async () => kernel.clean({ cleaning: {} }, context())).rejects.toThrow(
      'Expected a dataset, found none',
    );
  });

  test.each(['random', 'last', 'fold', 'rows'])('hold-out “%s” trains and is measured', async (holdOutMethod) => {
    await load({ foldCase: true });
    await kernel.device({ choose: 'reference' }, context());
    const options = { epochs: 2, dimensions: 4, holdOutMethod, holdOutMinimum: 2 };
    const report = await kernel.train({ preset: 'cofactor-default', options }, context());
    expect(report.heldOutPairs).toBeGreaterThan(20);
    expect(report.loss.every(Number.isFinite)).toBe(true);
    const { values } = await kernel.vectors({ run: report.run, side: 'row', indices: null }, context());
    expect(values.every(Number.isFinite)).toBe(true);
  });

  test('a hold-out by time without times takes a share of each row’s pairs, and says so', async () => {
    await load();
    await kernel.device({ choose: 'reference' }, context());
    const train = (holdOutMethod: string) =>
      kernel.train({ preset: 'cofactor-default', options: { epochs: 1, dimensions: 4, holdOutMethod } }, context());
    const { notices, heldOutPairs } = await train('time');
    expect(notices).toEqual(['The data has no times, so a random share of each reader’s pairs was held out.']);
    const rows = await train('rows');
    expect([rows.heldOutPairs, rows.notices]).toEqual([heldOutPairs, []]);
  });
});
