import { csrFromPairs } from '../../data/csr';
import { type FactorSpec, PLAIN_FACTORS } from '../../models/factor';
import { TORCH_ADAM } from '../../models/optimiser';
import { drawPairs, negativePool } from '../draw';
import type { Engine, EngineData, ModelState, PairSource, StateTable } from '../engine';
import { createReferenceEngine } from '../reference/engine';

/** Largest difference from the reference that a trustworthy device shows. */
const TOLERANCE = 1e-3;

const STEPS = 4;
const RATE = 0.05;

const SPEC: FactorSpec = {
  ...PLAIN_FACTORS,
  dimensions: 5,
  score: 'cosine',
  temperature: 3,
  rowBias: true,
  columnBias: true,
  loss: 'bce',
  start: { kind: 'normal', scale: 1 },
  optimiser: TORCH_ADAM,
};

/**
 * Has an engine draw and train some steps of a tiny model, and the reference the same: graphics drivers have
 * been seen to be wrong. Gives what is wrong, or null.
 */
export async function selfCheck(engine: Engine): Promise<string | null> {
  const source = tinySource();
  const { train } = source;
  const data: EngineData = { rows: train.rows, columns: train.columns, rowFeatures: null, columnFeatures: null };
  const tested = engine.create(SPEC, tinyState(train.rows, train.columns), data, source);
  const oracle = createReferenceEngine().create(SPEC, tinyState(train.rows, train.columns), data);
  try {
    tested.draw?.(0, 0, new Float32Array(STEPS).fill(RATE));
    const pool = negativePool(source);
    for (let step = 0; step < STEPS; step++) oracle.step(drawPairs(source, pool, 0, step), RATE);
    let worst = apart(await tested.losses(), await oracle.losses());
    const [a, b] = [await tested.save(), await oracle.save()];
    a.tables.forEach((table, t) => {
      worst = Math.max(worst, apart(table.values, b.tables[t].values));
    });
    return worst <= TOLERANCE ? null : `off by ${worst.toPrecision(2)} in a self-check`;
  } finally {
    tested.dispose();
    oracle.dispose();
  }
}

/** Largest difference; infinite where one is no number, or missing. */
function apart(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((worst, x, i) => {
    const difference = Math.abs(x - b[i]);
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(worst, difference);
  }, 0);
}

function tinySource(): PairSource {
  const [rows, columns] = [9, 7];
  const cells = Array.from({ length: 30 }, (_, i) => i);
  const train = csrFromPairs(
    rows,
    columns,
    cells.map((i) => (i * 5) % rows),
    cells.map((i) => (i * i + 2 * i) % columns),
  ).matrix;
  const rowOfPair = new Uint32Array(train.indices.length);
  for (let r = 0; r < rows; r++) rowOfPair.fill(r, train.offsets[r], train.offsets[r + 1]);
  return {
    train,
    values: null,
    rowOfPair,
    placeOfPair: rowOfPair.map((_, place) => place),
    spec: {
      kind: 'pairs',
      batchPairs: 5,
      order: 'shuffle',
      target: 'one',
      repeats: false,
      negatives: { perPositive: 2, draw: 'column', by: 'uniform', reject: true, target: 0 },
    },
    seed: 1,
  };
}

function tinyState(rows: number, columns: number): ModelState {
  const table = (name: string, count: number, width: number): StateTable => ({
    name,
    shape: [count, width],
    values: Float32Array.from({ length: count * width }, (_, i) => Math.sin(1 + i * 1.7 + count * width)),
    first: new Float32Array(count * width),
    second: new Float32Array(count * width),
  });
  return {
    step: 0,
    tables: [
      table('row', rows, 5),
      table('column', columns, 5),
      table('rowBias', rows, 1),
      table('columnBias', columns, 1),
    ],
  };
}
