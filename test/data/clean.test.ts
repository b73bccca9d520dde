import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cleaning, clean, NO_CLEANING, sparseCleaning, stepText, toCleaning } from '../../src/data/clean';
import { csrFromPairs } from '../../src/data/csr';
import { DataError } from '../../src/data/data-error';
import type { Interactions } from '../../src/data/interactions';
import { type MetadataColumn, metadataValue } from '../../src/data/metadata';
import { StringTable } from '../../src/data/string-table';
import { InputError } from '../../src/errors';
import { plainSide, randomInteractions } from '../support/tiny';

/** A pair with all that is known of it. */
interface Pair {
  row: string;
  column: string;
  value: number | null;
  time: number | null;
  repeats: number;
}

function pairsOf({ matrix, values, timestamps, repeats, row, column }: Interactions): Pair[] {
  const pairs: Pair[] = [];
  for (let r = 0; r < matrix.rows; r++) {
    for (let i = matrix.offsets[r]; i < matrix.offsets[r + 1]; i++) {
      if (i > matrix.offsets[r]) expect(matrix.indices[i]).toBeGreaterThan(matrix.indices[i - 1]);
      pairs.push({
        row: row.labels.get(r),
        column: column.labels.get(matrix.indices[i]),
        value: values?.[i] ?? null,
        time: timestamps?.[i] ?? null,
        repeats: repeats?.[i] ?? 1,
      });
    }
  }
  return pairs;
}

const recipe = (given: Partial<Cleaning>): Cleaning => ({ ...NO_CLEANING, ...given });

const numbered = (list: string[]) => StringTable.from(list);

/** Interactions from pairs of labels; ids are the labels. */
function interactionsOf(pairs: [string, string][]): Interactions {
  const rows = [...new Set(pairs.map(([row]) => row))];
  const columns = [...new Set(pairs.map(([, column]) => column))];
  const { matrix } = csrFromPairs(
    rows.length,
    columns.length,
    pairs.map(([row]) => rows.indexOf(row)),
    pairs.map(([, column]) => columns.indexOf(column)),
  );
  const side = (list: string[]) => ({ ids: numbered(list), labels: numbered(list), metadata: [] });
  return { matrix, values: null, timestamps: null, repeats: null, row: side(rows), column: side(columns) };
}

const counted = (pairs: Pair[], of: 'row' | 'column') => {
  const counts = new Map<string, number>();
  for (const pair of pairs) counts.set(pair[of], (counts.get(pair[of]) ?? 0) + 1);
  return counts;
};
const keepFrequent = (pairs: Pair[], of: 'row' | 'column', minimum: number) => {
  const counts = counted(pairs, of);
  return pairs.filter((pair) => (counts.get(pair[of]) ?? 0) >= minimum);
};

/** What is left, by lists and filters alone; null when it is too little. */
function bruteForce(interactions: Interactions, given: Cleaning): Pair[] | null {
  let pairs = pairsOf(interactions);
  const filters: ((now: Pair[]) => Pair[])[] = [
    (now) => now.filter(({ value }) => given.minimumValue === null || (value as number) >= given.minimumValue),
    (now) => now.filter(({ row }) => given.dropRows === '' || !row.includes(given.dropRows)),
    (now) => now.filter(({ column }) => !given.stopColumns.includes(column)),
    (now) => {
      for (;;) {
        const next = keepFrequent(keepFrequent(now, 'row', given.minimumRowPairs), 'column', given.minimumColumnPairs);
        if (!given.core || next.length === now.length) return next;
        now = next;
      }
    },
  ];
  for (const filter of filters) {
    const next = filter(pairs);
    const short = counted(next, 'row').size < 2 || counted(next, 'column').size < 2;
    if (short && next.length < pairs.length) return null;
    pairs = next;
  }
  return pairs;
}

describe('clean', () => {
  test('leaves what filters on lists of pairs leave, with their values, times and repeats', () => {
    const recipes = fc.record({
      minimumValue: fc.option(fc.integer({ min: 1, max: 5 })),
      dropRows: fc.constantFrom('', '1', 'r2', 'nothing'),
      stopColumns: fc.subarray(['c0', 'c3', 'c11', 'absent']),
      minimumRowPairs: fc.integer({ min: 1, max: 5 }),
      minimumColumnPairs: fc.integer({ min: 1, max: 4 }),
      core: fc.boolean(),
    });
    let kept = 0;
    fc.assert(
      fc.property(recipes, fc.nat(), (given, seed) => {
        const raw = randomInteractions(30, 20, 12, seed);
        const expected = bruteForce(raw, recipe(given));
        if (expected === null) {
          // The step between the two minima may be the one that leaves too little.
          expect(() => clean(raw, recipe(given))).toThrow(DataError);
          return;
        }
        kept++;
        const { interactions, effects } = clean(raw, recipe(given));
        expect(pairsOf(interactions)).toEqual(expected);
        expect(interactions.matrix.rows).toBe(interactions.row.labels.length);
        expect(interactions.matrix.columns).toBe(interactions.column.ids.length);
        const last = effects.at(-1);
        if (last) expect(last.pairs).toBe(expected.length);
      }),
      { numRuns: 200 },
    );
    expect(kept).toBeGreaterThan(50);
  });

  test('does nothing by the empty recipe, not even a copy', () => {
    const raw = randomInteractions(10, 10, 4);
    expect(clean(raw, NO_CLEANING)).toEqual({ interactions: raw, effects: [] });
    expect(clean(raw, NO_CLEANING).interactions).toBe(raw);
  });

  test('tells the sizes after each step that did something, in order', () => {
    const raw = interactionsOf([
      ['Emma', 'novel'],
      ['Emma', 'paperback'],
      ['Emma', 'Novel'],
      ['Dune', 'novel'],
      ['Dune', 'desert'],
      ['Dune', 'paperback'],
      ['Wikipedia:Books', 'novel'],
      ['Ulysses', 'paperback'],
    ]);
    const given = { dropRows: 'Wikipedia:', foldCase: true, stopColumns: ['paperback'], minimumValue: null };
    const { effects, interactions } = clean(raw, recipe({ ...given, minimumRowPairs: 1 }));
    expect(effects).toEqual([
      { step: 'dropRows', rows: 3, columns: 4, pairs: 7 },
      { step: 'foldCase', rows: 3, columns: 3, pairs: 6 },
      { step: 'stopColumns', rows: 2, columns: 2, pairs: 3 },
    ]);
    expect(interactions.row.labels.toArray()).toEqual(['Emma', 'Dune']);
    expect(interactions.column.labels.toArray()).toEqual(['novel', 'desert']);
  });

  test('one look at each minimum leaves rows that lost columns afterwards; the core does not', () => {
    const raw = interactionsOf([
      ['a', 'x'],
      ['a', 'rare'],
      ['b', 'x'],
      ['b', 'y'],
      ['c', 'x'],
      ['c', 'y'],
    ]);
    const once = clean(raw, recipe({ minimumRowPairs: 2, minimumColumnPairs: 2 })).interactions;
    expect(once.row.labels.toArray()).toEqual(['a', 'b', 'c']);
    const both = clean(raw, recipe({ minimumRowPairs: 2, minimumColumnPairs: 2, core: true }));
    expect(both.interactions.row.labels.toArray()).toEqual(['b', 'c']);
    expect(both.effects).toEqual([{ step: 'core', rows: 2, columns: 2, pairs: 4 }]);
  });

  test('says after which step too little is left, in the data’s words', () => {
    const raw = randomInteractions(10, 10, 4);
    const roles = { row: { one: 'user', many: 'users' }, column: { one: 'film', many: 'films' } };
    expect(() => clean(raw, recipe({ minimumRowPairs: 50 }), roles)).toThrow(
      'expected at least two users and two films after the step “users with fewer than 50 pairs dropped”, found 0 and 0',
    );
    expect(() => clean({ ...raw, values: null }, recipe({ minimumValue: 3 }))).toThrow(
      'expected a file with values, such as ratings, to drop pairs by, found none',
    );
  });

  test('a pair without a value stays', () => {
    const raw = { ...randomInteractions(10, 10, 4) };
    const values = (raw.values as Float32Array).slice().fill(1);
    values.fill(Number.NaN, 0, 20);
    const { interactions } = clean({ ...raw, values }, recipe({ minimumValue: 3 }));
    expect(interactions.matrix.indices).toHaveLength(20);
  });
});

describe('columns that differ in case', () => {
  const raw = (): Interactions => {
    // The columns of each row ascend: 0 Novel, 1 novel, 2 “ NOVEL ”, 3 desert.
    const { matrix } = csrFromPairs(3, 4, [0, 0, 0, 1, 1, 2, 2], [0, 1, 3, 1, 2, 1, 3]);
    const labels = StringTable.from(['Novel', 'novel', ' NOVEL ', 'desert']);
    return {
      matrix,
      values: Float32Array.of(1, 2, 3, 4, 5, 6, 7),
      timestamps: Float64Array.of(20, 10, 0, 1, 2, 0, 0),
      repeats: null,
      row: plainSide('r', 3),
      column: {
        ids: StringTable.from(['a', 'b', 'c', 'd']),
        labels,
        metadata: [
          { name: 'kind', kind: 'category', values: numbered(['x', 'y', 'z']), codes: Int32Array.of(0, -1, 1, 2) },
        ],
      },
    };
  };

  test('become the most frequent of them; repeats add up and the latest value stays', () => {
    const { interactions } = clean(raw(), recipe({ foldCase: true }));
    expect(interactions.column.ids.toArray()).toEqual(['b', 'd']);
    expect(pairsOf(interactions)).toEqual([
      { row: 'r0', column: 'novel', value: 1, time: 20, repeats: 2 },
      { row: 'r0', column: 'desert', value: 3, time: 0, repeats: 1 },
      { row: 'r1', column: 'novel', value: 5, time: 2, repeats: 2 },
      { row: 'r2', column: 'novel', value: 6, time: 0, repeats: 1 },
      { row: 'r2', column: 'desert', value: 7, time: 0, repeats: 1 },
    ]);
  });

  test('take metadata from one another, and values that are gone leave the list', () => {
    const [kind] = clean(raw(), recipe({ foldCase: true })).interactions.column.metadata;
    expect([0, 1].map((c) => metadataValue(kind, c))).toEqual(['x', 'z']);
    expect(kind.values.toArray()).toEqual(['x', 'z']);
  });

  test('are meant by a stop-column in any case', () => {
    expect(() => clean(raw(), recipe({ foldCase: true, stopColumns: ['NOVEL'] }))).toThrow(
      'after the step “1 chosen column dropped”, found 2 and 1',
    );
    expect(clean(raw(), recipe({ stopColumns: ['NOVEL'] })).effects).toEqual([]);
  });

  test('merge as a table of folded labels does', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = randomInteractions(15, 12, 8, seed);
        const labels = ['A', 'a ', 'b', 'B', 'c', 'C', ' c', 'd', 'e', 'f', 'F', 'g'];
        const before = { ...random, column: { ...random.column, labels: StringTable.from(labels) } };
        const joined = new Map<string, number>();
        for (const { row, column, repeats } of pairsOf(before)) {
          const key = `${row} ${column.trim().toLowerCase()}`;
          joined.set(key, (joined.get(key) ?? 0) + repeats);
        }
        const after = pairsOf(clean(before, recipe({ foldCase: true })).interactions);
        expect(
          new Map(after.map(({ row, column, repeats }) => [`${row} ${column.trim().toLowerCase()}`, repeats])),
        ).toEqual(joined);
        expect(after).toHaveLength(joined.size);
      }),
      { numRuns: 50 },
    );
  });
});

test('only what the side file knows is kept where that is asked for', () => {
  const raw = randomInteractions(20, 15, 10);
  const known = (count: number, every: number): MetadataColumn => ({
    name: 'genre',
    kind: 'category',
    values: numbered(['drama', 'comedy']),
    codes: Int32Array.from({ length: count }, (_, i) => (i % every === 0 ? -1 : i % 2)),
  });
  const data: Interactions = {
    ...raw,
    row: { ...raw.row, metadata: [known(20, 4)] },
    column: { ...raw.column, metadata: [known(15, 3)] },
  };
  const { interactions } = clean(data, recipe({ requireRowFeatures: true, requireColumnFeatures: true }));
  expect(pairsOf(interactions)).toEqual(
    pairsOf(data).filter(({ row, column }) => Number(row.slice(1)) % 4 !== 0 && Number(column.slice(1)) % 3 !== 0),
  );
  const [genre] = interactions.column.metadata;
  interactions.column.labels.toArray().forEach((label, c) => {
    expect(metadataValue(genre, c)).toBe(Number(label.slice(1)) % 2 ? 'comedy' : 'drama');
  });
});

describe('a recipe', () => {
  test('from sparse options, and back', () => {
    expect(toCleaning({})).toEqual(NO_CLEANING);
    const given = { minimumValue: 3, stopColumns: ['paperback'] };
    expect(sparseCleaning(toCleaning({ ...given, core: false }))).toEqual(given);
    // Options of reading stand beside it.
    expect(toCleaning({ maxRecordBytes: 5, minimumRowPairs: 20 } as Partial<Cleaning>)).toEqual(
      recipe({ minimumRowPairs: 20 }),
    );
  });

  test.each([
    [{ minimumRowPairs: 0 }, 'minimumRowPairs: expected a whole number of at least 1, found 0'],
    [{ minimumColumnPairs: 1.5 }, 'minimumColumnPairs: expected a whole number of at least 1, found 1.5'],
    [{ minimumValue: 'three' }, 'minimumValue: expected a number or null, found "three"'],
    [{ stopColumns: 'paperback' }, 'stopColumns: expected a list of ids or labels, found "paperback"'],
    [{ stopColumns: [3] }, 'stopColumns: expected a list of ids or labels, found [3]'],
    [{ foldCase: 1 }, 'foldCase: expected true or false, found 1'],
  ])('%j is refused with its name', (given, message) => {
    expect(() => toCleaning(given as unknown as Partial<Cleaning>)).toThrow(new InputError(message));
  });

  test('has words for each of its steps', () => {
    const roles = { row: { one: 'book', many: 'books' }, column: { one: 'link', many: 'links' } };
    const given = recipe({ minimumValue: 3, dropRows: 'Wikipedia:', stopColumns: ['a', 'b'], minimumRowPairs: 20 });
    const steps = Object.keys(NO_CLEANING) as (keyof Cleaning)[];
    expect(new Set(steps.map((step) => stepText(step, given, roles))).size).toBe(steps.length);
    expect(stepText('stopColumns', given, roles)).toBe('2 chosen links dropped');
    expect(stepText('dropRows', given, roles)).toBe('books with “Wikipedia:” in their label dropped');
  });
});
