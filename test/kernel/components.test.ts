import { beforeEach, describe, expect, test } from 'vitest';
import { toDataset } from '../../src/data/dataset';
import { InteractionsBuilder } from '../../src/data/interactions';
import { Devices } from '../../src/kernel/devices';
import { componentHandlers } from '../../src/kernel/handlers/components';
import { exchangeHandlers } from '../../src/kernel/handlers/exchange';
import type { Run } from '../../src/kernel/run';
import { Session } from '../../src/kernel/session';
import { context } from '../support/calling';

const ROLES = { row: { one: 'work', many: 'works' }, column: { one: 'subject', many: 'subjects' } };

describe('with embeddings', () => {
  let session: Session;
  beforeEach(() => {
    session = new Session(new Devices(() => Promise.reject(new Error('no device is needed here'))));
    const builder = new InteractionsBuilder();
    // Work r has the subjects 0 … r, so that later works and earlier subjects are the frequent ones.
    for (let r = 0; r < 8; r++) {
      const row = builder.row(`w${r}`, `Work ${r}`);
      builder.rowValue(row, 'kind', r % 2 ? 'odd' : 'even');
      for (let c = 0; c <= r; c++) builder.pair(row, builder.column(`s${c}`, `Subject ${c}`));
    }
    session.dataset = toDataset('made', ROLES, builder.build().interactions);
    const vectors = {
      dimensions: 2,
      columnDimensions: 2,
      // Works lie along the first dimension, in order; the second is small.
      rows: Float32Array.from({ length: 16 }, (_, i) => (i % 2 ? (i % 3) / 100 : i / 2)),
      columns: Float32Array.from({ length: 16 }, (_, i) => Math.sin(i)),
    };
    session.history.push({ id: 1, learned: { vectors } } as unknown as Run);
  });

  test('the ends of the first direction, by name', async () => {
    const params = { run: 1, side: 'row', count: 5, popular: null, transposed: false, ends: 2 } as const;
    const { variance, entries, ends } = await componentHandlers(session).components(params, context());
    expect(entries).toBe(8);
    expect(variance).toHaveLength(2);
    expect(variance[0]).toBeGreaterThan(0.99);
    expect([ends[0].high.map(({ label }) => label), ends[0].low.map(({ label }) => label)].sort()).toEqual([
      ['Work 0', 'Work 1'],
      ['Work 7', 'Work 6'],
    ]);
    expect(Math.abs(ends[0].high[0].score)).toBeCloseTo(3.5, 2);
  });

  test('of the most frequent only, each under its own name', async () => {
    const params = { run: 1, side: 'row', count: 1, popular: 4, transposed: false, ends: 2 } as const;
    const { entries, ends } = await componentHandlers(session).components(params, context());
    expect(entries).toBe(4);
    expect([...ends[0].high, ...ends[0].low].map(({ id }) => id).sort()).toEqual(['w4', 'w5', 'w6', 'w7']);
  });

  test('transposed, the coordinates of a component are of length one', async () => {
    const params = { run: 1, side: 'column', count: 3, popular: null, transposed: true, ends: 4 } as const;
    const { ends } = await componentHandlers(session).components(params, context());
    expect(Math.hypot(...[...ends[0].high, ...ends[0].low].map(({ score }) => score))).toBeCloseTo(1, 5);
  });

  test('the projector’s files have a line for each entry', async () => {
    const { exportProjector } = exchangeHandlers(session);
    const text = async (file: 'vectors' | 'names', metadata: boolean) =>
      (await (await exportProjector({ run: 1, side: 'row', file, metadata }, context())).text())
        .split('\n')
        .slice(0, -1);
    const vectors = await text('vectors', false);
    expect(vectors).toHaveLength(8);
    expect(vectors[7].split('\t').map(Number)[0]).toBe(7);
    expect(await text('names', false)).toEqual(Array.from({ length: 8 }, (_, r) => `Work ${r}`));
    expect((await text('names', true)).slice(0, 2)).toEqual(['name\tid\tkind', 'Work 0\tw0\teven']);
  });

  test('without a trained model both say what is missing', async () => {
    session.history.length = 0;
    const params = { run: 1, side: 'row', count: 1, popular: null, transposed: false, ends: 1 } as const;
    await expect(componentHandlers(session).components(params, context())).rejects.toThrow('Expected a trained model');
    const { exportProjector } = exchangeHandlers(session);
    expect(() => exportProjector({ run: 1, side: 'row', file: 'names', metadata: false }, context())).toThrow(
      'Expected a trained model',
    );
  });
});
