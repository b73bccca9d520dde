import { besideTorch } from '../contenders';
import type { Row } from '../row';
import { generatedRatingData, ML1M } from '../works/generated';
import { assembled, TrainingWork } from '../works/training';

export const row: Row = {
  id: 'Z',
  order: 4,
  title: 'embedding net, 6,040 × 3,706, dimension 150, layers 500, 500, 500, batches of 2,000, Adam',
  unit: 'ratings',
  works: {
    train: async (place) =>
      new TrainingWork(
        await place.engine(),
        assembled('embedding-net', {}, generatedRatingData(ML1M.rows, ML1M.columns, ML1M.pairs)),
      ),
  },
  lines: (threads) => besideTorch('embedding_net.py', threads),
};
