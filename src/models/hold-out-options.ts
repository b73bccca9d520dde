import type { HoldOut } from '../data/split';
import type { OptionSpec, OptionValues } from './option';

/** What a preset begins with; what it leaves out has the common default. */
export interface HoldOutDefaults {
  readonly holdOut: boolean;
  readonly method: HoldOut['method'];
  readonly share: number;
  readonly minimum: number;
  readonly cold: HoldOut['cold'];
  /** 0 for none. */
  readonly testMinimum: number;
  readonly folds: number;
  readonly seed: number;
  /** Where given, the form offers to train on the held-out pairs. */
  readonly leak: boolean;
}

/** Whether pairs are held out at all; presets without the choice always hold some out. */
const holdsOut = (values: OptionValues): boolean => values.holdOut !== false;

/** Whether pairs are held out by one of the methods. */
const holdsOutBy =
  (...methods: HoldOut['method'][]) =>
  (values: OptionValues): boolean =>
    holdsOut(values) && methods.some((method) => method === values.holdOutMethod);

/** Options that every preset shares: what is kept from training, and the seed of all randomness. */
export function holdOutOptions(defaults: Partial<HoldOutDefaults> = {}): readonly OptionSpec[] {
  const leak: readonly OptionSpec[] =
    defaults.leak === undefined
      ? []
      : [
          {
            kind: 'toggle',
            id: 'leak',
            title: 'Train on the test pairs, as in the tutorial',
            help: 'A mistake to look at: the test then measures memory, not prediction.',
            group: 'hold-out',
            when: holdsOut,
            default: defaults.leak,
          },
        ];
  return [
    {
      kind: 'toggle',
      id: 'holdOut',
      title: 'Hold out pairs to test on',
      help: 'Off trains on everything, and nothing can be measured.',
      group: 'hold-out',
      default: defaults.holdOut ?? true,
    },
    {
      kind: 'choice',
      id: 'holdOutMethod',
      title: 'Which pairs',
      help: 'The latest pairs need a file with times. Without, random ones of each {row} are taken.',
      group: 'hold-out',
      when: holdsOut,
      default: defaults.method ?? 'rows',
      choices: [
        { value: 'rows', title: 'a share of each {row}’s' },
        { value: 'random', title: 'a share of all' },
        { value: 'time', title: 'the latest of all' },
        { value: 'last', title: 'the latest of each {row}' },
        { value: 'fold', title: 'one fold of all' },
        { value: 'cold', title: 'all of some {rows}' },
      ],
    },
    {
      kind: 'number',
      id: 'holdOutShare',
      title: 'Share held out',
      help: 'Of each {row}’s pairs, or of all.',
      group: 'hold-out',
      when: holdsOutBy('rows', 'random', 'time', 'cold'),
      unit: 'of the pairs',
      default: defaults.share ?? 0.2,
      minimum: 0.01,
      maximum: 0.9,
      step: 0.05,
      integer: false,
    },
    {
      kind: 'number',
      id: 'holdOutMinimum',
      title: 'Only where there are at least',
      help: '{rows} with fewer are used for training only, where pairs are held out by {row}.',
      group: 'hold-out',
      when: holdsOutBy('rows', 'last'),
      unit: 'pairs on a {row}',
      default: defaults.minimum ?? 5,
      minimum: 2,
      maximum: 1000,
      step: 1,
      integer: true,
    },
    {
      kind: 'number',
      id: 'folds',
      title: 'Folds',
      help: 'Equal random parts of all pairs, of which one is held out.',
      group: 'hold-out',
      when: holdsOutBy('fold'),
      unit: 'parts',
      default: defaults.folds ?? 5,
      minimum: 2,
      maximum: 20,
      step: 1,
      integer: true,
    },
    {
      kind: 'number',
      id: 'fold',
      title: 'Fold held out',
      help: 'One run for each of them tests on every pair once.',
      group: 'hold-out',
      when: holdsOutBy('fold'),
      unit: 'of the folds',
      default: 1,
      minimum: 1,
      maximum: 20,
      step: 1,
      integer: true,
    },
    {
      kind: 'choice',
      id: 'holdOutCold',
      title: 'Never seen in training',
      help: 'Held-out pairs whose {row} or {column} has no pair left to train on.',
      group: 'hold-out',
      when: holdsOut,
      default: defaults.cold ?? 'keep',
      choices: [
        { value: 'keep', title: 'test on them too' },
        { value: 'drop', title: 'leave them out' },
      ],
    },
    {
      kind: 'number',
      id: 'testMinimum',
      title: 'Least value to test on',
      help: 'Held-out pairs with a lower value are left out; 0 tests on all.',
      group: 'hold-out',
      when: (values, data) => holdsOut(values) && (data === null || data.values !== null),
      unit: 'value of a pair',
      default: defaults.testMinimum ?? 0,
      minimum: 0,
      maximum: 1000000,
      step: 1,
      integer: false,
    },
    ...leak,
    {
      kind: 'number',
      id: 'seed',
      title: 'Seed',
      help: 'The same seed on the same device gives the same result.',
      group: 'hold-out',
      unit: 'any whole number',
      default: defaults.seed ?? 1,
      minimum: 0,
      maximum: 2147483647,
      step: 1,
      integer: true,
    },
  ];
}

/** The hold-out that complete options ask for, or null. Options that a preset leaves out are absent from it. */
export function holdOutOf(options: OptionValues): Partial<HoldOut> | null {
  if (options.holdOut !== true) return null;
  const { holdOutMethod, holdOutShare, holdOutMinimum, holdOutCold, testMinimum, folds, fold, leak, seed } = options;
  return {
    ...(typeof holdOutMethod === 'string' && { method: holdOutMethod as HoldOut['method'] }),
    ...(typeof holdOutShare === 'number' && { fraction: holdOutShare }),
    ...(typeof holdOutMinimum === 'number' && { minimumDegree: holdOutMinimum }),
    ...(typeof holdOutCold === 'string' && { cold: holdOutCold as HoldOut['cold'] }),
    ...(typeof testMinimum === 'number' && testMinimum > 0 && { minimumTestValue: testMinimum }),
    ...(typeof folds === 'number' && { folds }),
    ...(typeof fold === 'number' && { fold: fold - 1 }),
    ...(typeof seed === 'number' && { seed }),
    leak: leak === true,
  };
}
