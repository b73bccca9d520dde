import type { Example } from '../example';

export const example: Example = {
  id: 'two-tower-movielens',
  order: 1,
  title: 'Two towers and sampled negatives',
  summary: 'MovieLens 100k: tell what was watched from ten random movies, then recommend.',
  prose:
    'Each user and each movie goes through a tower that gives a vector, and their product is how well they fit. For every movie that was watched ten are drawn at random as if they had not been. The tutorial trains on its own test set by mistake; here it is put right, and one exercise shows what the mistake does.',
  drop: 'Drop u.data, u.item and u.user together, from the MovieLens 100k data set of GroupLens. Until then it runs on made-up ratings.',
  needs: 'ratings',
  standIn: {
    data: 'ratings',
    options: { batchSize: 128 },
    note: 'There the batches are an eighth of the tutorial’s, so that there are as many steps.',
  },
  model: { preset: 'two-tower', options: {} },
  cleaning: { minimumRowPairs: 20, requireRowFeatures: true, requireColumnFeatures: true },
  map: { side: 'column', method: 'umap', colour: 'genres' },
  steps: [
    { cell: 'dataset', text: 'Only users with twenty ratings, and only users and movies with metadata.' },
    {
      cell: 'model',
      text: 'Two tables of sixteen numbers; the latest fifth of all ratings is kept for the test, of which only 4 and 5 count.',
    },
    { cell: 'training', text: 'The loss on the pairs trained on and on those held out, epoch by epoch.' },
    {
      cell: 'evaluation',
      text: 'NDCG, hit rate and coverage of the first ten, beside Popular. The tutorial has 0.035, 0.221 and 0.191.',
    },
    { cell: 'predictions', text: 'Ten movies for a user, with the probability that the model gives each.' },
    { cell: 'exercises', text: '“Seen or not seen”: the tutorial’s mistake beside the right way.' },
  ],
};
