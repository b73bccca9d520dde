import { MAX_EPOCHS } from './bounds';
import type { DataFacts } from './data-facts';
import { type AdamSpec, type OptimiserSpec, PLAIN_DESCENT, TORCH_ADAGRAD } from './optimiser';
import type { ChoiceOption, NumberOption, OptionSpec, OptionValues, ToggleOption } from './option';
import type { Schedule } from './schedule';
import type { TrainingSpec } from './training';

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
    help: 'More passes fit the data more closely; too many overfit.',
    group: 'training',
    unit: 'passes over the data',
    default: preset,
    minimum: 1,
    maximum: MAX_EPOCHS,
    step: 1,
    integer: true,
  };
}

export function batchOption(preset: number, unit = '{rows} a step'): NumberOption {
  return {
    kind: 'number',
    id: 'batchSize',
    title: 'Batch size',
    help: 'Smaller batches make more, noisier steps.',
    group: 'training',
    unit,
    default: preset,
    minimum: 1,
    maximum: 65536,
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
    unit: 'step size',
    default: preset,
    minimum: 0.000001,
    maximum: 1e30,
    step: 0.001,
    integer: false,
  };
}

type OptimiserChoice = 'adam' | 'lazy-adam' | 'adagrad' | 'sgd' | 'adagrad-each' | 'sgd-each';

export function optimiserOption(preset: OptimiserChoice = 'adam'): ChoiceOption {
  return {
    kind: 'choice',
    id: 'optimiser',
    title: 'Optimiser',
    help: 'How gradients become steps; all but plain Adam leave alone the vectors that are not in the batch.',
    group: 'training',
    default: preset,
    choices: [
      { value: 'adam', title: 'Adam' },
      { value: 'lazy-adam', title: 'Adam, only what is in the batch' },
      { value: 'adagrad', title: 'Adagrad' },
      { value: 'sgd', title: 'plain gradient descent' },
    ],
  };
}

/** The optimiser that complete options ask for, with their weight decay; `base` is the form of its Adam. */
export function optimiserOf(options: OptionValues, base: AdamSpec): OptimiserSpec {
  const weightDecay = typeof options.weightDecay === 'number' ? options.weightDecay : base.weightDecay;
  const choice = (options.optimiser ?? 'adam') as OptimiserChoice;
  switch (choice) {
    case 'adam':
      return { ...base, weightDecay };
    case 'lazy-adam':
      return { ...base, weightDecay, lazy: true };
    case 'adagrad':
      return { ...TORCH_ADAGRAD, weightDecay };
    case 'sgd':
      return { ...PLAIN_DESCENT, weightDecay };
    case 'adagrad-each':
      return { ...TORCH_ADAGRAD, weightDecay, updates: 'pair' };
    case 'sgd-each':
      return { ...PLAIN_DESCENT, weightDecay, updates: 'pair' };
    default:
      return choice satisfies never;
  }
}

/** Pairs that do not exist, drawn for each one that does. */
export function negativesOption(preset: number, help: string): NumberOption {
  return {
    kind: 'number',
    id: 'negatives',
    title: 'Negatives',
    help,
    group: 'training',
    unit: 'for each pair',
    default: preset,
    minimum: 1,
    maximum: 200,
    step: 1,
    integer: true,
  };
}

export function weightDecayOption(preset: number): NumberOption {
  return {
    kind: 'number',
    id: 'weightDecay',
    title: 'Weight decay',
    help: 'Pulls every number towards zero, against overfitting.',
    group: 'training',
    unit: 'of each number, added to its gradient',
    default: preset,
    minimum: 0,
    maximum: 1,
    step: 0.00001,
    integer: false,
  };
}

export function patienceOption(preset: number): NumberOption {
  return {
    kind: 'number',
    id: 'patience',
    title: 'Patience',
    help: 'Stops when the held-out loss has not fallen for so many epochs, and restores the best weights; 0 never stops.',
    group: 'training',
    unit: 'epochs',
    default: preset,
    minimum: 0,
    maximum: 1000,
    step: 1,
    integer: true,
  };
}

/** Patience as training understands it. */
function patienceOf(options: OptionValues): number | null {
  return typeof options.patience === 'number' && options.patience > 0 ? options.patience : null;
}

/** Where the data has features for it; one that is on stays, so that it can be switched off. */
const hasFeatures =
  (id: 'rowFeatures' | 'columnFeatures') =>
  (values: OptionValues, data: DataFacts | null): boolean =>
    values[id] === true || data === null || data[id] > 0;

/** Switches for the vectors of metadata, off by default as in every seed. */
export function featureOptions(): readonly ToggleOption[] {
  return [
    {
      kind: 'toggle',
      id: 'rowFeatures',
      title: 'Use metadata of {rows}',
      help: 'Learns a vector for each category and adds it: a {row} without pairs then has a vector too.',
      group: 'model',
      when: hasFeatures('rowFeatures'),
      default: false,
    },
    {
      kind: 'toggle',
      id: 'columnFeatures',
      title: 'Use metadata of {columns}',
      help: 'Learns a vector for each category and adds it: a {column} without pairs then has a vector too.',
      group: 'model',
      when: hasFeatures('columnFeatures'),
      default: false,
    },
  ];
}

/** Numbers of features that the options ask for, of those that there are. */
export function featureCounts(
  options: OptionValues,
  facts: { readonly rowFeatures: number; readonly columnFeatures: number },
): { rowFeatures: number; columnFeatures: number } {
  return {
    rowFeatures: options.rowFeatures === true ? facts.rowFeatures : 0,
    columnFeatures: options.columnFeatures === true ? facts.columnFeatures : 0,
  };
}

interface ScheduleDefaults {
  readonly schedule: Schedule['kind'];
  readonly period?: number;
  readonly floor?: number;
  readonly peak?: number;
}

/** Whether the rate follows one of the schedules. */
const follows =
  (...kinds: Schedule['kind'][]) =>
  (values: OptionValues): boolean =>
    kinds.some((kind) => kind === values.schedule);

const TRIANGULAR = ['triangular', 'triangular2', 'exp-range'] as const;

/** The learning rate over time. */
export function scheduleOptions(defaults: ScheduleDefaults): readonly OptionSpec[] {
  return [
    {
      kind: 'choice',
      id: 'schedule',
      title: 'Learning-rate schedule',
      help: 'A rate that falls settles on better numbers; one that rises again can leave a poor solution.',
      group: 'training',
      default: defaults.schedule,
      choices: [
        { value: 'constant', title: 'constant' },
        { value: 'linear', title: 'falls to zero' },
        { value: 'one-cycle', title: 'one cycle' },
        { value: 'cosine-restarts', title: 'cosine with restarts' },
        { value: 'triangular', title: 'triangular' },
        { value: 'triangular2', title: 'triangular, halved each time' },
        { value: 'exp-range', title: 'triangular, shrinking' },
      ],
    },
    {
      kind: 'number',
      id: 'period',
      title: 'Schedule period',
      help: 'From one restart or peak to the next, for rates that have them.',
      group: 'training',
      when: follows('cosine-restarts', ...TRIANGULAR),
      unit: 'epochs',
      default: defaults.period ?? 2,
      minimum: 0.1,
      maximum: 1000,
      step: 1,
      integer: false,
    },
    {
      kind: 'number',
      id: 'floor',
      title: 'Lowest rate',
      help: 'Where a cosine with restarts ends.',
      group: 'training',
      when: follows('cosine-restarts'),
      unit: 'times the rate',
      default: defaults.floor ?? 0.1,
      minimum: 0,
      maximum: 1,
      step: 0.05,
      integer: false,
    },
    {
      kind: 'number',
      id: 'peak',
      title: 'Highest rate',
      help: 'Where the triangular rates turn.',
      group: 'training',
      when: follows(...TRIANGULAR),
      unit: 'times the rate',
      default: defaults.peak ?? 4,
      minimum: 1,
      maximum: 100,
      step: 1,
      integer: false,
    },
  ];
}

/** Shrinks the triangles of an exp-range by so much each epoch. */
const GAMMA = 0.9;

/** The schedule that complete options ask for; a constant rate where they have none. */
function scheduleOf(options: OptionValues): Schedule {
  const kind = (options.schedule ?? 'constant') as Schedule['kind'];
  const [period, floor, peak] = [options.period as number, options.floor as number, options.peak as number];
  switch (kind) {
    case 'constant':
    case 'linear':
    case 'one-cycle':
      return { kind };
    case 'cosine-restarts':
      return { kind, period, floor };
    case 'triangular':
    case 'triangular2':
      return { kind, period, peak };
    case 'exp-range':
      return { kind, period, peak, gamma: GAMMA };
    default:
      return kind satisfies never;
  }
}

/** The training that complete options ask for, on batches of a preset's own. */
export function trainingOf(options: OptionValues, batches: TrainingSpec['batches']): TrainingSpec {
  return {
    epochs: options.epochs as number,
    learningRate: options.learningRate as number,
    schedule: scheduleOf(options),
    patience: patienceOf(options),
    batches,
  };
}
