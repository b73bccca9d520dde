import { own } from '../contenders';
import type { Row } from '../row';
import { generatedData, ML1M } from '../works/generated';
import { stockTfjs } from '../works/stock-tfjs';
import { assembled, TrainingWork } from '../works/training';

/** On tfjs's cpu the cost of a pair is that of looking through both tables: whole batches would take minutes each. */
const FEW = 16;

const twoTowers = (batchSize = 1024) =>
  assembled('two-tower', { batchSize }, generatedData(ML1M.rows, ML1M.columns, ML1M.pairs));

export const row: Row = {
  id: 'tfjs',
  order: 6,
  title: 'the model of T beside stock tfjs in the same browser',
  unit: 'pairs',
  works: {
    train: async (place) => new TrainingWork(await place.engine(), twoTowers()),
    cpu: (place) => stockTfjs('cpu', place, twoTowers(FEW)),
    wasm: (place) => stockTfjs('wasm', place, twoTowers()),
    webgpu: (place) => stockTfjs('webgpu', place, twoTowers()),
  },
  lines: (threads) => [
    { own: own('train', 1), peer: own('cpu', 1, `stock tfjs, cpu, batches of ${FEW}`) },
    { own: own('train', 1), peer: own('webgpu', 1, 'stock tfjs, webgpu') },
    { own: own('train', threads), peer: own('wasm', threads, 'stock tfjs, wasm') },
  ],
};
