import { describe, expect, test } from 'vitest';
import { csrFromPairs } from '../../src/data/csr';
import { toDataset } from '../../src/data/dataset';
import type { EntityTable, Interactions } from '../../src/data/interactions';
import { Random } from '../../src/data/random';
import { StringTable } from '../../src/data/string-table';
import { scoreRows } from '../../src/embedding/vectors';
import { Devices } from '../../src/kernel/devices';
import { exploreHandlers } from '../../src/kernel/handlers/explore';
import type { Run } from '../../src/kernel/run';
import { Session } from '../../src/kernel/session';
import { presetById } from '../../src/models/registry';
import { context } from '../support/calling';

const ROWS = 1_000_000;
const COLUMNS = 20_000;
const PER_ROW = 3;
const DIMENSIONS = 32;

const word = (one: string) => ({ one, many: `${one}s` });

function table(prefix: string, count: number): EntityTable {
  const names = StringTable.from(Array.from({ length: count }, (_, i) => `${prefix} ${i}`));
  return { ids: names, labels: names, metadata: [] };
}

/** A session whose dataset and run are made up: what is measured is what a click asks of them. */
function session(): Session {
  const random = new Random(1);
  const pairRows = Uint32Array.from({ length: PER_ROW * ROWS }, (_, i) => Math.floor(i / PER_ROW));
  const pairColumns = Uint32Array.from({ length: PER_ROW * ROWS }, () => random.integer(COLUMNS));
  const { matrix, facts } = csrFromPairs(ROWS, COLUMNS, pairRows, pairColumns);
  const interactions: Interactions = { matrix, ...facts, row: table('work', ROWS), column: table('subject', COLUMNS) };
  const numbers = (count: number) => Float32Array.from({ length: count * DIMENSIONS }, () => random.next() - 0.5);
  const made = new Session(new Devices(async () => async () => ({ missing: 'none' })));
  made.dataset = toDataset('large', { row: word('work'), column: word('subject') }, interactions);
  made.history.push({
    id: 1,
    preset: presetById('cofactor-default'),
    options: {},
    split: { train: matrix, heldOut: csrFromPairs(ROWS, COLUMNS, [], []).matrix },
    learned: {
      network: null,
      output: { curve: 'linear', range: null },
      vectors: {
        dimensions: DIMENSIONS,
        columnDimensions: DIMENSIONS,
        rows: numbers(ROWS),
        columns: numbers(COLUMNS),
        bias: null,
        rowBias: null,
        temperature: 1,
        offset: 0,
      },
    },
  } as unknown as Run);
  return made;
}

describe('a million works', () => {
  const open = session();
  const explore = exploreHandlers(open);
  const at = { run: 1, ref: { index: 77 } };
  const row = { side: 'row', ...at } as const;
  const column = { side: 'column', ...at } as const;
  /** What a click may cost, as a share of one pass over the vectors: it looks at no more than it has to. */
  const clicks: [string, number, () => unknown][] = [
    ['predictions of a work', 0.2, () => explore.topK({ ...row, k: 10, known: false }, context())],
    ['predictions of a subject', 4, () => explore.topK({ ...column, k: 10, known: false }, context())],
    ['neighbours of a work', 4, () => explore.neighbours({ ...row, k: 10, metric: 'cosine' }, context())],
    ['what is known of a work', 0.1, () => explore.entity(row, context())],
    ['what is known of a subject', 0.1, () => explore.entity(column, context())],
    ['the vector of a subject', 0.05, () => explore.vector(column, context())],
    ['a search', 4, () => explore.search({ side: 'row', text: 'work 99', limit: 10 }, context())],
  ];

  /** The middle of some times, after one that may prepare what is kept. */
  async function median(work: () => unknown): Promise<number> {
    const times: number[] = [];
    await work();
    for (let i = 0; i < 7; i++) {
      const started = performance.now();
      await work();
      times.push(performance.now() - started);
    }
    return times.sort((a, b) => a - b)[3];
  }

  test.each(clicks)('%s: at most %d passes over the vectors', async (_, passes, click) => {
    const pass = await median(() => scoreRows(open.requireRun(1).learned.vectors, 77));
    expect((await median(click)) / pass).toBeLessThan(passes);
  });
});
