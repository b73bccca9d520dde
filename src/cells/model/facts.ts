import type { DataFacts } from '../../models/data-facts';
import type { OptionValues } from '../../models/option';

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
