import {
  batchOption,
  dimensionsOption,
  epochsOption,
  featureCounts,
  featureOptions,
  optimiserOf,
  optimiserOption,
  rateOption,
  scheduleOptions,
  trainingOf,
} from '../common-options';
import type { DataFacts } from '../data-facts';
import { PLAIN_FACTORS } from '../factor';
import { holdOutOptions } from '../hold-out-options';
import type { Preset } from '../model';
import { TORCH_ADAM } from '../optimiser';

/**
 * The model with the best predictions measured for Cofactor: a row pooled from its columns, cosine
 * scores, softmax over the columns (figures in docs/models.md).
 */
export const preset: Preset = {
  id: 'cofactor-default',
  title: 'Cofactor default',
  order: 0,
  covers: ['W5', 'W9', 'W11', 'W12'],
  summary: 'Fast, good predictions; unit vectors that make good neighbours and maps.',
  explanation: [
    'Every {column} $c$ gets two vectors of $d$ numbers: $e_c$ for where it is an input and $v_c$ for where it is predicted. A {row} has no numbers of its own. Its vector is the mean of the input vectors of its {columns}, scaled to length 1:',
    '$$u_r = \\frac{m_r}{\\lVert m_r \\rVert}, \\qquad m_r = \\frac{1}{|C_r|}\\sum_{c \\in C_r} e_c$$',
    'The score of a {column} is the cosine of the two vectors, times a scale $\\tau$, plus a bias $b_c$ for how common the {column} is:',
    '$$s_{rc} = \\tau\\,\\langle u_r, \\hat v_c\\rangle + b_c, \\qquad p_{rc} = \\frac{e^{s_{rc}}}{\\sum_{k} e^{s_{rk}}}$$',
    'Training lowers $-\\log p_{rc}$ over the pairs that exist. At each step some of a {row}’s {columns} are left out of $C_r$ at random, so that the model has to predict them from the rest. This is what it is used for afterwards: which {columns} is this {row} missing?',
  ],
  options: [
    dimensionsOption(128),
    {
      kind: 'number',
      id: 'temperature',
      title: 'Scale',
      help: 'How much a small difference in cosine counts; left empty, it follows how many {columns} a {row} has.',
      group: 'model',
      unit: 'times the cosine',
      default: 0,
      minimum: 0,
      maximum: 100,
      step: 0.5,
      integer: false,
      automatic: scaleFor,
    },
    {
      kind: 'number',
      id: 'dropout',
      title: 'Input dropout',
      help: 'At each step so many of a {row}’s {columns} are left out, to be predicted from the rest.',
      group: 'model',
      unit: 'of the pairs',
      default: 0.5,
      minimum: 0,
      maximum: 0.9,
      step: 0.05,
      integer: false,
    },
    epochsOption(15),
    { ...batchOption(256), unit: '{rows} a step at most' },
    {
      kind: 'number',
      id: 'batchPairs',
      title: 'Pairs in a batch',
      help: 'Where {rows} have many {columns}, a batch has fewer {rows}, so that an epoch still has many steps.',
      group: 'training',
      unit: 'pairs a step at most',
      default: 2048,
      minimum: 1,
      maximum: 1000000,
      step: 256,
      integer: true,
    },
    rateOption(0.02),
    optimiserOption(),
    ...scheduleOptions({ schedule: 'linear' }),
    {
      kind: 'number',
      id: 'candidates',
      title: 'Candidates in a step',
      help: 'Where there are more {columns}, those of the batch stand for all, with random others up to this number.',
      group: 'training',
      unit: '{columns}',
      default: 1024,
      minimum: 16,
      maximum: 65536,
      step: 256,
      integer: true,
    },
    ...featureOptions(),
    ...holdOutOptions(),
  ],
  learns: 'pairs',
  specify: (options, facts) => ({
    model: {
      ...PLAIN_FACTORS,
      dimensions: options.dimensions as number,
      rowVector: 'pooled',
      score: 'cosine',
      temperature: (options.temperature as number) || scaleFor(facts),
      columnBias: true,
      loss: 'softmax',
      initializer: { kind: 'normal', scale: 1 / Math.sqrt(options.dimensions as number) },
      ...featureCounts(options, facts),
      optimiser: optimiserOf(options, TORCH_ADAM),
    },
    training: trainingOf(options, {
      kind: 'blocks',
      batchRows: batchRowsFor(options.batchSize as number, options.batchPairs as number, facts),
      inputDropout: options.dropout as number,
      blockColumns: facts.columns <= (options.candidates as number) ? 'all' : 'sampled',
      sampledColumns: options.candidates as number,
      blocks: 'plain',
    }),
  }),
};

/**
 * The best scales measured fall with the number of columns that a row shares its attention among:
 * 12 at 7 columns a row (Tate), 6 at 87 (MovieLens).
 */
function scaleFor({ pairs, rows }: DataFacts): number {
  return Math.min(14, Math.max(4, Number((16 - 2.2 * Math.log(Math.max(1, pairs / rows))).toFixed(1))));
}

function batchRowsFor(rowsAtMost: number, pairsAtMost: number, { pairs, rows }: DataFacts): number {
  return Math.max(1, Math.min(rowsAtMost, Math.round((pairsAtMost * rows) / Math.max(1, pairs))));
}
