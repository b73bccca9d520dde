import { besideTorch } from '../contenders';
import type { Row } from '../row';
import { blockTraining } from '../works/blocks';
import { museumData } from '../works/tate';
import { assembled } from '../works/training';

export const row: Row = {
  id: 'default',
  order: 3,
  title: 'Cofactor default on works and subjects: pooled rows, cosine, softmax, dimension 128, Adam',
  unit: 'cells',
  works: {
    train: async (place) =>
      blockTraining(await place.engine(), assembled('cofactor-default', {}, await museumData(place))),
  },
  lines: (threads) => besideTorch('pooled_blocks.py', threads),
};
