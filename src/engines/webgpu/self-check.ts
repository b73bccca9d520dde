import { csrFromPairs } from '../../data/csr';
import { type FactorSpec, PLAIN_FACTORS } from '../../models/factor';
import { TORCH_ADAM } from '../../models/optimiser';
import { drawPairs, negativePool } from '../draw';
import type { Engine, PairSource } from '../engine';
import { apartFromReference, TINY_BLOCKS, type TinyRun } from '../self-check';

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
  initializer: { kind: 'normal', scale: 1 },
  optimiser: TORCH_ADAM,
};

/** Pairs that the device draws, and the reference is given. */
function tinyPairs(): TinyRun {
  const source = tinySource();
  const { rows, columns } = source.train;
  return {
    spec: SPEC,
    data: { rows, columns, rowFeatures: null, columnFeatures: null },
    source,
    train(trainer) {
      trainer.draw?.(0, 0, new Float32Array(STEPS).fill(RATE));
      const pool = negativePool(source);
      for (let step = 0; step < STEPS && !trainer.draw; step++) trainer.step(drawPairs(source, pool, 0, step), RATE);
    },
  };
}

/** What is wrong with the kernels on this device, or null. */
export async function selfCheck(engine: Engine): Promise<string | null> {
  const apart = await apartFromReference(engine, [tinyPairs(), TINY_BLOCKS]);
  return apart === null ? null : `off by ${apart.toPrecision(2)} in a self-check`;
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
    strata: null,
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
