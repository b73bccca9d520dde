import { type MetadataColumn, metadataValue } from '../data/metadata';
import { Random } from '../data/random';
import { InputError } from '../errors';
import { checkpoint, type TaskContext } from '../task';
import { splitValue } from './slices';

/** The category of each vector: an index of `names`, or −1 for none. */
export interface Categories {
  readonly names: readonly string[];
  readonly labels: Int32Array;
}

export interface ClassifierOptions {
  readonly seed: number;
  /** Share of each category's vectors kept from training; 0.2 when left out. */
  readonly testShare?: number;
  /** Weight of the penalty: λ / 2 · the sum of squared weights, beside the mean loss; 0.001 when left out. */
  readonly lambda?: number;
  /** Iterations of L-BFGS at most; 200 when left out. */
  readonly maximumIterations?: number;
}

interface CategoryResult {
  readonly name: string;
  readonly trained: number;
  readonly tested: number;
  /** Tested vectors of this category that were given it. */
  readonly correct: number;
  /** Tested vectors that were given this category, rightly or not. */
  readonly predicted: number;
}

export interface Classification {
  readonly trained: number;
  readonly tested: number;
  /** Share of the tested vectors that were given their own category. */
  readonly accuracy: number;
  /** Accuracy of always saying the category most frequent in training: what has to be beaten. */
  readonly majorityAccuracy: number;
  readonly perCategory: readonly CategoryResult[];
  readonly iterations: number;
  /** Mean loss with the penalty, at the end of training. */
  readonly loss: number;
  /** The category given to every vector, tested or not. */
  readonly predictions: Int32Array;
}

/**
 * Categories from a column of metadata: the `most` values with the most entries; others get none.
 * Of a value with “|” between its parts the first counts, because each vector has one category.
 */
export function categoriesOf(metadata: MetadataColumn, most = 20): Categories {
  const firsts = Array.from(metadata.codes, (_, i) => splitValue(metadataValue(metadata, i))[0] ?? null);
  const counts = new Map<string, number>();
  for (const value of firsts) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  const names = [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, most)
    .map(([value]) => value);
  const index = new Map(names.map((value, i) => [value, i]));
  return { names, labels: Int32Array.from(firsts, (value) => (value === null ? -1 : (index.get(value) ?? -1))) };
}

/**
 * Multinomial logistic regression (Cox, 1958; Bishop, 2006, section 4.3.4) from vectors (n × d) to
 * categories, fitted on standardised inputs by L-BFGS (Liu and Nocedal, 1989) and tested on vectors
 * kept out, a share of each category. The same seed gives the same split; the fit has one optimum.
 * @throws InputError with fewer than two categories of two vectors
 */
export async function classify(
  vectors: Float32Array,
  dimensions: number,
  { names, labels }: Categories,
  options: ClassifierOptions,
  task: TaskContext,
): Promise<Classification> {
  if (labels.length * dimensions !== vectors.length) {
    throw new InputError(`expected a label for each of ${vectors.length / dimensions} vectors, found ${labels.length}`);
  }
  const { train, test } = splitStratified(labels, names.length, options);
  if (new Set(Array.from(train, (i) => labels[i])).size < 2 || test.length === 0) {
    throw new InputError('expected at least two categories, one of them with two vectors or more');
  }
  const inputs = standardised(vectors, dimensions, train);
  const width = dimensions + 1;
  const model = new SoftmaxRegression(inputs, width, labels, train, names.length, options.lambda ?? 0.001);
  const fit = await minimise(model, names.length * width, options.maximumIterations ?? 200, task);
  const predictions = model.predict(fit.point);
  const trained = countLabels(train, labels, names.length);
  const majority = trained.indexOf(Math.max(...trained));
  const tested = countLabels(test, labels, names.length);
  const predicted = countLabels(test, predictions, names.length);
  const right = test.filter((i) => predictions[i] === labels[i]);
  const correct = countLabels(right, labels, names.length);
  return {
    trained: train.length,
    tested: test.length,
    accuracy: right.length / test.length,
    majorityAccuracy: tested[majority] / test.length,
    perCategory: names.map((name, c) => ({
      name,
      trained: trained[c],
      tested: tested[c],
      correct: correct[c],
      predicted: predicted[c],
    })),
    iterations: fit.iterations,
    loss: fit.value,
    predictions,
  };
}

/** A share of each category, rounded, is tested; a category of one vector is trained on. */
function splitStratified(labels: Int32Array, categories: number, { seed, testShare = 0.2 }: ClassifierOptions) {
  const random = Random.derive(seed, 'classifier');
  const members: number[][] = Array.from({ length: categories }, () => []);
  labels.forEach((label, i) => {
    if (label >= 0) members[label].push(i);
  });
  const train: number[] = [];
  const test: number[] = [];
  for (const list of members) {
    random.shuffle(list);
    const kept = Math.min(list.length - 1, Math.round(testShare * list.length));
    test.push(...list.slice(0, Math.max(0, kept)));
    train.push(...list.slice(Math.max(0, kept)));
  }
  return { train: Int32Array.from(train).sort(), test: Int32Array.from(test).sort() };
}

/** n × (d + 1): each input with mean 0 and deviation 1 over the training vectors, and a last input of 1. */
function standardised(vectors: Float32Array, d: number, train: Int32Array): Float64Array {
  const n = vectors.length / d;
  const inputs = new Float64Array(n * (d + 1)).fill(1);
  for (let j = 0; j < d; j++) {
    let sum = 0;
    for (const i of train) sum += vectors[i * d + j];
    const mean = sum / train.length;
    let squares = 0;
    for (const i of train) squares += (vectors[i * d + j] - mean) ** 2;
    // An input that never changes carries no information; it becomes 0.
    const deviation = Math.sqrt(squares / train.length) || Number.POSITIVE_INFINITY;
    for (let i = 0; i < n; i++) inputs[i * (d + 1) + j] = (vectors[i * d + j] - mean) / deviation;
  }
  return inputs;
}

/** A function that L-BFGS can minimise: its value at `point`, its gradient into `gradient`. */
interface Objective {
  evaluate(point: Float64Array, gradient: Float64Array): number;
}

/** Mean negative log-likelihood + λ/2 ‖W‖². The point is W, categories × width; the last input's weights go free. */
class SoftmaxRegression implements Objective {
  private readonly logits: Float64Array;

  constructor(
    private readonly inputs: Float64Array,
    private readonly width: number,
    private readonly labels: Int32Array,
    private readonly train: Int32Array,
    private readonly categories: number,
    private readonly lambda: number,
  ) {
    this.logits = new Float64Array(categories);
  }

  evaluate(weights: Float64Array, gradient: Float64Array): number {
    const { inputs, width, labels, train, categories, lambda, logits } = this;
    gradient.fill(0);
    let loss = 0;
    for (const i of train) {
      this.score(weights, i);
      let maximum = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < categories; c++) if (logits[c] > maximum) maximum = logits[c];
      let total = 0;
      for (let c = 0; c < categories; c++) total += Math.exp(logits[c] - maximum);
      const logTotal = maximum + Math.log(total);
      loss += logTotal - logits[labels[i]];
      for (let c = 0; c < categories; c++) {
        const error = (Math.exp(logits[c] - logTotal) - (c === labels[i] ? 1 : 0)) / train.length;
        for (let j = 0; j < width; j++) gradient[c * width + j] += error * inputs[i * width + j];
      }
    }
    let penalty = 0;
    for (let w = 0; w < weights.length; w++) {
      if (w % width === width - 1) continue;
      penalty += weights[w] ** 2;
      gradient[w] += lambda * weights[w];
    }
    return loss / train.length + (lambda / 2) * penalty;
  }

  predict(weights: Float64Array): Int32Array {
    return Int32Array.from({ length: this.labels.length }, (_, i) => {
      this.score(weights, i);
      let best = 0;
      for (let c = 1; c < this.categories; c++) if (this.logits[c] > this.logits[best]) best = c;
      return best;
    });
  }

  private score(weights: Float64Array, i: number): void {
    const { inputs, width, categories, logits } = this;
    for (let c = 0; c < categories; c++) {
      let dot = 0;
      for (let j = 0; j < width; j++) dot += weights[c * width + j] * inputs[i * width + j];
      logits[c] = dot;
    }
  }
}

/** Pairs of steps and changes of the gradient that L-BFGS remembers. */
const MEMORY = 10;
const GRADIENT_TOLERANCE = 1e-5;

/** L-BFGS from 0 with a step that is halved until the value falls enough (Armijo, 1966). */
async function minimise(
  objective: Objective,
  size: number,
  maximumIterations: number,
  task: TaskContext,
): Promise<{ point: Float64Array; value: number; iterations: number }> {
  let point = new Float64Array(size);
  let gradient = new Float64Array(size);
  let value = objective.evaluate(point, gradient);
  const steps: Float64Array[] = [];
  const changes: Float64Array[] = [];
  let iteration = 0;
  while (iteration < maximumIterations && Math.sqrt(dot(gradient, gradient)) > GRADIENT_TOLERANCE) {
    const direction = descent(gradient, steps, changes);
    const directional = dot(gradient, direction);
    let length = steps.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    const nextGradient = new Float64Array(size);
    let next = point;
    let nextValue = value;
    for (; length > 1e-10; length /= 2) {
      next = point.map((x, i) => x + length * direction[i]);
      nextValue = objective.evaluate(next, nextGradient);
      if (nextValue <= value + 1e-4 * length * directional) break;
    }
    if (length <= 1e-10) break;
    const step = next.map((x, i) => x - point[i]);
    const change = nextGradient.map((x, i) => x - gradient[i]);
    if (dot(step, change) > 1e-12) {
      steps.push(step);
      changes.push(change);
      if (steps.length > MEMORY) {
        steps.shift();
        changes.shift();
      }
    }
    point = next;
    gradient = nextGradient;
    value = nextValue;
    iteration++;
    await checkpoint(task, iteration / maximumIterations);
  }
  return { point, value, iterations: iteration };
}

/** −H g by the two loops of L-BFGS; −g while nothing is remembered. */
function descent(gradient: Float64Array, steps: Float64Array[], changes: Float64Array[]): Float64Array {
  const direction = gradient.map((x) => -x);
  const weights: number[] = [];
  for (let m = steps.length - 1; m >= 0; m--) {
    weights[m] = dot(steps[m], direction) / dot(steps[m], changes[m]);
    addScaled(direction, changes[m], -weights[m]);
  }
  const last = steps.length - 1;
  if (last >= 0) {
    const scale = dot(steps[last], changes[last]) / dot(changes[last], changes[last]);
    for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  }
  for (let m = 0; m < steps.length; m++) {
    const back = dot(changes[m], direction) / dot(steps[m], changes[m]);
    addScaled(direction, steps[m], weights[m] - back);
  }
  return direction;
}

function addScaled(target: Float64Array, other: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * other[i];
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function countLabels(which: Int32Array, labels: Int32Array, categories: number): number[] {
  const counts = new Array<number>(categories).fill(0);
  for (const i of which) counts[labels[i]]++;
  return counts;
}
