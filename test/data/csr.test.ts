import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Csr, columnDegrees, csrFromPairs, has, pickRows, rowDegrees, rowOf, transpose } from '../../src/data/csr';

interface Case {
  rows: number;
  columns: number;
  pairs: [number, number][];
}

const cases: fc.Arbitrary<Case> = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([rows, columns]) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      pairs: fc.array(fc.tuple(fc.nat({ max: rows - 1 }), fc.nat({ max: columns - 1 })), { maxLength: 60 }),
    }),
  );

function build({ rows, columns, pairs }: Case) {
  return csrFromPairs(
    rows,
    columns,
    pairs.map(([r]) => r),
    pairs.map(([, c]) => c),
  );
}

function oracle({ rows, pairs }: Case): Set<number>[] {
  const sets = Array.from({ length: rows }, () => new Set<number>());
  for (const [r, c] of pairs) sets[r].add(c);
  return sets;
}

const asLists = (matrix: Csr) => Array.from({ length: matrix.rows }, (_, r) => [...rowOf(matrix, r)]);
const ascending = (set: Iterable<number>) => [...set].sort((a, b) => a - b);

describe('csrFromPairs', () => {
  test('holds each row as its set of columns, ascending', () => {
    fc.assert(
      fc.property(cases, (input) => {
        const { matrix, duplicates } = build(input);
        const sets = oracle(input);
        const distinct = sets.reduce((sum, set) => sum + set.size, 0);
        expect(asLists(matrix)).toEqual(sets.map(ascending));
        expect(matrix.indices.length).toBe(distinct);
        expect(matrix.offsets.length).toBe(input.rows + 1);
        expect(duplicates).toBe(input.pairs.length - distinct);
      }),
    );
  });

  test('counts each repeat of a pair', () => {
    const { matrix, duplicates } = csrFromPairs(2, 3, [1, 1, 1, 0], [2, 2, 2, 1]);
    expect(duplicates).toBe(2);
    expect(asLists(matrix)).toEqual([[1], [2]]);
  });

  test('sorts columns as numbers, not as text', () => {
    expect(asLists(csrFromPairs(1, 200, [0, 0, 0], [100, 9, 20]).matrix)).toEqual([[9, 20, 100]]);
  });
});

describe('has', () => {
  test('is true for the pairs and for nothing else', () => {
    fc.assert(
      fc.property(cases, (input) => {
        const { matrix } = build(input);
        const sets = oracle(input);
        for (let r = 0; r < input.rows; r++) {
          for (let c = 0; c <= input.columns; c++) expect(has(matrix, r, c)).toBe(sets[r].has(c));
        }
      }),
    );
  });
});

describe('transpose', () => {
  test('exchanges rows and columns, and twice is the matrix itself', () => {
    fc.assert(
      fc.property(cases, (input) => {
        const { matrix } = build(input);
        const turned = transpose(matrix);
        const swapped = { rows: input.columns, columns: input.rows, pairs: input.pairs.map(([r, c]) => [c, r]) };
        expect(turned).toEqual(build(swapped as Case).matrix);
        expect(transpose(turned)).toEqual(matrix);
      }),
    );
  });
});

describe('degrees', () => {
  test('count the pairs of each row and of each column', () => {
    fc.assert(
      fc.property(cases, (input) => {
        const { matrix } = build(input);
        const sets = oracle(input);
        expect([...rowDegrees(matrix)]).toEqual(sets.map((set) => set.size));
        expect([...columnDegrees(matrix)]).toEqual(
          Array.from({ length: input.columns }, (_, c) => sets.filter((set) => set.has(c)).length),
        );
      }),
    );
  });
});

describe('pickRows', () => {
  test('keeps the rows asked for, in their order, and all columns', () => {
    fc.assert(
      fc.property(cases, fc.array(fc.nat(), { maxLength: 8 }), (input, wanted) => {
        const rows = wanted.map((r) => r % input.rows);
        const { matrix } = build(input);
        const picked = pickRows(matrix, rows);
        expect(asLists(picked)).toEqual(rows.map((r) => [...rowOf(matrix, r)]));
        expect(picked.columns).toBe(input.columns);
      }),
    );
  });
});

describe('facts of pairs', () => {
  const facts = fc.record({ value: fc.integer({ min: -9, max: 9 }), time: fc.nat({ max: 5 }) });
  const withFacts = cases.chain((input) =>
    fc.record({
      input: fc.constant(input),
      facts: fc.array(facts, { minLength: input.pairs.length, maxLength: input.pairs.length }),
      timed: fc.boolean(),
    }),
  );

  test('are those of the latest time, else of the last pair, in the order of the indices', () => {
    fc.assert(
      fc.property(withFacts, ({ input, facts, timed }) => {
        const kept = new Map<string, { value: number; time: number; times: number }>();
        input.pairs.forEach(([r, c], i) => {
          const before = kept.get(`${r} ${c}`);
          const wins = !before || !timed || facts[i].time >= before.time;
          kept.set(`${r} ${c}`, { ...(wins ? facts[i] : before), times: (before?.times ?? 0) + 1 });
        });
        const built = csrFromPairs(
          input.rows,
          input.columns,
          input.pairs.map(([r]) => r),
          input.pairs.map(([, c]) => c),
          {
            values: Float32Array.from(facts, ({ value }) => value),
            timestamps: timed ? Float64Array.from(facts, ({ time }) => time) : null,
          },
        );
        expect(built.matrix).toEqual(build(input).matrix);
        const expected = asLists(built.matrix).flatMap((row, r) => row.map((c) => kept.get(`${r} ${c}`)));
        expect(Array.from(built.facts.values ?? [])).toEqual(expected.map((fact) => fact?.value));
        expect(built.facts.timestamps && Array.from(built.facts.timestamps)).toEqual(
          timed ? expected.map((fact) => fact?.time) : null,
        );
        const repeats = expected.map((fact) => fact?.times);
        expect(built.facts.repeats && Array.from(built.facts.repeats)).toEqual(
          repeats.some((times) => times !== 1) ? repeats : null,
        );
      }),
    );
  });
});
