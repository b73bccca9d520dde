import { columnDegrees, rowDegrees } from '../data/csr';
import type { Dataset } from '../data/dataset';
import { type Features, featuresOf } from '../data/features';
import { type HoldOut, type Split, splitPairs } from '../data/split';
import { InputError } from '../errors';
import type { DataFacts } from '../models/data-facts';
import { holdOutOf } from '../models/hold-out-options';
import type { Preset } from '../models/model';
import type { OptionValues } from '../models/option';
import type { ModelSpec } from '../models/spec';
import type { TrainingSpec } from '../models/training';
import type { TrainingData } from '../training/training-data';

/** A run put together from a dataset and options: what is trained on what, and tested on what. */
export interface RunSetup {
  /** What is trained on and what is tested on in the end. */
  readonly split: Split;
  /** What training sees; its held-out pairs draw the curve, and may be others than those of the split. */
  readonly data: TrainingData;
  readonly rowFeatures: Features | null;
  readonly columnFeatures: Features | null;
  readonly model: ModelSpec;
  readonly training: TrainingSpec;
  readonly seed: number;
  /** Rows and columns with a training pair. */
  readonly trained: { readonly rows: number; readonly columns: number };
  /** What could not be done as the options ask, in sentences. */
  readonly notices: readonly string[];
}

/**
 * Splits the pairs, picks their values and makes the features that a model asks for.
 * @throws InputError when the data lacks what the model learns from: ratings, or metadata
 */
export function prepareRun(dataset: Dataset, preset: Preset, options: OptionValues): RunSetup {
  const { interactions } = dataset;
  const { matrix, values, repeats } = interactions;
  const notices: string[] = [];
  if (preset.learns === 'ratings' && !values) {
    throw new InputError(
      `expected pairs with values, such as ratings, for “${preset.title}”, found pairs without: choose a model that learns which pairs exist`,
    );
  }
  const split = splitPairs(interactions, possible(holdOutOf(options), dataset, notices));
  const rowFeatures = wanted(options.rowFeatures, dataset, 'row');
  const columnFeatures = wanted(options.columnFeatures, dataset, 'column');
  const at = (positions: Uint32Array) => values && Float32Array.from(positions, (i) => values[i]);

  let data: TrainingData = {
    train: split.train,
    heldOut: split.heldOut,
    trainValues: at(split.trainAt),
    heldOutValues: at(split.heldOutAt),
    trainRepeats: repeats && Uint32Array.from(split.trainAt, (i) => repeats[i]),
    rowFeatures: rowFeatures?.matrix ?? null,
    columnFeatures: columnFeatures?.matrix ?? null,
  };
  if (typeof options.validationShare === 'number' && options.validationShare > 0) {
    const inner = splitPairs(
      { matrix: data.train },
      { method: 'random', fraction: options.validationShare, seed: options.seed as number },
    );
    const { trainValues, trainRepeats } = data;
    data = {
      ...data,
      train: inner.train,
      heldOut: inner.heldOut,
      trainValues: trainValues && Float32Array.from(inner.trainAt, (i) => trainValues[i]),
      heldOutValues: trainValues && Float32Array.from(inner.heldOutAt, (i) => trainValues[i]),
      trainRepeats: trainRepeats && Uint32Array.from(inner.trainAt, (i) => trainRepeats[i]),
    };
  }
  const facts: DataFacts = {
    rows: matrix.rows,
    columns: matrix.columns,
    pairs: data.train.indices.length,
    values: data.trainValues && rangeOf(data.trainValues),
    rowFeatures: rowFeatures?.names.length ?? 0,
    columnFeatures: columnFeatures?.names.length ?? 0,
  };
  return {
    split,
    data,
    rowFeatures,
    columnFeatures,
    ...preset.specify(options, facts),
    seed: options.seed as number,
    trained: {
      rows: rowDegrees(data.train).reduce((sum, degree) => sum + (degree > 0 ? 1 : 0), 0),
      columns: columnDegrees(data.train).reduce((sum, degree) => sum + (degree > 0 ? 1 : 0), 0),
    },
    notices,
  };
}

/** The hold-out as far as the data has what it needs; what it has not is said. */
function possible(
  holdOut: Partial<HoldOut> | null,
  { interactions, roles }: Dataset,
  notices: string[],
): Partial<HoldOut> | null {
  if (holdOut === null) return null;
  let { method, minimumTestValue = null } = holdOut;
  if (method === 'time' && !interactions.timestamps) {
    notices.push(`The data has no times, so a random share of each ${roles.row.one}’s pairs was held out.`);
    method = 'rows';
  }
  if (minimumTestValue !== null && !interactions.values) {
    notices.push('The data has no values, so no test pair was left out for a low one.');
    minimumTestValue = null;
  }
  return { ...holdOut, method, minimumTestValue };
}

function wanted(option: unknown, { interactions, roles }: Dataset, side: 'row' | 'column'): Features | null {
  if (option !== true) return null;
  const { ids, metadata } = interactions[side];
  const features = featuresOf(ids.length, metadata);
  if (!features) {
    throw new InputError(
      `expected metadata of ${roles[side].many} with categories or numbers, found none: switch off “Use metadata of ${roles[side].many}”`,
    );
  }
  return features;
}

function rangeOf(values: Float32Array): NonNullable<DataFacts['values']> {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const value of values) {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    sum += value;
  }
  return { mean: sum / values.length, minimum, maximum };
}
