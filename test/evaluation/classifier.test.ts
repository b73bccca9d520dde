import { expect, test } from 'vitest';
import type { MetadataColumn } from '../../src/data/metadata';
import { Random } from '../../src/data/random';
import { StringTable } from '../../src/data/string-table';
import { categoriesOf, classify } from '../../src/evaluation/classifier';
import { task } from '../support/task';

const world = task();

/** Vectors around one centre for each category, at a distance, with noise of deviation 1. */
function clouds(n: number, d: number, categories: number, distance: number, seed: number) {
  const random = new Random(seed);
  const centres = Array.from({ length: categories }, () => Array.from({ length: d }, () => distance * random.normal()));
  const labels = Int32Array.from({ length: n }, () => random.integer(categories));
  const vectors = Float32Array.from({ length: n * d }, (_, at) => {
    return centres[labels[Math.floor(at / d)]][at % d] + random.normal();
  });
  return { vectors, categories: { names: Array.from({ length: categories }, (_, c) => `c${c}`), labels } };
}

test('clouds that lie apart are told apart, and the majority is what it is', async () => {
  const { vectors, categories } = clouds(600, 5, 4, 4, 1);
  const found = await classify(vectors, 5, categories, { seed: 1 }, world);
  expect(found.accuracy).toBeGreaterThan(0.97);
  expect(found.majorityAccuracy).toBeGreaterThan(0.2);
  expect(found.majorityAccuracy).toBeLessThan(0.35);
  expect(found.trained + found.tested).toBe(600);
  found.perCategory.forEach(({ trained, tested, name }, c) => {
    const all = categories.labels.filter((label) => label === c).length;
    expect(name).toBe(`c${c}`);
    expect(trained + tested).toBe(all);
    expect(tested).toBe(Math.round(0.2 * all));
  });
  expect(found.perCategory.reduce((sum, { correct }) => sum + correct, 0) / found.tested).toBe(found.accuracy);
  expect(found.perCategory.reduce((sum, { predicted }) => sum + predicted, 0)).toBe(found.tested);
});

test('vectors that say nothing do no better than the majority', async () => {
  const random = new Random(5);
  const labels = Int32Array.from({ length: 2000 }, () => (random.next() < 0.7 ? 0 : 1));
  const vectors = Float32Array.from({ length: 2000 * 3 }, () => random.normal());
  const found = await classify(vectors, 3, { names: ['a', 'b'], labels }, { seed: 1 }, world);
  expect(found.majorityAccuracy).toBeCloseTo(labels.filter((label) => label === 0).length / 2000, 2);
  expect(Math.abs(found.accuracy - found.majorityAccuracy)).toBeLessThan(0.02);
});

test('without inputs that vary the loss is the entropy of the categories', async () => {
  // 3 of 4 trained vectors are a: −0.75 ln 0.75 − 0.25 ln 0.25.
  const labels = Int32Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 1 : 0));
  const found = await classify(new Float32Array(400).fill(7), 1, { names: ['a', 'b'], labels }, { seed: 1 }, world);
  expect(found.loss).toBeCloseTo(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25), 6);
  expect(found.accuracy).toBe(0.75);
});

test('the optimum is that of the penalised likelihood on one input, found by a fine search', async () => {
  // Two categories at −1 and 1, one in five on the wrong side; balanced, so that the constants are 0
  // and the two weights opposite: loss(w) = 0.8 ln(1 + e^(−2w)) + 0.2 ln(1 + e^(2w)) + λ w².
  const labels = Int32Array.from({ length: 1000 }, (_, i) => i % 2);
  const vectors = Float32Array.from(labels, (label, i) =>
    Math.floor(i / 2) % 5 === 0 ? 1 - 2 * label : 2 * label - 1,
  );
  const lambda = 0.1;
  const found = await classify(vectors, 1, { names: ['a', 'b'], labels }, { seed: 1, lambda, testShare: 0.2 }, world);
  // The share on the wrong side depends on the draw of the test, so that it is told from the errors.
  const wrongTested = found.tested - found.accuracy * found.tested;
  const wrong = (200 - wrongTested) / found.trained;
  let best = Number.POSITIVE_INFINITY;
  for (let w = 0; w < 2; w += 1e-4) {
    const loss = (1 - wrong) * Math.log1p(Math.exp(-2 * w)) + wrong * Math.log1p(Math.exp(2 * w)) + lambda * w * w;
    if (loss < best) best = loss;
  }
  expect(Math.abs(found.loss - best)).toBeLessThan(2e-3);
});

test('entries without a category are in neither part, but are given one', async () => {
  const { vectors, categories } = clouds(300, 4, 3, 4, 2);
  const truth = categories.labels.slice();
  categories.labels.fill(-1, 0, 100);
  const found = await classify(vectors, 4, categories, { seed: 1 }, world);
  expect(found.trained + found.tested).toBe(200);
  const right = truth.slice(0, 100).filter((label, i) => found.predictions[i] === label).length;
  expect(right).toBeGreaterThan(90);
});

test('one seed gives one result, and another seed tests others', async () => {
  const { vectors, categories } = clouds(200, 3, 3, 0.7, 3);
  const first = await classify(vectors, 3, categories, { seed: 1 }, world);
  expect(await classify(vectors, 3, categories, { seed: 1 }, world)).toEqual(first);
  expect((await classify(vectors, 3, categories, { seed: 2 }, world)).predictions).not.toEqual(first.predictions);
});

test('many categories of long vectors are learned in few iterations', async () => {
  const { vectors, categories } = clouds(3000, 64, 20, 0.4, 4);
  const found = await classify(vectors, 64, categories, { seed: 1 }, world);
  expect(found.accuracy).toBeGreaterThan(0.8);
  expect(found.iterations).toBeLessThan(100);
});

test('what can not be learned is refused', async () => {
  const alone = { names: ['a', 'b'], labels: Int32Array.of(0, 0, 0, -1) };
  await expect(classify(new Float32Array(8), 2, alone, { seed: 1 }, world)).rejects.toThrow(
    'expected at least two categories',
  );
  await expect(classify(new Float32Array(6), 2, alone, { seed: 1 }, world)).rejects.toThrow(
    'expected a label for each of 3 vectors, found 4',
  );
});

test('learning ends where it is asked to', async () => {
  const { vectors, categories } = clouds(200, 3, 3, 0.7, 3);
  const control = new AbortController();
  control.abort(new Error('enough'));
  const signal = control.signal;
  await expect(classify(vectors, 3, categories, { seed: 1 }, task({ signal }))).rejects.toThrow('enough');
});

test('categories are the most frequent first parts of the values', () => {
  const given = ['War|Drama', 'Drama', null, 'Drama|War', 'Western', ' War'];
  const distinct = given.filter((value) => value !== null);
  const metadata: MetadataColumn = {
    name: 'genre',
    kind: 'category',
    values: StringTable.from(distinct),
    codes: Int32Array.from(given, (value) => (value === null ? -1 : distinct.indexOf(value))),
  };
  const { names, labels } = categoriesOf(metadata, 2);
  expect(names).toEqual(['Drama', 'War']);
  expect([...labels]).toEqual([1, 0, -1, 0, -1, 1]);
});
