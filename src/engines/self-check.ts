import { logCause } from '../errors';
import { type FactorSpec, factorTables, PLAIN_FACTORS } from '../models/factor';
import { TORCH_ADAM } from '../models/optimiser';
import type { Block, Engine, EngineData, ModelState, ModelTrainer, PairSource, StateTable } from './engine';
import { createReferenceEngine } from './reference/engine';

/** Largest difference from the reference that a trustworthy device shows after a few steps of a tiny model. */
const TOLERANCE = 1e-3;

/** Some steps of a tiny model, on an engine and on the reference. */
export interface TinyRun {
  readonly spec: FactorSpec;
  readonly data: EngineData;
  readonly source?: PairSource;
  readonly train: (trainer: ModelTrainer) => void;
}

/**
 * Has an engine train tiny models, and the reference the same: graphics drivers, and what is built on them, have been
 * seen to be wrong. Gives the largest difference of parameters, or of losses where the parameters agree, or null where
 * it is small.
 */
export async function apartFromReference(engine: Engine, runs: readonly TinyRun[]): Promise<number | null> {
  let ofParameters = 0;
  let ofLosses = 0;
  for (const { spec, data, source, train } of runs) {
    const tested = engine.create(spec, tinyState(spec, data), data, source);
    const oracle = createReferenceEngine().create(spec, tinyState(spec, data), data);
    try {
      train(tested);
      train(oracle);
      ofLosses = Math.max(ofLosses, apart(await tested.losses(), await oracle.losses()));
      const [a, b] = [await tested.save(), await oracle.save()];
      a.tables.forEach(({ values }, t) => {
        ofParameters = Math.max(ofParameters, apart(values, b.tables[t].values));
      });
    } finally {
      tested.dispose();
      oracle.dispose();
    }
  }
  const worst = ofParameters > TOLERANCE ? ofParameters : ofLosses;
  return worst <= TOLERANCE ? null : worst;
}

/** Largest difference; infinite where one is no number, or missing. */
function apart(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((worst, x, i) => {
    const difference = Math.abs(x - b[i]);
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(worst, difference);
  }, 0);
}

function tinyState(spec: FactorSpec, { rows, columns }: EngineData): ModelState {
  const tables = factorTables(spec, rows, columns).map(({ name, shape }): StateTable => {
    const count = shape[0] * shape[1];
    return {
      name,
      shape,
      values: Float32Array.from({ length: count }, (_, i) => Math.sin(1 + i * 1.7 + count)),
      m: new Float32Array(count),
      v: new Float32Array(count),
    };
  });
  return { step: 0, tables };
}

const BLOCK: Block = {
  kind: 'block',
  rows: Int32Array.of(2, 0, 1),
  columns: Int32Array.of(4, 0, 2, 1),
  positiveRows: Int32Array.of(0, 0, 1, 2),
  positiveColumns: Int32Array.of(0, 2, 1, 3),
  logChance: null,
  inputs: {
    columns: Int32Array.of(0, 1, 2, 4),
    pairRows: Int32Array.of(0, 0, 1, 2),
    pairColumns: Int32Array.of(3, 2, 0, 1),
    weights: Float32Array.of(0.5, 0.5, 1, 1),
  },
};

/** Blocks with pooled rows, which make use of most of what engines do for blocks. */
export const TINY_BLOCKS: TinyRun = {
  spec: {
    ...PLAIN_FACTORS,
    dimensions: 4,
    rowVector: 'pooled',
    score: 'cosine',
    temperature: 5,
    columnBias: true,
    loss: 'softmax',
    initializer: { kind: 'normal', scale: 1 },
    optimiser: TORCH_ADAM,
  },
  data: { rows: 3, columns: 5, rowFeatures: null, columnFeatures: null },
  train(trainer) {
    for (let step = 0; step < 3; step++) trainer.step(BLOCK, 0.05);
  },
};

/** What to say of a check that did not come to its end. */
export function brokenOff(cause: unknown): string {
  logCause(cause);
  return 'the check broke off';
}
