import { own } from '../contenders';
import type { Place, Row, Work } from '../row';
import { generatedData } from '../works/generated';
import { type Assembled, assembled, TrainingWork } from '../works/training';

const ROWS = 1_000_000;
const COLUMNS = 130_000;
const PAIRS = 5_000_000;
/** A part of an epoch. */
const STEPS = 200;

/** A browser gives a thread that waits so long, in milliseconds, before it ends it. */
const PATIENCE = 3000;

/** The row's tables with so many pairs; all of them by default. */
export function largeModel(pairs = PAIRS): Assembled {
  const options = { dimensions: 32, batchSize: 8192, negatives: 4 };
  return assembled('two-tower', options, generatedData(ROWS, COLUMNS, pairs));
}

/** A training after some steps. `bytes` ends its engine: a page is told nothing while a thread waits for orders. */
async function trained(place: Place, pairs: number) {
  const before = await place.memory();
  const engine = await place.engine();
  const assembly = largeModel(pairs);
  const work = new TrainingWork(engine, assembly);
  await work.steps(STEPS);
  return {
    work,
    pairs: assembly.data.train.indices.length,
    async bytes(): Promise<number> {
      engine.dispose();
      await new Promise((resolve) => setTimeout(resolve, PATIENCE));
      return (await place.memory()) - before;
    },
  };
}

/** The same tables with few pairs and with all: what is more of the second is what the pairs take. */
async function large(place: Place): Promise<Work> {
  const few = await trained(place, PAIRS / 5);
  const bytesOfFew = await few.bytes();
  const all = await trained(place, PAIRS);
  return {
    sizes: all.work.sizes,
    run: (seconds) => all.work.run(seconds),
    async notes() {
      const bytes = await all.bytes();
      const ofPair = (bytes - bytesOfFew) / (all.pairs - few.pairs);
      const ofRow = (bytesOfFew - ofPair * few.pairs) / (ROWS + COLUMNS);
      const megabytes = Math.round(bytes / 2 ** 20).toLocaleString('en');
      return [
        `${megabytes} MB held while it trains: ${ofPair.toFixed(0)} bytes a pair, ${ofRow.toFixed(0)} bytes a row or column.`,
      ];
    },
  };
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
