import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowOf, transpose } from '../../src/data/csr';
import { distinctLabels, InteractionsBuilder, majorityCategory } from '../../src/data/interactions';
import { metadataValue } from '../../src/data/metadata';
import { StringTable } from '../../src/data/string-table';

describe('InteractionsBuilder', () => {
  test('builds the matrix that the pairs of ids make', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'é');
    fc.assert(
      fc.property(fc.array(fc.tuple(id, id)), (pairs) => {
        const builder = new InteractionsBuilder();
        for (const [r, c] of pairs) builder.pair(builder.row(r, r), builder.column(c, c));
        const { interactions, counts } = builder.build();
        const { matrix, row, column } = interactions;
        const built = Array.from({ length: matrix.rows }, (_, r) =>
          Array.from(rowOf(matrix, r), (c) => `${row.ids.get(r)} ${column.ids.get(c)}`),
        ).flat();
        const distinct = new Set(pairs.map(([r, c]) => `${r} ${c}`));
        expect(built.sort()).toEqual([...distinct].sort());
        expect(counts).toEqual({ emptyRows: 0, duplicatePairs: pairs.length - distinct.size, mergedRows: 0 });
      }),
    );
  });

  test('leaves rows without a pair out, with their labels and metadata', () => {
    const builder = new InteractionsBuilder();
    for (const id of ['w0', 'w1', 'w2', 'w3']) builder.rowValue(builder.row(id, `label of ${id}`), 'medium', id);
    builder.pair(1, builder.column('c', 'c'));
    builder.pair(3, 0);
    const { interactions, counts } = builder.build();
    const { row, matrix } = interactions;
    expect(counts.emptyRows).toBe(2);
    expect(row.ids.toArray()).toEqual(['w1', 'w3']);
    expect(row.labels.toArray()).toEqual(['label of w1', 'label of w3']);
    expect([0, 1].map((r) => metadataValue(row.metadata[0], r))).toEqual(['w1', 'w3']);
    expect([matrix.rows, matrix.columns, [...matrix.indices]]).toEqual([2, 1, [0, 0]]);
  });

  test('joins rows of one id, keeps their first label, and counts those that should come once', () => {
    const builder = new InteractionsBuilder();
    expect(builder.row('w1', 'first', true)).toBe(0);
    expect(builder.row('w1', 'second', true)).toBe(0);
    expect(builder.row('w1', 'third')).toBe(0);
    expect(builder.column('c', 'label')).toBe(0);
    expect(builder.column('c', 'other')).toBe(0);
    builder.pair(0, 0);
    const { interactions, counts } = builder.build();
    expect(counts.mergedRows).toBe(1);
    expect(interactions.row.labels.toArray()).toEqual(['first']);
    expect(interactions.column.labels.toArray()).toEqual(['label']);
  });

  test('grows past its first pairs', () => {
    const builder = new InteractionsBuilder();
    for (let c = 0; c < 40_000; c++) builder.pair(builder.row('w', 'w'), builder.column(`c${c}`, ''));
    expect([builder.rowCount, builder.columnCount, builder.pairCount]).toEqual([1, 40_000, 40_000]);
    const { indices } = builder.build().interactions.matrix;
    expect(indices).toEqual(Uint32Array.from({ length: 40_000 }, (_, c) => c));
  });
});

describe('values and times', () => {
  test('stay with their pairs where empty rows are left out, and past the first arrays', () => {
    const builder = new InteractionsBuilder();
    for (let i = 0; i < 40_000; i++) {
      const row = builder.row(`w${i}`, '');
      // Every third row has no pair; the first pairs have neither value nor time.
      if (i % 3 > 0) builder.pair(row, builder.column(`c${i % 7}`, ''), ...(i < 4 ? [] : [i % 5, i]));
    }
    const { matrix, values, timestamps, repeats } = builder.build().interactions;
    const given = Array.from({ length: 40_000 }, (_, i) => i).filter((i) => i % 3 > 0);
    expect(matrix.rows).toBe(given.length);
    expect(values).toEqual(Float32Array.from(given, (i) => (i < 4 ? Number.NaN : i % 5)));
    expect(timestamps).toEqual(Float64Array.from(given, (i) => (i < 4 ? Number.NaN : i)));
    expect(repeats).toBeNull();
  });

  test('are null where no pair has them', () => {
    const builder = new InteractionsBuilder();
    builder.pair(builder.row('w', ''), builder.column('c', ''));
    builder.pair(0, 0);
    const { values, timestamps, repeats } = builder.build().interactions;
    expect([values, timestamps, repeats && [...repeats]]).toEqual([null, null, [2]]);
  });
});

describe('facts that come after the pairs', () => {
  test('find their entry, take the place of its label, and stay with it where rows are left out', () => {
    const builder = new InteractionsBuilder();
    for (const id of ['empty', 'w1', 'w2']) builder.row(id, id);
    for (const row of [1, 2]) builder.pair(row, builder.column('c', 'c'));
    expect([builder.find('row', 'w2'), builder.find('row', 'c'), builder.find('column', 'c')]).toEqual([2, -1, 0]);
    builder.relabel('row', 2, 'Tides');
    builder.describe('row', 2, 'year', '1850');
    const { row } = builder.build().interactions;
    expect(row.labels.toArray()).toEqual(['w1', 'Tides']);
    expect([0, 1].map((r) => metadataValue(row.metadata[0], r))).toEqual([null, '1850']);
  });
});

describe('distinctLabels', () => {
  const side = (ids: string[], labels: string[]) => ({ ids: StringTable.from(ids), labels: StringTable.from(labels) });

  test('adds the id to labels that several entries share', () => {
    const { labels, shared } = distinctLabels(side(['1', '2', '3', '4'], ['Moon', 'Tides', 'Moon', 'moon']));
    expect(labels.toArray()).toEqual(['Moon (1)', 'Tides', 'Moon (3)', 'moon']);
    expect(shared).toBe(2);
  });

  test('leaves labels alone where each is the only one', () => {
    const table = side(['1', '2'], ['Moon', 'Tides']);
    expect(distinctLabels(table)).toEqual({ labels: table.labels, shared: 0 });
  });
});

describe('majorityCategory', () => {
  /** One column for each list of mediums; each work has one column. */
  function majority(columns: Record<string, (string | null)[]>) {
    const builder = new InteractionsBuilder();
    for (const [id, mediums] of Object.entries(columns)) {
      const column = builder.column(id, id);
      for (const medium of mediums) {
        const row = builder.row(`w${builder.rowCount}`, 'work');
        if (medium !== null) builder.rowValue(row, 'medium', medium);
        builder.pair(row, column);
      }
    }
    const { interactions } = builder.build();
    const found = majorityCategory(transpose(interactions.matrix), interactions.row.metadata[0]);
    return { found, values: Object.keys(columns).map((_, c) => metadataValue(found, c)) };
  }

  test('gives each column the value most of its rows have', () => {
    const { found, values } = majority({ a: ['oil', 'ink', 'ink'], b: ['oil'], c: [null, null, 'ink'], d: [null] });
    expect(values).toEqual(['ink', 'oil', 'ink', null]);
    expect([found.name, found.kind]).toEqual(['most frequent medium', 'category']);
  });

  test('gives a tie to the value that was that frequent first', () => {
    expect(majority({ a: ['ink', 'oil', 'oil', 'ink'], b: ['ink', 'oil'] }).values).toEqual(['oil', 'ink']);
  });
});
