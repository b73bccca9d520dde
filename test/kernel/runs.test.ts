import { beforeAll, describe, expect, test } from 'vitest';
import { createKernel } from '../../src/kernel/kernel';
import type { Evaluation, KernelMethods, TrainReport } from '../../src/kernel/protocol';
import type { Handlers } from '../../src/kernel/serve';
import type { TrainingProgress } from '../../src/training/trainer';
import { context, watched } from '../support/calling';
import { FILM_FACTS, FILMS, RATINGS, ratingsFiles, USERS } from '../support/ratings-files';

type Kernel = Handlers<KernelMethods>;

const TWO_TOWER = { epochs: 40, dimensions: 8, learningRate: 0.02, batchSize: 64, negatives: 4, holdOutMethod: 'rows' };
const RATING = { epochs: 40, dimensions: 4, learningRate: 0.02, batchSize: 64, regularisation: 0.02 };

async function open(files: readonly File[] = ratingsFiles()): Promise<Kernel> {
  const kernel = createKernel();
  await kernel.device({ choose: 'reference' }, context());
  await kernel.load({ files, options: {} }, context());
  return kernel;
}

describe('runs on one dataset', () => {
  let kernel: Kernel;
  const reports: TrainReport[] = [];
  const evaluations: Evaluation[] = [];
  beforeAll(async () => {
    kernel = await open();
    const train = async (preset: string, options: Record<string, number | string | boolean>) => {
      const report = await kernel.train({ preset, options }, context());
      reports.push(report);
      evaluations.push(await kernel.evaluate({ run: report.run, k: 5, all: true }, context()));
    };
    await train('two-tower', TWO_TOWER);
    await train('two-tower', { ...TWO_TOWER, columnFeatures: true });
    await train('biased-mf', RATING);
    await train('two-tower', { ...TWO_TOWER, seed: 124 });
  });

  test('each learns, and tells what it was trained on and tested with', () => {
    expect(reports.map(({ run }) => run)).toEqual([1, 2, 3, 4]);
    for (const report of reports) {
      expect(report).toMatchObject({ stopReason: 'done', engine: 'reference', epochs: 40, restoredEpoch: 40 });
      expect(report.trained).toEqual({ rows: USERS, columns: FILMS });
      expect(report.heldOutPairs).toBeGreaterThan(50);
      expect(report.history).toHaveLength(40);
      expect(report.loss[39]).toBeLessThan(report.loss[0] * 0.8);
      expect(report.history.every(({ metric, heldOutMetric }) => metric !== null && heldOutMetric !== null)).toBe(true);
    }
    expect(reports[0].parameters).toBe(8 * (USERS + FILMS));
    // Three genres and eight parts of the years.
    expect(reports[1].parameters).toBe(8 * (USERS + FILMS + 11));
    expect(reports[2].parameters).toBe(5 * (USERS + FILMS));
  });

  test('a model of pairs is measured by its ranking beside baselines', () => {
    const { model, baselines, intervals, slices, left, ranked } = evaluations[0];
    expect(model.ratings).toBeNull();
    expect(model.ranking).toMatchObject({ k: 5 });
    const recall = model.ranking?.recall as number;
    const popular = baselines.find(({ id }) => id === 'popular')?.ranking?.recall as number;
    expect(recall).toBeGreaterThan(popular);
    expect(intervals?.recall.low).toBeLessThan(recall);
    expect(intervals?.recall.high).toBeGreaterThan(recall);
    expect(baselines.map(({ id }) => id)).toEqual(expect.arrayContaining(['popular', 'itemKnn']));
    expect(baselines.every(({ waiting }) => !waiting)).toBe(true);
    expect(slices.length).toBeGreaterThan(1);
    for (const { slices: parts } of slices) expect(parts.length).toBeGreaterThan(0);
    // Ratings below 4 are not tested on.
    expect(left.low).toBeGreaterThan(10);
    expect(ranked).toBeNull();
  });

  test('a model of ratings is measured by its errors beside baselines of its own', () => {
    const { model, baselines } = evaluations[2];
    const rmse = (id: string) => baselines.find((baseline) => baseline.id === id)?.ratings?.rmse as number;
    expect(model.ratings?.pairs).toBe(reports[2].heldOutPairs);
    expect(model.ratings?.rmse).toBeLessThan(rmse('globalMean'));
    expect(model.ratings?.rmse).toBeLessThan(rmse('biasedMean'));
    expect(model.ratings?.mae).toBeLessThanOrEqual(model.ratings?.rmse as number);
    expect(model.ranking).toMatchObject({ k: 5 });
  });

  test('all are kept, with what was asked of them and how well they did', async () => {
    const rows = await kernel.runs({}, context());
    expect(rows.map(({ run, preset }) => [run, preset])).toEqual([
      [1, 'two-tower'],
      [2, 'two-tower'],
      [3, 'biased-mf'],
      [4, 'two-tower'],
    ]);
    expect(rows[0].changed).toEqual({ ...TWO_TOWER, epochs: 40 });
    expect(rows[1].changed).toMatchObject({ columnFeatures: true });
    expect(rows[0].options).toMatchObject({ testMinimum: 4, seed: 123, columnFeatures: false });
    rows.forEach((row, i) => {
      expect(row.loss).toBe(reports[i].loss.at(-1));
      expect(row.heldOutLoss).toBe(reports[i].heldOutLoss.at(-1));
      expect(row.quality).toEqual(evaluations[i].model);
      expect(row.k).toBe(5);
      expect(row.parameters).toBe(reports[i].parameters);
    });
  });

  test('each kept run answers for itself, with its own report, vectors and predictions', async () => {
    const vectorsOf = async (run: number) => {
      const details = await kernel.runDetails({ run }, context());
      expect(details.report).toEqual(reports[run - 1]);
      expect(details.evaluation).toEqual(evaluations[run - 1]);
      const { values, dimensions } = await kernel.vectors({ run, side: 'column', indices: null }, context());
      const best = await kernel.topK({ run, side: 'row', ref: { id: 'u1' }, k: 5, known: true }, context());
      return { values, dimensions, best };
    };
    const [rating, pairs] = [await vectorsOf(3), await vectorsOf(1)];
    expect([rating.dimensions, pairs.dimensions]).toEqual([4, 8]);
    expect(rating.best.every(({ id }) => Number(id.slice(1)) % 2 === 1)).toBe(true);
    expect(await vectorsOf(3)).toEqual(rating);
    await expect(async () => kernel.runDetails({ run: 9 }, context())).rejects.toThrow(
      'expected a run of 1, 2, 3, 4, found 9',
    );
  });

  test('two runs of one split are compared row by row, with what was asked differently', async () => {
    const { a, b, differences, paired, reason } = await kernel.compare({ a: 1, b: 2 }, context());
    expect([a.run, b.run, reason]).toEqual([1, 2, null]);
    expect(differences).toEqual([{ option: 'columnFeatures', a: false, b: true }]);
    const difference = (a.quality?.ranking?.recall as number) - (b.quality?.ranking?.recall as number);
    expect(paired?.recall.difference.mean).toBeCloseTo(difference, 6);
    expect(paired?.recall.difference.low).toBeLessThanOrEqual(difference);
    expect(paired?.recall.difference.high).toBeGreaterThanOrEqual(difference);
    expect(paired?.recall.rows).toBe(a.quality?.ranking?.rows);
    expect(paired?.recall.pValue).toBeGreaterThan(0);
    expect(paired?.recall.pValue).toBeLessThanOrEqual(1);
  });

  test('runs of other pairs are not compared, and it is said why', async () => {
    const seeds = await kernel.compare({ a: 1, b: 4 }, context());
    expect(seeds.paired).toBeNull();
    expect(seeds.reason).toBe(
      'The two were not trained and tested on the same pairs: their hold-out options or seeds differ.',
    );
    expect(seeds.differences).toEqual([{ option: 'seed', a: 123, b: 124 }]);
    const presets = await kernel.compare({ a: 3, b: 1 }, context());
    expect(presets.differences[0]).toEqual({ option: 'preset', a: 'biased-mf', b: 'two-tower' });
    expect(presets.paired).toBeNull();
  });

  test('the genre of a film is told by its vector', async () => {
    const { context: call, reports: progress } = watched<{ share: number }>();
    const params = { run: 3, side: 'column', field: 'genres', seed: 1 } as const;
    const found = await kernel.classify(params, call);
    expect(found.perCategory.map(({ name }) => name).sort()).toEqual(['love', 'war']);
    expect(found.trained + found.tested).toBe(FILMS - 1);
    expect(found.accuracy).toBe(1);
    expect(found.accuracy).toBeGreaterThan(found.majorityAccuracy);
    expect(progress.length).toBeGreaterThan(0);
    expect(await kernel.classify(params, context())).toEqual(found);
    await expect(kernel.classify({ ...params, field: 'director' }, context())).rejects.toThrow(
      /^expected a field of genres, year.*, found “director”$/,
    );
  });
});

describe('before a run', () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await open();
  });

  test('a rate is found without leaving a run', async () => {
    const { context: call, reports } = watched<{ share: number }>();
    const { rates, losses, steepest } = await kernel.findRate({ preset: 'biased-mf', options: RATING }, call);
    expect(rates).toHaveLength(losses.length);
    expect(steepest).toBeGreaterThan(1e-4);
    expect(steepest).toBeLessThan(10);
    expect(reports.at(-1)?.share).toBeGreaterThan(0.5);
    expect(await kernel.runs({}, context())).toEqual([]);
  });

  test('a batch of pairs is shown with names: one that exists, and its negatives', async () => {
    const params = { preset: 'two-tower', options: { batchSize: 2, negatives: 10 }, count: 100 };
    const { kind, pairs } = await kernel.batch(params, context());
    expect([kind, pairs.length]).toEqual(['pairs', 22]);
    expect(pairs.map(({ target }) => target)).toEqual([1, ...zeros(10), 1, ...zeros(10)]);
    const known = new Set(RATINGS.split('\n').map((line) => line.split(',').slice(0, 2).join()));
    const titles = new Map(FILM_FACTS.split('\n').map((line) => [line.split(',')[1], line.split(',')[0]]));
    pairs.forEach(({ row, column, target }, n) => {
      if (target === 1) expect(known).toContain(`${row},${titles.get(column) ?? column}`);
      else expect(row).toBe(pairs[n < 11 ? 0 : 11].row);
    });
    expect((await kernel.batch({ ...params, count: 3 }, context())).pairs).toEqual(pairs.slice(0, 3));
  });

  test('a batch of ratings has the ratings, a block the pairs of its rows', async () => {
    const rated = await kernel.batch({ preset: 'biased-mf', options: { batchSize: 50 }, count: 50 }, context());
    const values = new Map(RATINGS.split('\n').map((line) => [line.split(',').slice(0, 2).join(), line.split(',')[2]]));
    const titles = new Map(FILM_FACTS.split('\n').map((line) => [line.split(',')[1], line.split(',')[0]]));
    expect(rated.pairs).toHaveLength(50);
    for (const { row, column, target } of rated.pairs) {
      expect(`${target}`).toBe(values.get(`${row},${titles.get(column) ?? column}`));
    }
    const block = await kernel.batch({ preset: 'wellcome', options: { batchSize: 5 }, count: 12 }, context());
    expect(block.kind).toBe('block');
    expect(block.pairs.map(({ target }) => target)).toEqual(new Array(12).fill(1));
    expect(new Set(block.pairs.map(({ row }) => row)).size).toBeLessThan(6);
  });

  test('an option that is out of bounds, and a preset that is not there, are named', async () => {
    const train = (preset: string, options: Record<string, number>) => kernel.train({ preset, options }, context());
    await expect(train('two-tower', { negatives: 0 })).rejects.toThrow(
      'Negatives: expected a whole number from 1 to 200, found 0',
    );
    await expect(train('nope', {})).rejects.toThrow('expected a preset of cofactor-default, wellcome');
    await expect(kernel.findRate({ preset: 'wellcome', options: { dimensions: 0 } }, context())).rejects.toThrow(
      'Embedding size: expected a whole number from 1 to 512, found 0',
    );
  });

  test('metadata that is not there cannot be used', async () => {
    await expect(kernel.train({ preset: 'two-tower', options: { rowFeatures: true } }, context())).rejects.toThrow(
      'expected metadata of users with categories or numbers, found none: switch off “Use metadata of users”',
    );
  });
});

describe('what the data lacks', () => {
  const pairsAlone = () =>
    new File(
      [
        RATINGS.split('\n')
          .map((line) => line.split(',').slice(0, 2).join())
          .join('\n'),
      ],
      'ratings.csv',
    );

  test('ratings: a model of them is refused in the words of the page', async () => {
    const kernel = await open([pairsAlone()]);
    await expect(kernel.train({ preset: 'biased-mf', options: {} }, context())).rejects.toThrow(
      'expected pairs with values, such as ratings, for “Ratings: biases and factors”, found pairs without: choose a model that learns which pairs exist',
    );
  });

  test('times and values: a run goes on without, and says so', async () => {
    const kernel = await open([pairsAlone()]);
    const report = await kernel.train({ preset: 'two-tower', options: { epochs: 1 } }, context());
    expect(report.notices).toHaveLength(2);
    expect(report.notices[0]).toMatch(/^The data has no times, so a random share of each .*’s pairs was held out\.$/);
    expect(report.notices[1]).toBe('The data has no values, so no test pair was left out for a low one.');
    expect(report.heldOutPairs).toBeGreaterThan(0);
  });
});

describe('as in the seed', () => {
  test('training on the test pairs is a leak that the evaluation names', async () => {
    const kernel = await open();
    const honestly = { ...TWO_TOWER, epochs: 5, testMinimum: 0 };
    const options = { ...honestly, leak: true, seenItems: true, keepFalseNegatives: true };
    const leaking = await kernel.train({ preset: 'two-tower', options }, context());
    const { leaks, model } = await kernel.evaluate({ run: leaking.run, k: 5, all: false }, context());
    expect(leaks[0].text).toMatch(/^All \d+ test pairs are also in training, on purpose: .* learned by heart\.$/);
    expect(model.ranking).not.toBeNull();
    const honest = await kernel.train({ preset: 'two-tower', options: honestly }, context());
    expect((await kernel.evaluate({ run: honest.run, k: 5, all: false }, context())).leaks).toEqual([]);
    // The test pairs alone are trained on.
    expect(leaking.heldOutPairs).toBe(honest.heldOutPairs);
    expect(leaking.steps).toBeLessThan(honest.steps / 2);
  });

  test('pairs kept for the curve are others than those tested on', async () => {
    const kernel = await open();
    const options = { epochs: 2, dimensions: 4, hidden: '6', holdOutShare: 0.2, validationShare: 0.1 };
    const report = await kernel.train({ preset: 'goodbooks-mf', options }, context());
    const curve = report.heldOutLoss[1];
    const { model } = await kernel.evaluate({ run: report.run, k: 5, all: false }, context());
    expect(report.heldOutLoss).toHaveLength(2);
    expect((model.ratings?.rmse as number) ** 2).not.toBeCloseTo(curve, 4);
    const without = await kernel.train(
      { preset: 'goodbooks-mf', options: { ...options, validationShare: 0 } },
      context(),
    );
    const tested = (await kernel.evaluate({ run: without.run, k: 5, all: false }, context())).model.ratings;
    // Without any, the curve is drawn by the test pairs (predictions there are not cut to the scale).
    expect((tested?.rmse as number) ** 2).toBeLessThanOrEqual(without.heldOutLoss[1] + 1e-5);
    expect(tested?.pairs).toBe(without.heldOutPairs);
  });

  test('nothing held out, nothing measured', async () => {
    const kernel = await open();
    const report = await kernel.train({ preset: 'wikipedia', options: { epochs: 2, batchSize: 64 } }, context());
    expect([report.heldOutPairs, report.heldOutLoss]).toEqual([0, []]);
    expect(report.history[1].metric).toBeGreaterThan(0.4);
    const { model, baselines, intervals, leaks } = await kernel.evaluate(
      { run: report.run, k: 5, all: true },
      context(),
    );
    expect([model, intervals, leaks]).toEqual([{ ranking: null, ratings: null }, null, []]);
    expect(baselines).toEqual([]);
  });
});

function zeros(count: number): number[] {
  return new Array(count).fill(0);
}

test('ratings that move parameters one by one are trained by the processor’s kernels, whatever is chosen', async () => {
  const kernel = createKernel();
  await kernel.device({ choose: 'cpu' }, context());
  await kernel.load({ files: ratingsFiles(), options: {} }, context());
  const options = { ...RATING, optimiser: 'adagrad-each', learningRate: 0.1 };
  const { context: watching, reports } = watched<TrainingProgress>();
  const report = await kernel.train({ preset: 'biased-mf', options }, watching);
  expect(report).toMatchObject({ stopReason: 'done', engine: 'wasm' });
  const notice =
    'Where each rating moves its row and column at once, it has to wait for the one before it, at which tensors and graphics processors are slow. WASM (processor) trains this model.';
  expect(report.notices).toEqual([notice]);
  // Said once while it trains, too.
  expect(reports.flatMap((progress) => progress.notice ?? [])).toEqual([notice]);
  expect(report.loss[39]).toBeLessThan(report.loss[0] * 0.8);
  expect((await kernel.device({ choose: null }, context())).current.engine).toBe('cpu');
  // The rate is looked for where the model would be trained.
  const { rates } = await kernel.findRate({ preset: 'biased-mf', options }, context());
  expect(rates.length).toBeGreaterThan(10);
});
