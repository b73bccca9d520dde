import type { Engine } from '../../../src/engines/engine';
import { own } from '../contenders';
import type { Place, Row, Work } from '../row';
import { processorEngine } from '../works/engine';
import { generatedData } from '../works/generated';
import { assembled, TrainingWork } from '../works/training';

const ROWS = 1_000_000;
const COLUMNS = 130_000;
const PAIRS = 5_000_000;
/** Steps before the memory is told. */
const STEPS = 200;

/** A training after some steps, and the bytes that it holds. */
async function trained(engine: Engine, place: Place, pairs: number) {
  const before = await place.memory();
  const options = { dimensions: 32, batchSize: 8192, negatives: 4 };
  const assembly = assembled('two-tower', options, generatedData(ROWS, COLUMNS, pairs));
  const work = new TrainingWork(engine, assembly);
  await work.steps(STEPS);
  return { work, pairs: assembly.data.train.indices.length, bytes: (await place.memory()) - before };
}

/** The same tables with few pairs and with all: what is more of the second is what the pairs take. */
async function large(place: Place): Promise<Work> {
  const engine = await processorEngine(place);
  const few = await trained(engine, place, PAIRS / 5);
  const all = await trained(engine, place, PAIRS);
  const ofPair = (all.bytes - few.bytes) / (all.pairs - few.pairs);
  const ofRow = (few.bytes - ofPair * few.pairs) / (ROWS + COLUMNS);
  const note = `${Math.round(all.bytes / 2 ** 20).toLocaleString('en')} MB held after ${STEPS} steps: ${ofPair.toFixed(0)} bytes a pair, ${ofRow.toFixed(0)} bytes a row or column.`;
  return { sizes: all.work.sizes, run: (seconds) => all.work.run(seconds), told: () => [note] };
}

export const row: Row = {
  id: 'size',
  order: 8,
  title: 'a large model in one tab: 1,000,000 × 130,000, 5 M pairs, dimension 32, 8,192 × (1 + 4), Adam',
  unit: 'pairs',
  works: { train: large },
  // A page is told of memory of WASM only where threads share it.
  lines: (threads) => [{ own: own('train', Math.max(2, threads)), peer: null }],
};
