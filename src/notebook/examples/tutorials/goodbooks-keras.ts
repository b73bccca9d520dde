import type { Example } from '../example';

export const example: Example = {
  id: 'goodbooks-keras',
  order: 2,
  title: 'Ratings of books, with dense layers',
  summary: 'goodbooks-10k: vectors, biases and small dense layers predict a rating from 1 to 5.',
  prose:
    'Here the rating itself is learned, as a number between 1 and 5. The vectors of a reader and a book are multiplied number by number, a bias of each is joined, and two small dense layers make a rating of it. The tutorial then looks for a meaning in the first components of the books’ vectors.',
  drop: 'Drop ratings.csv and books.csv together, from the goodbooks-10k data set. Until then it runs on made-up ratings.',
  needs: 'ratings',
  standIn: { data: 'ratings', options: {}, note: '' },
  model: { preset: 'goodbooks-mf', options: {} },
  cleaning: {},
  map: { side: 'column', method: 'pca', colour: null },
  steps: [
    {
      cell: 'dataset',
      text: 'The histogram of ratings: few low ones, most from 3 to 5. Under “Clean”, the tutorial’s hint: only books with enough of them.',
    },
    {
      cell: 'model',
      text: 'Every layer with its parameters: 1,968,897 on the whole data set. “Goodbooks: vectors side by side” is the tutorial’s second model.',
    },
    {
      cell: 'training',
      text: 'Squared and absolute error of four epochs, on the ratings trained on and on those kept for the curve.',
    },
    {
      cell: 'evaluation',
      text: 'The error on the tenth held out. The tutorial’s second model has a mean squared error of 0.690, which is an RMSE of 0.831.',
    },
    { cell: 'predictions', text: 'The ratings that a reader would give to books not yet read.' },
    {
      cell: 'components',
      text: 'Titles at both ends of the first component; switch on “transposed, as in the tutorial”.',
    },
    { cell: 'exercises', text: 'More epochs, and what a classifier can predict from the vectors.' },
  ],
};
