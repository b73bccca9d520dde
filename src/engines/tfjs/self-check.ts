import type { FactorSpec } from '../../models/factor';
import { PLAIN_FACTORS } from '../../models/factor';
import { TORCH_ADAM } from '../../models/optimiser';
import type { Block, Engine, EngineData, ModelState, StateTable } from '../engine';
import { createReferenceEngine } from '../reference/engine';

/** Largest difference from the reference that a trustworthy device shows after three steps. */
const TOLERANCE = 1e-3;

const SPEC: FactorSpec = {
  ...PLAIN_FACTORS,
  dimensions: 4,
  rowVector: 'pooled',
  score: 'cosine',
  temperature: 5,
  columnBias: true,
  loss: 'softmax',
  start: { kind: 'normal', scale: 1 },
  optimiser: TORCH_ADAM,
};

const DATA: EngineData = { rows: 3, columns: 5, rowFeatures: null, columnFeatures: null };

/**
 * Trains a tiny model on the engine and on the reference and compares: tfjs's webgl backend has
 * been seen to give wrong gather gradients. Gives the largest difference, or null when it is small.
 */
export async function selfCheck(engine: Engine): Promise<string | null> {
  const start = tinyState();
  const tested = engine.create(SPEC, start, DATA);
  const oracle = createReferenceEngine().create(SPEC, start, DATA);
  try {
    for (let i = 0; i < 3; i++) {
      tested.step(BLOCK, 0.05);
      oracle.step(BLOCK, 0.05);
    }
    const [a, b] = [await tested.save(), await oracle.save()];
    let worst = 0;
    a.tables.forEach((table, t) => {
      for (let i = 0; i < table.values.length; i++) {
        const difference = Math.abs(table.values[i] - b.tables[t].values[i]);
        worst = Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
      }
    });
    return worst <= TOLERANCE ? null : `its gradients are wrong (off by ${worst.toPrecision(2)} in a self-check)`;
  } finally {
    tested.dispose();
    oracle.dispose();
  }
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

function tinyState(): ModelState {
  const table = (name: string, rows: number, width: number): StateTable => ({
    name,
    shape: [rows, width],
    values: Float32Array.from({ length: rows * width }, (_, i) => Math.sin(1 + i * 1.7 + rows * width)),
    first: new Float32Array(rows * width),
    second: new Float32Array(rows * width),
  });
  return { step: 0, tables: [table('input', 5, 4), table('column', 5, 4), table('columnBias', 5, 1)] };
}
