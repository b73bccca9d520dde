import { describe, expect, test } from 'vitest';
import { rowDegrees } from '../../src/data/csr';
import type { Dataset } from '../../src/data/dataset';
import { load } from '../../src/data/load';
import { metadataValue } from '../../src/data/metadata';
import { nearest } from '../../src/embedding/neighbours';
import { toTrainedModel } from '../../src/embedding/trained-model';
import { scorePairs } from '../../src/embedding/vectors';
import type { Engine } from '../../src/engines/engine';
import { probeWasm } from '../../src/engines/wasm/engine';
import { baseline as biasedMean } from '../../src/evaluation/rating-baselines/biased-mean';
import { evaluateRatings } from '../../src/evaluation/rating-error';
import { prepareRun, type RunSetup } from '../../src/kernel/run-setup';
import { estimateCost } from '../../src/models/cost';
import { completeOptions, type OptionValues } from '../../src/models/option';
import { presetById } from '../../src/models/registry';
import { parameterCount } from '../../src/models/spec';
import { sharedBlob, sharedFile } from '../support/shared-data';
import { task } from '../support/task';
import { trainStill } from '../support/training';

async function read(paths: readonly string[]): Promise<Dataset> {
  return (await load(paths.map(sharedBlob), {}, task())).dataset;
}

function assembled(dataset: Dataset, id: string, given: OptionValues): RunSetup {
  const preset = presetById(id);
  return prepareRun(dataset, preset, completeOptions(preset.options, given));
}

async function engine(): Promise<Engine> {
  const found = await probeWasm({ cores: 1, startThread: null })();
  if (!('engine' in found)) throw new Error(found.missing);
  return found.engine;
}

const ML100K = ['movielens-100k/u.data'];
describe.skipIf(!ML100K.every(sharedFile))(`${ML100K.join(', ')} (needs shared data)`, () => {
  test('two towers: the latest fifth leaves 751 users, 1,616 items and 95 test users, and is predicted better by training', async () => {
    const dataset = await read(ML100K);
    const options = { epochs: 3, learningRate: 0.02, negatives: 4 };
    const assembly = assembled(dataset, 'two-tower', options);
    const { split, model, training, trained, notices } = assembly;
    expect(trained).toEqual({ rows: 751, columns: 1616 });
    expect(parameterCount(model, trained.rows, trained.columns)).toBe(37_872);
    expect(rowDegrees(split.heldOut).filter((degree) => degree > 0)).toHaveLength(95);
    expect([split.train.indices.length, notices]).toEqual([80_000, []]);
    const { loss, heldOutLoss, steps } = await trainStill(assembly, await engine());
    expect(steps).toBe(3 * Math.ceil(80_000 / 1024));
    const facts = { rows: 943, columns: 1682, pairs: 80_000, values: null, rowFeatures: 0, columnFeatures: 0 };
    expect(estimateCost(model, training, facts).steps).toBe(steps);
    expect(loss[2]).toBeLessThan(loss[0] * 0.8);
    expect(heldOutLoss[2]).toBeLessThan(heldOutLoss[0] * 0.9);
  });

  test('biased factors are nearer to the ratings of a fold than a mean with biases', async () => {
    const dataset = await read(ML100K);
    const options = {
      dimensions: 8,
      epochs: 8,
      learningRate: 0.02,
      batchSize: 2000,
      regularisation: 0.05,
      holdOutMethod: 'fold',
      fold: 1,
    };
    const assembly = assembled(dataset, 'biased-mf', options);
    const { data, split, model } = assembly;
    expect(data.heldOut.indices.length).toBe(20_000);
    const { state } = await trainStill(assembly, await engine());
    const { vectors } = toTrainedModel(model, state, data);
    const ratings = {
      train: { matrix: split.train, values: data.trainValues as Float32Array },
      heldOut: { matrix: split.heldOut, values: data.heldOutValues as Float32Array },
    };
    const world = { ...task(), seed: 1 };
    const found = await evaluateRatings(ratings, (rows, columns) => scorePairs(vectors, rows, columns), world);
    const beside = await evaluateRatings(ratings, await biasedMean.fit(ratings.train, world), world);
    expect(beside?.rmse).toBeGreaterThan(0.92);
    expect(found?.rmse).toBeLessThan((beside?.rmse as number) - 0.005);
    expect(found?.pairs).toBe(20_000);
  });

  test('a small embedding net is nearer to held-out ratings than their mean', async () => {
    const dataset = await read(ML100K);
    const options = { dimensions: 16, hidden: '32', dropouts: '0.2', epochs: 2, batchSize: 500, learningRate: 0.01 };
    const assembly = assembled(dataset, 'embedding-net', options);
    const { trainValues, heldOutValues } = assembly.data;
    expect(assembly.model).toMatchObject({ range: [0.5, 5.5] });
    const mean = average(trainValues as Float32Array);
    const ofMean = average((heldOutValues as Float32Array).map((value) => (value - mean) ** 2));
    const { heldOutLoss, history } = await trainStill(assembly, await engine());
    expect(ofMean).toBeGreaterThan(1.2);
    expect(heldOutLoss[1]).toBeLessThan(ofMean - 0.2);
    expect(history[1].heldOutMetric).toBeLessThan(0.9);
  });
});

const BOOKS = 'wikipedia-books/p15_books.ndjson';
describe.skipIf(!sharedFile(BOOKS))(`${BOOKS} (needs shared data)`, () => {
  test('books and their links: pairs are told from random ones, and neighbours share a genre', async () => {
    const dataset = await read([BOOKS]);
    const assembly = assembled(dataset, 'wikipedia', { dimensions: 16, epochs: 5, learningRate: 0.03 });
    const { data, model } = assembly;
    const occurrences = data.trainRepeats?.reduce((sum, times) => sum + times, 0) as number;
    expect([data.train.rows, occurrences]).toEqual([1413, 40_760]);
    const { history, steps, state } = await trainStill(assembly, await engine());
    expect(steps).toBe(5 * Math.floor(40_760 / 1024));
    expect(history[4].metric).toBeGreaterThan(0.8);
    expect(history[4].metric).toBeGreaterThan((history[0].metric as number) + 0.05);

    const { vectors } = toTrainedModel(model, state, data);
    const genre = dataset.interactions.row.metadata.find(({ name }) => name === 'genre');
    if (!genre) throw new Error('expected genres');
    const genreOf = (book: number) => metadataValue(genre, book)?.toLowerCase() ?? null;
    const told = Array.from({ length: 1413 }, (_, book) => book).filter((book) => genreOf(book) !== null);
    let [same, all] = [0, 0];
    for (const book of told) {
      for (const { index } of nearest(vectors.rows, 16, book, 10, 'cosine')) {
        if (genreOf(index) === null) continue;
        all++;
        if (genreOf(index) === genreOf(book)) same++;
      }
    }
    const counts = new Map<string | null, number>();
    for (const book of told) counts.set(genreOf(book), (counts.get(genreOf(book)) ?? 0) + 1);
    const chance = [...counts.values()].reduce((sum, count) => sum + (count / told.length) ** 2, 0);
    expect(told.length).toBeGreaterThan(500);
    expect(same / all).toBeGreaterThan(4 * chance);
  });
});

function average(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
