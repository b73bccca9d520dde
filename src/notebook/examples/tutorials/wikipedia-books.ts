import type { Example } from '../example';

export const example: Example = {
  id: 'wikipedia-books',
  order: 3,
  title: 'Books and the pages they link to',
  summary: 'Wikipedia: embeddings for their own sake, evaluated by their neighbours.',
  prose:
    'Books whose articles link to the same pages are alike. The model learns to tell links that exist from random ones by the cosine of two vectors, but that task is only a means to learn the vectors. So nothing is held out, and the vectors are evaluated by their neighbours.',
  drop: 'Drop the file of book articles from the tutorial’s own repository, one article a line: title, infobox, links, external links. Until then it runs on the sample: icons and their tags.',
  needs: 'pairs',
  standIn: { data: 'sample', options: {}, note: '' },
  model: { preset: 'wikipedia', options: {} },
  cleaning: {
    foldCase: true,
    dropRows: 'Wikipedia:',
    stopColumns: ['hardcover', 'paperback', 'wikipedia:wikiproject books', 'wikipedia:wikiproject novels'],
    minimumColumnPairs: 5,
  },
  map: { side: 'row', method: 'tsne', colour: 'genre' },
  steps: [
    {
      cell: 'dataset',
      text: 'The pages linked most, the books that others link to, and the links that cleaning drops because they mean little.',
    },
    { cell: 'model', text: 'Fifty numbers for each book and each page; their cosine; one neuron on top.' },
    { cell: 'training', text: 'Fifteen epochs of pairs that exist against twice as many that do not.' },
    {
      cell: 'predictions',
      text: 'War and Peace should lie near Anna Karenina. Look at the most and the least similar.',
    },
    {
      cell: 'map',
      text: 't-SNE of all books, coloured by genre. Distances between far groups mean little. Below it, vectors and names as files for an embedding projector.',
    },
    { cell: 'components', text: 'Who stands at the ends of the first directions.' },
    {
      cell: 'exercises',
      text: 'Predict genre, author or country from the vectors; stop-words of the links; another list of links.',
    },
  ],
};
