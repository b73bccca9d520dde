import { besideTorch } from '../contenders';
import type { Row } from '../row';
import { blockTraining } from '../works/blocks';
import { museumData } from '../works/tate';
import { assembled } from '../works/training';

export const row: Row = {
  id: 'W',
  order: 2,
  title: 'works and subjects, blocks of 512 works × their subjects, dimension 10, cross-entropy, Adam',
  unit: 'cells',
  works: {
    train: async (place) => blockTraining(await place.engine(), assembled('wellcome', {}, await museumData(place))),
  },
  lines: (threads) => besideTorch('blocks.py', threads),
};
