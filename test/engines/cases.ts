import type { Csr } from '../../src/data/csr';
import { Random } from '../../src/data/random';
import type { Batch, EngineData, ModelTrainer } from '../../src/engines/engine';
import { type FactorSpec, PLAIN_FACTORS } from '../../src/models/factor';
import type { NetworkSpec } from '../../src/models/network';
import { type AdamSpec, PLAIN_DESCENT, TORCH_ADAGRAD, TORCH_ADAM } from '../../src/models/optimiser';
import type { ModelSpec } from '../../src/models/spec';
import type { BlockSpec, PairSpec, TrainingSpec } from '../../src/models/training';
import { initialState } from '../../src/training/initial-state';
import { PairSampler } from '../../src/training/pair-sampler';
import { createSampler } from '../../src/training/sampler';
import { engineDataOf, type TrainingData } from '../../src/training/training-data';
import { randomMatrix } from '../support/tiny';

export interface EngineCase<S extends ModelSpec = ModelSpec> {
  readonly name: string;
  readonly spec: S;
  readonly training: TrainingSpec;
}

const SPEC: FactorSpec = {
  ...PLAIN_FACTORS,
  dimensions: 6,
  loss: 'bce',
  initializer: { kind: 'normal', scale: 1 },
  optimiser: TORCH_ADAM,
};

const NETWORK: NetworkSpec = {
  family: 'network',
  rowDimensions: 5,
  columnDimensions: 4,
  join: 'concat',
  embeddingDropout: 0.2,
  dropoutPlace: 'each',
  biases: false,
  productDimensions: 0,
  layers: [
    { units: 7, dropout: 0.3 },
    { units: 6, dropout: 0 },
  ],
  output: 'linear',
  range: null,
  loss: 'mse',
  padding: false,
  initializer: { kind: 'uniform', scale: 0.5 },
  denseStart: { kind: 'glorot' },
  denseBias: 0.1,
  rowFeatures: 0,
  columnFeatures: 0,
  optimiser: TORCH_ADAM,
};

const BLOCKS: BlockSpec = {
  kind: 'blocks',
  batchRows: 16,
  inputDropout: 0,
  blockColumns: 'batch',
  sampledColumns: 0,
  blocks: 'even',
};

const PAIRS: PairSpec = {
  kind: 'pairs',
  batchPairs: 50,
  order: 'shuffle',
  target: 'one',
  repeats: false,
  negatives: { perPositive: 3, draw: 'column', by: 'uniform', reject: true, target: 0 },
};

const TRAINING: TrainingSpec = {
  epochs: 4,
  learningRate: 0.05,
  schedule: { kind: 'constant' },
  patience: null,
  batches: BLOCKS,
};

const blocks = (change: Partial<BlockSpec> = {}): TrainingSpec => ({ ...TRAINING, batches: { ...BLOCKS, ...change } });
const pairs = (change: Partial<PairSpec> = {}): TrainingSpec => ({ ...TRAINING, batches: { ...PAIRS, ...change } });
const values = pairs({ target: 'value', negatives: null });
const inStrata = pairs({ target: 'value', negatives: null, order: 'strata' });
/** Batches that leave most rows and columns out. */
const fewPairs: TrainingSpec = { ...pairs({ batchPairs: 10 }), epochs: 1 };
const fewRows: TrainingSpec = { ...blocks({ batchRows: 4 }), epochs: 2 };

export const MATRIX: Csr = randomMatrix(67, 41, 6);
const ROW_FEATURES = 5;
const COLUMN_FEATURES = 4;
const LAZY_ADAM: AdamSpec = { ...TORCH_ADAM, lazy: true };

/** Every way in which the parts of the factor family come together. */
export const FACTOR_CASES: readonly EngineCase<FactorSpec>[] = [
  { name: 'own rows, dot, cross-entropy over the batch’s columns', spec: SPEC, training: blocks() },
  {
    name: 'the same with repeated columns, as in the seed',
    spec: SPEC,
    training: blocks({ blockColumns: 'batch-repeated' }),
  },
  {
    name: 'own rows, cosine, softmax over all columns, biases',
    spec: { ...SPEC, score: 'cosine', loss: 'softmax', temperature: 8, columnBias: true },
    training: blocks({ blockColumns: 'all', blocks: 'plain' }),
  },
  {
    name: 'pooled rows with dropout, cosine, softmax over sampled columns, biases',
    spec: { ...SPEC, rowVector: 'pooled', score: 'cosine', loss: 'softmax', temperature: 8, columnBias: true },
    training: blocks({ inputDropout: 0.3, blockColumns: 'sampled', sampledColumns: 30, blocks: 'plain' }),
  },
  { name: 'pooled rows, dot, cross-entropy', spec: { ...SPEC, rowVector: 'pooled' }, training: blocks() },
  {
    name: 'own rows, dot, cross-entropy, features of both sides, weight decay',
    spec: {
      ...SPEC,
      rowFeatures: ROW_FEATURES,
      columnFeatures: COLUMN_FEATURES,
      optimiser: { ...TORCH_ADAM, weightDecay: 0.01 },
    },
    training: blocks(),
  },
  {
    name: 'pooled rows with features, softmax over all columns with features',
    spec: {
      ...SPEC,
      rowVector: 'pooled',
      score: 'cosine',
      loss: 'softmax',
      temperature: 8,
      rowFeatures: ROW_FEATURES,
      columnFeatures: COLUMN_FEATURES,
    },
    training: blocks({ inputDropout: 0.3, blockColumns: 'all' }),
  },
  { name: 'pairs with negatives, dot, cross-entropy', spec: SPEC, training: pairs() },
  {
    name: 'pairs with negatives, cosine and a learned link, features',
    spec: {
      ...SPEC,
      score: 'cosine',
      link: 'affine',
      rowFeatures: ROW_FEATURES,
      columnFeatures: COLUMN_FEATURES,
    },
    training: pairs({ order: 'sample', repeats: true }),
  },
  {
    name: 'pairs, cosine to ±1, squared error',
    spec: { ...SPEC, score: 'cosine', loss: 'mse' },
    training: pairs({ negatives: { perPositive: 2, draw: 'pair', by: 'popularity', reject: true, target: -1 } }),
  },
  {
    name: 'ratings, biases, penalty, decoupled decay',
    spec: {
      ...SPEC,
      loss: 'mse',
      rowBias: true,
      columnBias: true,
      offset: 3,
      regularisation: 0.05,
      optimiser: { ...TORCH_ADAM, weightDecay: 0.02, decoupled: true },
    },
    training: values,
  },
  {
    name: 'ratings within a range, biases',
    spec: { ...SPEC, loss: 'mse', rowBias: true, columnBias: true, range: [0, 5.5] },
    training: values,
  },
  {
    name: 'pairs with negatives, BPR, column biases, penalty',
    spec: { ...SPEC, loss: 'bpr', columnBias: true, regularisation: 0.01 },
    training: pairs(),
  },
  {
    name: 'pairs with negatives by popularity, BPR of a cosine, features',
    spec: {
      ...SPEC,
      loss: 'bpr',
      score: 'cosine',
      temperature: 3,
      rowFeatures: ROW_FEATURES,
      columnFeatures: COLUMN_FEATURES,
    },
    training: pairs({ negatives: { perPositive: 1, draw: 'column', by: 'popularity', reject: false, target: 0 } }),
  },
  {
    name: 'pairs with negatives, softmax among them, cosine, column biases, features',
    spec: {
      ...SPEC,
      loss: 'softmax',
      score: 'cosine',
      temperature: 8,
      columnBias: true,
      rowFeatures: ROW_FEATURES,
      columnFeatures: COLUMN_FEATURES,
    },
    training: pairs(),
  },
  {
    name: 'pairs, cross-entropy, biases, features, lazy Adam with weight decay',
    spec: {
      ...SPEC,
      rowBias: true,
      columnBias: true,
      rowFeatures: ROW_FEATURES,
      columnFeatures: COLUMN_FEATURES,
      optimiser: { ...LAZY_ADAM, weightDecay: 0.01 },
    },
    training: fewPairs,
  },
  {
    name: 'own rows, dot, cross-entropy over the batch’s columns, lazy Adam with decoupled decay',
    spec: { ...SPEC, columnBias: true, optimiser: { ...LAZY_ADAM, weightDecay: 0.02, decoupled: true } },
    training: fewRows,
  },
  {
    name: 'pooled rows with features, softmax over all columns, lazy Adam',
    spec: {
      ...SPEC,
      rowVector: 'pooled',
      score: 'cosine',
      loss: 'softmax',
      temperature: 8,
      columnBias: true,
      rowFeatures: ROW_FEATURES,
      columnFeatures: COLUMN_FEATURES,
      optimiser: LAZY_ADAM,
    },
    training: { ...blocks({ batchRows: 4, inputDropout: 0.3, blockColumns: 'all' }), epochs: 2 },
  },
  {
    name: 'pairs, cross-entropy, a link, features, Adagrad with weight decay',
    spec: {
      ...SPEC,
      link: 'affine',
      rowFeatures: ROW_FEATURES,
      columnFeatures: COLUMN_FEATURES,
      optimiser: { ...TORCH_ADAGRAD, weightDecay: 0.01 },
    },
    training: fewPairs,
  },
  { name: 'own rows, dot, cross-entropy, Adagrad', spec: { ...SPEC, optimiser: TORCH_ADAGRAD }, training: fewRows },
  {
    name: 'pairs, softmax among the negatives, gradient descent with weight decay',
    spec: {
      ...SPEC,
      loss: 'softmax',
      columnBias: true,
      optimiser: { kind: 'sgd', updates: 'batch', weightDecay: 0.01 },
    },
    training: { ...fewPairs, learningRate: 2 },
  },
  {
    name: 'pooled rows, dot, cross-entropy, gradient descent',
    spec: { ...SPEC, rowVector: 'pooled', optimiser: { kind: 'sgd', updates: 'batch', weightDecay: 0 } },
    training: { ...fewRows, learningRate: 2 },
  },
];

/** Models whose parameters move after each pair: not all engines train such. */
export const DESCENT_CASES: readonly EngineCase<FactorSpec>[] = [
  {
    name: 'rating by rating, biases, penalty, gradient descent',
    spec: {
      ...SPEC,
      loss: 'mse',
      rowBias: true,
      columnBias: true,
      offset: 3,
      regularisation: 0.05,
      initializer: { kind: 'normal', scale: 0.3 },
      optimiser: { ...PLAIN_DESCENT, updates: 'pair', weightDecay: 0.01 },
    },
    training: { ...inStrata, learningRate: 0.02 },
  },
  {
    name: 'rating by rating, biases of columns, a temperature, Adagrad with weight decay',
    spec: {
      ...SPEC,
      dimensions: 11,
      temperature: 0.5,
      loss: 'mse',
      columnBias: true,
      offset: 3,
      optimiser: { ...TORCH_ADAGRAD, updates: 'pair', weightDecay: 0.02 },
    },
    training: inStrata,
  },
  {
    name: 'rating by rating, no biases, Adagrad',
    spec: {
      ...SPEC,
      dimensions: 8,
      loss: 'mse',
      regularisation: 0.1,
      optimiser: { ...TORCH_ADAGRAD, updates: 'pair' },
    },
    training: inStrata,
  },
  {
    name: 'rating by rating, biases of rows, gradient descent',
    spec: {
      ...SPEC,
      dimensions: 3,
      loss: 'mse',
      rowBias: true,
      initializer: { kind: 'normal', scale: 0.3 },
      optimiser: { ...PLAIN_DESCENT, updates: 'pair' },
    },
    training: { ...inStrata, learningRate: 0.02 },
  },
];

/** Every way in which the parts of the network family come together. */
export const NETWORK_CASES: readonly EngineCase<NetworkSpec>[] = [
  { name: 'network: vectors side by side, linear, dropout on each', spec: NETWORK, training: values },
  {
    name: 'network: product and biases, rectified output, padding',
    spec: {
      ...NETWORK,
      columnDimensions: 5,
      join: 'product',
      dropoutPlace: 'joined',
      biases: true,
      output: 'relu',
      padding: true,
      // A start from which more than half of the predictions are above zero.
      denseStart: { kind: 'normal', scale: 0.5 },
      denseBias: 0.5,
    },
    training: values,
  },
  {
    name: 'network: sigmoid within a range, features, weight decay, no hidden layer',
    spec: {
      ...NETWORK,
      layers: [],
      dropoutPlace: 'joined',
      output: 'sigmoid',
      range: [0.5, 5.5],
      rowFeatures: ROW_FEATURES,
      columnFeatures: COLUMN_FEATURES,
      optimiser: { ...TORCH_ADAM, weightDecay: 0.01 },
    },
    training: values,
  },
  {
    name: 'network: product beside the layers, cross-entropy',
    spec: { ...NETWORK, productDimensions: 3, embeddingDropout: 0, loss: 'bce', output: 'sigmoid' },
    training: pairs(),
  },
  {
    name: 'network: product beside the layers, biases, padding, lazy Adam with weight decay',
    spec: {
      ...NETWORK,
      productDimensions: 3,
      biases: true,
      padding: true,
      loss: 'bce',
      output: 'sigmoid',
      optimiser: { ...LAZY_ADAM, weightDecay: 0.01 },
    },
    training: fewPairs,
  },
];

export const CASES: readonly EngineCase[] = [...FACTOR_CASES, ...NETWORK_CASES];

export function start({ spec }: EngineCase) {
  return initialState(spec, MATRIX.rows, MATRIX.columns, 3);
}

/** Seeded ratings, repeats and features for the matrix of the cases. */
export function dataFor(spec: ModelSpec): TrainingData {
  const random = new Random(11);
  const count = MATRIX.indices.length;
  return {
    train: MATRIX,
    heldOut: randomMatrix(MATRIX.rows, MATRIX.columns, 2, 8),
    trainValues: Float32Array.from({ length: count }, () => 1 + random.integer(5)),
    heldOutValues: null,
    trainRepeats: Uint32Array.from({ length: count }, () => 1 + random.integer(2)),
    rowFeatures: spec.rowFeatures > 0 ? randomMatrix(MATRIX.rows, spec.rowFeatures, 2, 5) : null,
    columnFeatures: spec.columnFeatures > 0 ? randomMatrix(MATRIX.columns, spec.columnFeatures, 2, 6) : null,
  };
}

/** What an engine is told of it. */
export function engineData(spec: ModelSpec): EngineData {
  return engineDataOf(dataFor(spec));
}

/** The batches of the first epochs, in order. */
export function batchesOf({ spec, training }: EngineCase, epochs = training.epochs): Batch[] {
  const sampler = createSampler(dataFor(spec), spec, training, 5);
  return Array.from({ length: epochs }, (_, epoch) => [...sampler.epoch(epoch)]).flat();
}

/** Largest difference between two lists of the same length; NaN counts as infinite. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const apart = Math.abs(a[i] - b[i]);
    worst = Math.max(worst, Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart);
  }
  return worst;
}

/** Trains two engines side by side and gives the largest differences of losses and parameters. */
export async function compare(tested: ModelTrainer, oracle: ModelTrainer, batches: readonly Batch[], rate: number) {
  for (const batch of batches) {
    tested.step(batch, rate);
    oracle.step(batch, rate);
  }
  const losses = difference(await tested.losses(), await oracle.losses());
  const metrics = difference(await tested.metrics(), await oracle.metrics());
  const [a, b] = [await tested.save(), await oracle.save()];
  const tables = a.tables.map((table, i) => ({
    name: table.name,
    apart: difference(table.values, b.tables[i].values),
    /** Of what the optimiser keeps. */
    kept: Math.max(difference(table.m, b.tables[i].m), difference(table.v, b.tables[i].v)),
  }));
  return { losses, metrics, tables, steps: a.step };
}

/** The case whose name holds a part. @throws Error where there is none */
export function caseNamed<S extends ModelSpec>(cases: readonly EngineCase<S>[], part: string): EngineCase<S> {
  const found = cases.find(({ name }) => name.includes(part));
  if (!found) throw new Error(`expected a case “${part}”, found none`);
  return found;
}

/** The source of a case's pairs, as training has it. */
export function pairSamplerOf({ spec, training }: EngineCase, seed = 5): PairSampler {
  if (training.batches.kind !== 'pairs') throw new Error('expected a case of pairs');
  return new PairSampler(dataFor(spec), training.batches, seed);
}
