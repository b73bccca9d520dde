import {
  batchOption,
  dimensionsOption,
  epochsOption,
  negativesOption,
  patienceOption,
  rateOption,
  trainingOf,
} from '../common-options';
import { holdOutOptions } from '../hold-out-options';
import type { Preset } from '../model';
import { TORCH_ADAM } from '../optimiser';
import { hiddenLayers, layerOptions } from '../rating-options';

/** Neural matrix factorisation (He et al., 2017): a generalised product and dense layers, side by side. */
export const preset: Preset = {
  id: 'neumf',
  title: 'NeuMF',
  order: 8,
  covers: ['B10'],
  summary: 'A product of two vectors and a network on two others predict together whether a pair exists.',
  explanation: [
    'Two models are combined. One multiplies two vectors number by number; the other puts two further vectors side by side and sends them through dense layers:',
    '$$g_{rc} = p_r \\circ q_c, \\qquad h_0 = [v_c, u_r], \\quad h_i = \\max(0, h_{i-1}W_i + \\beta_i)$$',
    'One output unit takes both, and training lowers the binary cross-entropy of pairs that exist against random ones:',
    '$$\\hat p_{rc} = \\sigma([h_n, g_{rc}]\\,W + \\beta)$$',
  ],
  learns: 'pairs',
  options: [
    {
      ...dimensionsOption(8),
      id: 'factors',
      title: 'Factors of the product',
      help: 'Numbers in each vector of the part that multiplies.',
    },
    { ...dimensionsOption(32), help: 'Numbers in each vector that enters the dense layers.' },
    ...layerOptions('32, 16, 8', '', 0),
    epochsOption(20),
    batchOption(256, 'pairs that exist in a step'),
    negativesOption(4, 'Random {columns} drawn for each pair that exists; never ones that the {row} has.'),
    rateOption(0.001),
    patienceOption(0),
    ...holdOutOptions({ method: 'last', minimum: 2 }),
  ],
  specify: (options) => ({
    model: {
      family: 'network',
      rowDimensions: options.dimensions as number,
      columnDimensions: options.dimensions as number,
      join: 'concat',
      embeddingDropout: options.embeddingDropout as number,
      dropoutPlace: 'joined',
      biases: false,
      productDimensions: options.factors as number,
      layers: hiddenLayers(options),
      output: 'sigmoid',
      range: null,
      loss: 'bce',
      padding: false,
      initializer: { kind: 'normal', scale: 0.01 },
      denseStart: { kind: 'glorot' },
      denseBias: 0,
      rowFeatures: 0,
      columnFeatures: 0,
      optimiser: TORCH_ADAM,
    },
    training: trainingOf(options, {
      kind: 'pairs',
      batchPairs: options.batchSize as number,
      order: 'shuffle',
      target: 'one',
      repeats: false,
      negatives: {
        perPositive: options.negatives as number,
        draw: 'column',
        by: 'uniform',
        reject: true,
        target: 0,
      },
    }),
  }),
};
