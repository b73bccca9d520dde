import type { Example } from '../example';

export const example: Example = {
  id: 'wellcome-subjects',
  order: 0,
  title: 'Works and their subjects',
  summary: 'Wellcome Collection, notebook 9: plain matrix factorisation of works × subjects.',
  prose:
    'A matrix has a 1 where a work is tagged with a subject. Two tables of random numbers, ten for each work and ten for each subject, are multiplied to guess at it, and training makes the guesses better. What comes out are subjects that a work misses, and a map of subjects by the company they keep.',
  drop: 'Drop works.json or works.json.gz, the snapshot of all works that Wellcome Collection publishes, one work a line. Until then it runs on the sample: icons and their tags.',
  needs: 'pairs',
  standIn: { data: 'sample', options: {}, note: '' },
  model: { preset: 'wellcome', options: {} },
  cleaning: {},
  map: { side: 'column', method: 'umap', colour: 'plain, as in the seed' },
  steps: [
    { cell: 'dataset', text: 'How many works and subjects there are, and how few of all their pairs exist.' },
    { cell: 'model', text: 'The two tables of ten numbers, and their product before anything is learned.' },
    {
      cell: 'training',
      text: 'Binary cross-entropy over ten epochs, the moving average of its steps, and its logarithm.',
    },
    { cell: 'evaluation', text: 'What the tutorial leaves open: with its short run, does the model beat Popular?' },
    { cell: 'predictions', text: 'A random work, its vector, and the ten subjects with the highest scores.' },
    { cell: 'map', text: 'UMAP of the subjects’ vectors as plain points, as the tutorial draws it.' },
    {
      cell: 'exercises',
      text: 'The tutorial’s three exercises: longer or larger batches, other sizes, prior information.',
    },
  ],
};
