import type { Csr } from '../../src/data/csr';
import type { Block, FactorTrainer } from '../../src/engines/engine';
import type { FactorSpec, TrainingSpec } from '../../src/models/factor';
import { TORCH_ADAM } from '../../src/models/factor';
import { Sampler } from '../../src/training/sampler';
import { startValues } from '../../src/training/start-values';
import { randomMatrix } from '../support/tiny';

export interface EngineCase {
  readonly name: string;
  readonly spec: FactorSpec;
  readonly training: TrainingSpec;
}

const SPEC: FactorSpec = {
  dimensions: 6,
  rowVector: 'own',
  score: 'dot',
  temperature: 1,
  columnBias: false,
  loss: 'bce',
  initialDeviation: 1,
  adam: TORCH_ADAM,
};

const TRAINING: TrainingSpec = {
  epochs: 4,
  batchRows: 16,
  learningRate: 0.05,
  schedule: 'constant',
  inputDropout: 0,
  blockColumns: 'batch',
  sampledColumns: 0,
  blocks: 'even',
};

/** Every way in which the parts of the factor family come together. */
export const CASES: readonly EngineCase[] = [
  { name: 'own rows, dot, cross-entropy over the batch’s columns', spec: SPEC, training: TRAINING },
  {
    name: 'the same with repeated columns, as in the seed',
    spec: SPEC,
    training: { ...TRAINING, blockColumns: 'batch-repeated' },
  },
  {
    name: 'own rows, cosine, softmax over all columns, biases',
    spec: { ...SPEC, score: 'cosine', loss: 'softmax', temperature: 8, columnBias: true },
    training: { ...TRAINING, blockColumns: 'all', blocks: 'plain' },
  },
  {
    name: 'pooled rows with dropout, cosine, softmax over sampled columns, biases',
    spec: { ...SPEC, rowVector: 'pooled', score: 'cosine', loss: 'softmax', temperature: 8, columnBias: true },
    training: { ...TRAINING, inputDropout: 0.3, blockColumns: 'sampled', sampledColumns: 30, blocks: 'plain' },
  },
  {
    name: 'pooled rows, dot, cross-entropy',
    spec: { ...SPEC, rowVector: 'pooled' },
    training: TRAINING,
  },
];

export const MATRIX: Csr = randomMatrix(67, 41, 6);
export const SIZE = { rows: MATRIX.rows, columns: MATRIX.columns };

export function start({ spec }: EngineCase) {
  return startValues(spec, MATRIX.rows, MATRIX.columns, 3);
}

/** The blocks of the first epochs, in order. */
export function blocksOf({ spec, training }: EngineCase, epochs = training.epochs): Block[] {
  const sampler = new Sampler(MATRIX, spec, training, 5);
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
export async function compare(tested: FactorTrainer, oracle: FactorTrainer, blocks: Block[], rate: number) {
  for (const block of blocks) {
    tested.step(block, rate);
    oracle.step(block, rate);
  }
  const losses = difference(await tested.losses(), await oracle.losses());
  const [a, b] = [await tested.save(), await oracle.save()];
  const tables = a.tables.map(({ name, values }, i) => ({ name, apart: difference(values, b.tables[i].values) }));
  return { losses, tables, steps: a.step };
}
