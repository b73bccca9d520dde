import type { NumberOption } from './option';

/** Options that several presets have, each with its own default. */

export function dimensionsOption(preset: number): NumberOption {
  return {
    kind: 'number',
    id: 'dimensions',
    title: 'Embedding size',
    help: 'More numbers hold finer differences, and take longer.',
    group: 'model',
    unit: 'numbers in each vector',
    default: preset,
    minimum: 1,
    maximum: 512,
    step: 1,
    integer: true,
  };
}

export function epochsOption(preset: number): NumberOption {
  return {
    kind: 'number',
    id: 'epochs',
    title: 'Epochs',
    help: 'How often every {row} is seen.',
    group: 'training',
    unit: 'passes over the data',
    default: preset,
    minimum: 1,
    maximum: 1000,
    step: 1,
    integer: true,
  };
}

export function batchOption(preset: number): NumberOption {
  return {
    kind: 'number',
    id: 'batchSize',
    title: 'Batch size',
    help: 'Smaller batches make more, noisier steps.',
    group: 'training',
    unit: '{rows} a step',
    default: preset,
    minimum: 1,
    maximum: 8192,
    step: 1,
    integer: true,
  };
}

export function rateOption(preset: number): NumberOption {
  return {
    kind: 'number',
    id: 'learningRate',
    title: 'Learning rate',
    help: 'Too low learns slowly; too high makes the loss jump or break.',
    group: 'training',
    unit: 'Adam’s step size',
    default: preset,
    minimum: 0.000001,
    maximum: 1e30,
    step: 0.001,
    integer: false,
  };
}
