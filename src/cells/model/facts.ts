import type { DataFacts } from '../../models/data-facts';
import type { OptionSpec, OptionValues } from '../../models/option';

/**
 * What a run with complete options would train on, estimated from the whole data: the share of pairs that
 * the hold-out leaves, without drawing it.
 */
export function trainingFacts(options: OptionValues, data: DataFacts): DataFacts {
  const { rows, columns, values, rowFeatures, columnFeatures } = data;
  const held = heldOutPairs(options, data);
  const trained = options.holdOut === true && options.leak === true ? held : data.pairs - held;
  const curve = typeof options.validationShare === 'number' ? options.validationShare : 0;
  const pairs = Math.max(1, Math.round(trained * (1 - curve)));
  // Each pair comes as often as pairs do on average.
  const occurrences = Math.round((pairs * (data.occurrences ?? data.pairs)) / data.pairs);
  return { rows, columns, values, rowFeatures, columnFeatures, pairs, occurrences };
}

function heldOutPairs(options: OptionValues, { rows, pairs }: DataFacts): number {
  if (options.holdOut !== true) return 0;
  switch (options.holdOutMethod) {
    case 'last':
      return Math.min(rows, pairs / 2);
    case 'fold':
      return pairs / (options.folds as number);
    default:
      return pairs * (options.holdOutShare as number);
  }
}

const TRIANGULAR = ['triangular', 'triangular2', 'exp-range'];

/** Which options of the hold-out a method looks at, besides those that all do. */
const BY_METHOD: Readonly<Record<string, readonly string[]>> = {
  holdOutShare: ['rows', 'random', 'time', 'cold'],
  holdOutMinimum: ['rows', 'last'],
  folds: ['fold'],
  fold: ['fold'],
};

/** Options that only a hold-out gives a meaning. */
const OF_HOLD_OUT = ['holdOutMethod', 'holdOutCold', 'testMinimum', 'leak'];

/** Whether an option changes anything, given the others and the data: the form leaves out those that do not. */
export function matters({ id }: OptionSpec, values: OptionValues, data: DataFacts | null): boolean {
  const on = values.holdOut !== false;
  const methods = BY_METHOD[id];
  if (methods) return on && methods.includes(values.holdOutMethod as string);
  switch (id) {
    case 'period':
      return values.schedule === 'cosine-restarts' || TRIANGULAR.includes(values.schedule as string);
    case 'floor':
      return values.schedule === 'cosine-restarts';
    case 'peak':
      return TRIANGULAR.includes(values.schedule as string);
    case 'testMinimum':
      return on && (data === null || data.values !== null);
    case 'rowFeatures':
    case 'columnFeatures':
      // One that is on stays, so that it can be switched off.
      return values[id] === true || data === null || data[id] > 0;
    default:
      return on || !OF_HOLD_OUT.includes(id);
  }
}
