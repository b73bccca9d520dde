import { besideTorch } from '../contenders';
import type { Row } from '../row';
import { generatedData, ML1M } from '../works/generated';
import { assembled, TrainingWork } from '../works/training';

export const row: Row = {
  id: 'T',
  order: 0,
  title: 'two towers, 6,040 × 3,706, dimension 16, 1,024 × (1 + 10), cross-entropy, Adam',
  unit: 'pairs',
  works: {
    train: async (place) =>
      new TrainingWork(
        await place.engine(),
        assembled('two-tower', {}, generatedData(ML1M.rows, ML1M.columns, ML1M.pairs)),
      ),
  },
  lines: (threads) => besideTorch('pairs.py', threads),
};
