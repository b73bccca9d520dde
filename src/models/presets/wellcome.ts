import {
  batchOption,
  dimensionsOption,
  epochsOption,
  featureCounts,
  featureOptions,
  optimiserOf,
  optimiserOption,
  rateOption,
  trainingOf,
} from '../common-options';
import { PLAIN_FACTORS } from '../factor';
import { holdOutOptions } from '../hold-out-options';
import type { Preset } from '../model';
import { TORCH_ADAM } from '../optimiser';

/**
 * “Building a recommender system for subjects”, Wellcome Collection's notebook 9: matrix
 * factorisation with binary cross-entropy over the block of a batch's works and its subjects.
 */
export const preset: Preset = {
  id: 'wellcome',
  title: 'Wellcome, as in the tutorial',
  order: 1,
  covers: ['W3', 'W4', 'W5', 'W6', 'W7', 'W8', 'W9', 'W11'],
  summary: 'Plain matrix factorisation with the settings of Wellcome Collection’s teaching notebook.',
  explanation: [
    'Every {row} $r$ and every {column} $c$ gets one vector of $d$ numbers, drawn at random at first. Their product is the model’s guess at whether the {row} has the {column}, between 0 and 1:',
    '$$p_{rc} = \\sigma(\\langle u_r, v_c\\rangle) = \\frac{1}{1 + e^{-\\langle u_r, v_c\\rangle}}$$',
    'A whole interaction matrix is too large for one step. Each step takes a batch $R$ of {rows} and the set $C$ of {columns} that occur on them, and compares the guesses with the block $y$ of the matrix, which is 1 where a pair exists and 0 elsewhere:',
    '$$L = -\\frac{1}{|R||C|}\\sum_{r \\in R}\\sum_{c \\in C} y_{rc}\\log p_{rc} + (1 - y_{rc})\\log(1 - p_{rc})$$',
    'With the tutorial’s ten epochs and small rate, the vectors move little from their random start: compare its recall with Popular below, then try a longer run or a higher rate.',
  ],
  options: [
    dimensionsOption(10),
    {
      kind: 'toggle',
      id: 'repeatColumns',
      title: 'Repeats in a block, as in the tutorial',
      help: 'The tutorial lists a {column} once for each {row} that has it, and labels the repeats 0.',
      group: 'model',
      default: false,
    },
    epochsOption(10),
    batchOption(512),
    rateOption(0.001),
    optimiserOption(),
    ...featureOptions(),
    ...holdOutOptions(),
  ],
  learns: 'pairs',
  specify: (options, facts) => ({
    model: {
      ...PLAIN_FACTORS,
      dimensions: options.dimensions as number,
      loss: 'bce',
      initializer: { kind: 'normal', scale: 1 },
      ...featureCounts(options, facts),
      optimiser: optimiserOf(options, TORCH_ADAM),
    },
    training: trainingOf(options, {
      kind: 'blocks',
      batchRows: options.batchSize as number,
      inputDropout: 0,
      blockColumns: options.repeatColumns === true ? 'batch-repeated' : 'batch',
      sampledColumns: 0,
      blocks: 'even',
    }),
  }),
};
