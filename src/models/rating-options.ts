import { optimiserOption } from './common-options';
import type { HiddenLayer } from './network';
import { type OptimiserSpec, updatesPerPair } from './optimiser';
import { type ChoiceOption, type NumberOption, numbersOf, type OptionSpec, type OptionValues } from './option';
import type { PairSpec } from './training';

/** Options of models that learn ratings and have dense layers. */

/** Batches of ratings, each once an epoch. */
export const RATING_BATCHES: Omit<PairSpec, 'batchPairs'> = {
  kind: 'pairs',
  order: 'shuffle',
  target: 'value',
  repeats: false,
  negatives: null,
};

/** The optimisers of models that are products of vectors and biases, which can also learn rating by rating. */
export function ratingOptimiserOption(): ChoiceOption {
  const option = optimiserOption();
  return {
    ...option,
    help: 'Rating by rating, each updates its {row} and {column} at once: fastest, on the processor; for Adagrad, try a rate of 0.1.',
    choices: [
      ...option.choices,
      { value: 'adagrad-each', title: 'Adagrad, rating by rating' },
      { value: 'sgd-each', title: 'plain gradient descent, rating by rating' },
    ],
  };
}

/** Batches of ratings as an optimiser takes them. */
export function ratingBatches(optimiser: OptimiserSpec, batchPairs: number): PairSpec {
  return { ...RATING_BATCHES, batchPairs, order: updatesPerPair(optimiser) ? 'strata' : 'shuffle' };
}

export function layerOptions(hidden: string, dropouts: string, embeddingDropout: number): readonly OptionSpec[] {
  return [
    {
      kind: 'list',
      id: 'hidden',
      title: 'Hidden layers',
      help: 'Units of each dense layer, from the embeddings to the output.',
      group: 'model',
      unit: 'units',
      default: hidden,
      minimum: 1,
      maximum: 4096,
      integer: true,
      longest: 8,
    },
    {
      kind: 'list',
      id: 'dropouts',
      title: 'Dropout after each layer',
      help: 'Share of a layer’s units left out at each step; layers without a number leave out none.',
      group: 'model',
      unit: 'of the units',
      default: dropouts,
      minimum: 0,
      maximum: 0.95,
      integer: false,
      longest: 8,
    },
    {
      kind: 'number',
      id: 'embeddingDropout',
      title: 'Embedding dropout',
      help: 'Share of their numbers left out at each step, before the first layer.',
      group: 'model',
      unit: 'of the numbers',
      default: embeddingDropout,
      minimum: 0,
      maximum: 0.95,
      step: 0.05,
      integer: false,
    },
  ];
}

/** The hidden layers that complete options ask for. */
export function hiddenLayers(options: OptionValues): HiddenLayer[] {
  const dropouts = numbersOf(options.dropouts as string);
  return numbersOf(options.hidden as string).map((units, i) => ({ units, dropout: dropouts[i] ?? 0 }));
}

/** Pairs kept from training to draw the held-out curve, besides those that test the model at the end. */
export function validationOption(preset: number): NumberOption {
  return {
    kind: 'number',
    id: 'validationShare',
    title: 'Validation share',
    help: 'Share of the training pairs that only draw the held-out loss; 0 draws it with the test pairs.',
    group: 'hold-out',
    unit: 'of the training pairs',
    default: preset,
    minimum: 0,
    maximum: 0.5,
    step: 0.005,
    integer: false,
  };
}
