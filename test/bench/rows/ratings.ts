import { eachThreads, libmf, own, threadsInWords } from '../contenders';
import type { PrepareWork, Row } from '../row';
import { generatedRatingData, ML1M } from '../works/generated';
import { assembled, TrainingWork } from '../works/training';

export const trainRatings =
  (optimiser: 'sgd' | 'adagrad' | 'sgd-each' | 'adagrad-each'): PrepareWork =>
  async (place) =>
    new TrainingWork(
      await place.engine(),
      assembled(
        'biased-mf',
        { dimensions: 32, batchSize: 8192, optimiser },
        generatedRatingData(ML1M.rows, ML1M.columns, ML1M.pairs),
      ),
    );

export const row: Row = {
  id: 'MF',
  order: 5,
  title: 'biased factors of ratings, 6,040 × 3,706, dimension 32, rating by rating',
  unit: 'ratings',
  works: { sgd: trainRatings('sgd-each'), adagrad: trainRatings('adagrad-each') },
  lines: (threads) =>
    (['sgd', 'adagrad'] as const).flatMap((optimiser) =>
      eachThreads(threads, (n) => ({
        own: own(optimiser, n, `${optimiser === 'sgd' ? 'SGD' : 'Adagrad'}, ${threadsInWords(n)}`),
        peer: libmf(optimiser, n),
      })),
    ),
};
