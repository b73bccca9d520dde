import { besideTorch } from '../contenders';
import type { Row } from '../row';
import { generatedData } from '../works/generated';
import { assembled, TrainingWork } from '../works/training';

export const row: Row = {
  id: 'K',
  order: 1,
  title: 'books and links, 37,020 × 41,758, dimension 50, cosine with a link, 1,024 × (1 + 2), Keras’s Adam',
  unit: 'pairs',
  works: {
    train: async (place) =>
      new TrainingWork(await place.engine(), assembled('wikipedia', {}, generatedData(37_020, 41_758, 772_000))),
  },
  lines: (threads) => besideTorch('cosine_pairs.py', threads),
};
