import type { Example } from '../example';

export const example: Example = {
  id: 'embedding-net',
  order: 4,
  title: 'An embedding net and its first component',
  summary: 'MovieLens 1M: two vectors side by side go through dense layers; what does the first component mean?',
  prose:
    'The vectors of a user and a movie are put side by side and sent through dense layers with dropout; the output is stretched to the range of the ratings. The learning rate falls along a cosine and starts again every two epochs, and training ends when the held-out error stops falling. Then the tutorial looks at the first component of the movies’ vectors and finds “seriousness” in it.',
  drop: 'Drop ratings.dat and movies.dat together, from the MovieLens 1M data set of GroupLens. Until then it runs on made-up ratings.',
  needs: 'ratings',
  standIn: {
    data: 'ratings',
    options: { dimensions: 30, hidden: '64, 64', dropouts: '0.3, 0.3', batchSize: 256 },
    note: 'There the net is much smaller than the tutorial’s, as the data is.',
  },
  model: { preset: 'embedding-net', options: {} },
  cleaning: {},
  map: { side: 'column', method: 'pca', colour: 'genres' },
  steps: [
    {
      cell: 'dataset',
      text: 'A corner of the table of ratings: the fifteen most active users and the fifteen most rated movies.',
    },
    { cell: 'model', text: 'Any list of layers and dropouts; the net’s own bounds, half a rating beyond the scale.' },
    { cell: 'training', text: 'The learning rate as it falls and starts again, and the epoch whose weights are kept.' },
    {
      cell: 'evaluation',
      text: 'The root of the mean squared error. The tutorial reaches 0.885 on the whole data set.',
    },
    {
      cell: 'components',
      text: 'Choose the 1,000 most frequent: movies at both ends of the first component. Do they differ in seriousness?',
    },
    { cell: 'exercises', text: 'Other layers, other sizes, and whether the vectors contain the genre.' },
  ],
};
