import { describe, expect, test } from 'vitest';
import { cells } from '../../src/cells/registry';
import { clean, toCleaning } from '../../src/data/clean';
import { inspect, load } from '../../src/data/load';
import { metadataValue } from '../../src/data/metadata';
import type { DatasetSummary } from '../../src/data/summary';
import { completeOptions } from '../../src/models/option';
import { presetById } from '../../src/models/registry';
import { exampleById, examples, isCompatible, suggestedCleaning } from '../../src/notebook/examples/example';
import { madeUpRatings } from '../../src/notebook/examples/made-up-ratings';
import { methodById } from '../../src/projection/registry';
import { sharedBlob, sharedFile } from '../support/shared-data';
import { task } from '../support/task';

const named = () => madeUpRatings().map((blob) => ({ name: blob.name, blob }));
const read = () => load(named(), {}, task());

describe('example notebooks', () => {
  test('one for each tutorial', () => {
    expect(examples.map(({ id }) => id)).toEqual([
      'wellcome-subjects',
      'two-tower-movielens',
      'goodbooks-keras',
      'wikipedia-books',
      'embedding-net',
    ]);
    expect(() => exampleById('tea-leaves')).toThrow('expected an example of wellcome-subjects,');
  });

  test.each(examples)('$id asks for what there is', ({ model, cleaning, map, steps, needs, standIn }) => {
    const preset = presetById(model.preset);
    completeOptions(preset.options, model.options);
    completeOptions(preset.options, { ...model.options, ...standIn.options });
    // What differs on the built-in data is said.
    expect(standIn.note === '').toBe(Object.keys(standIn.options).length === 0);
    expect(preset.learns === 'ratings' ? needs : 'ratings').toBe('ratings');
    expect(toCleaning(cleaning)).toMatchObject(cleaning);
    expect(methodById(map.method).id).toBe(map.method);
    const places = steps.map(({ cell }) => cells.ids.indexOf(cell));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test('no address of a host is in any of them', () => {
    expect(JSON.stringify(examples)).not.toMatch(/https?:|www\.|\.(com|org|io|net|ai)\b/);
  });

  test('of a recipe only what the data allows', () => {
    const example = exampleById('two-tower-movielens');
    const summary = { featured: { row: 0, column: 7 }, values: null } as DatasetSummary;
    expect(suggestedCleaning(example, summary)).toEqual({ minimumRowPairs: 20, requireColumnFeatures: true });
    expect(isCompatible(example, summary)).toBe(false);
    expect(isCompatible(exampleById('wikipedia-books'), summary)).toBe(true);
  });
});

describe('on the tutorials’ own data', () => {
  for (const [id, paths, effects] of [
    ['wikipedia-books', ['wikipedia-books/p15_books.ndjson'], ['foldCase', 'stopColumns', 'minimumColumnPairs']],
    [
      'two-tower-movielens',
      ['u.data', 'u.item', 'u.user'].map((name) => `movielens-100k/${name}`),
      // Everyone and everything in it has features, and twenty ratings.
      [],
    ],
  ] as const) {
    test.skipIf(!paths.every(sharedFile))(`${id}: its recipe and its colour (needs shared data)`, async () => {
      const example = exampleById(id);
      const { summary, dataset } = await load(paths.map(sharedBlob), {}, task());
      expect(isCompatible(example, summary)).toBe(true);
      const recipe = toCleaning(suggestedCleaning(example, summary));
      expect(clean(dataset.interactions, recipe).effects.map(({ step }) => step)).toEqual(
        expect.arrayContaining([...effects]),
      );
      const fields = example.map.side === 'row' ? summary.rowFields : summary.columnFields;
      expect(fields.map(({ name }) => name)).toContain(example.map.colour);
    });
  }
});

describe('made-up ratings', () => {
  test('are the same at every call', async () => {
    const texts = (files: File[]) => Promise.all(files.map((file) => file.text()));
    expect(await texts(madeUpRatings())).toEqual(await texts(madeUpRatings()));
  });

  test('are read without a question, with values, times and metadata of both sides', async () => {
    const { certain, mapping } = await inspect(named());
    expect([certain, mapping.format]).toEqual([true, 'table']);
    const { summary, dataset } = await read();
    expect([summary.rows, summary.columns, summary.rejected]).toEqual([300, 120, 0]);
    expect([summary.roles.row.many, summary.roles.column.many]).toEqual(['users', 'movies']);
    expect(summary.featured).toEqual({ row: 300, column: 120 });
    expect([summary.values?.minimum, summary.values?.maximum]).toEqual([1, 5]);
    expect(summary.time).not.toBeNull();
    expect(new Set(dataset.interactions.column.labels.toArray()).size).toBe(120);
    expect(summary.columnFields.map(({ name }) => name)).toEqual(expect.arrayContaining(['genres', 'year']));
    // The least is for a filter to do something: some users have fewer than twenty ratings.
    expect(summary.rowDegrees.counts.length).toBeGreaterThan(1);
  });

  test('hold the tastes that were planted: engineers rate science fiction higher', async () => {
    const { interactions } = (await read()).dataset;
    const { matrix, values, row, column } = interactions;
    const fact = (side: typeof row, name: string, i: number) => {
      const found = side.metadata.find((one) => one.name === name);
      return found ? metadataValue(found, i) : null;
    };
    const mean = (engineer: boolean) => {
      let sum = 0;
      let count = 0;
      for (let r = 0; r < matrix.rows; r++) {
        if ((fact(row, 'occupation', r) === 'engineer') !== engineer) continue;
        for (let i = matrix.offsets[r]; i < matrix.offsets[r + 1]; i++) {
          if (!fact(column, 'genres', matrix.indices[i])?.includes('Science Fiction')) continue;
          sum += values?.[i] ?? 0;
          count++;
        }
      }
      return sum / count;
    };
    expect(mean(true) - mean(false)).toBeGreaterThan(0.5);
  });
});
