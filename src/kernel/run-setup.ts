import { columnDegrees, rowDegrees } from '../data/csr';
import type { Dataset } from '../data/dataset';
import { type Features, featuresOf } from '../data/features';
import { type HoldOut, type Split, splitPairs } from '../data/split';
import { InputError } from '../errors';
import { remembered } from '../memo';
import type { DataFacts } from '../models/data-facts';
import { holdOutOf } from '../models/hold-out-options';
import type { Preset } from '../models/model';
import type { OptionValues } from '../models/option';
import type { ModelSpec } from '../models/spec';
import type { TrainingSpec } from '../models/training';
import type { TrainingData } from '../training/training-data';

/** What is trained on and tested on, as far as the hold-out options and the features go. */
interface PreparedData {
  /** What is trained on and what is tested on in the end. */
  readonly split: Split;
  /** What training sees; its held-out pairs draw the curve, and may be others than those of the split. */
  readonly data: TrainingData;
  readonly rowFeatures: Features | null;
  readonly columnFeatures: Features | null;
  /** Rows and columns with a training pair. */
  readonly trained: { readonly rows: number; readonly columns: number };
  /** What could not be done as the options ask, in sentences. */
  readonly notices: readonly string[];
}

/** A run prepared from a dataset and options. */
export interface RunSetup extends PreparedData {
  readonly model: ModelSpec;
  readonly training: TrainingSpec;
  readonly seed: number;
}

/** What prepared data depends on besides the dataset. */
interface DataOptions {
  readonly holdOut: Partial<HoldOut> | null;
  readonly rowFeatures: boolean;
  readonly columnFeatures: boolean;
  /** Share of the training pairs that is kept for the curve, and the seed by which; null for none. */
  readonly validation: { readonly fraction: number; readonly seed: number } | null;
}

/**
 * Splits the pairs, picks their values and makes the features that a model asks for. What was prepared for the same
 * dataset, hold-out options and features is given again: runs that differ in other options share it.
 * @throws InputError when the data lacks what the model learns from: ratings, or metadata
 */
export function prepareRun(dataset: Dataset, preset: Preset, options: OptionValues): RunSetup {
  if (preset.learns === 'ratings' && !dataset.interactions.values) {
    throw new InputError(
      `expected pairs with values, such as ratings, for “${preset.title}”, found pairs without: choose a model that learns which pairs exist`,
    );
  }
  const seed = options.seed as number;
  const { validationShare } = options;
  const prepared = preparedFor(dataset, {
    holdOut: holdOutOf(options),
    rowFeatures: options.rowFeatures === true,
    columnFeatures: options.columnFeatures === true,
    validation: typeof validationShare === 'number' && validationShare > 0 ? { fraction: validationShare, seed } : null,
  });
  const { train, trainValues } = prepared.data;
  const facts: DataFacts = {
    rows: train.rows,
    columns: train.columns,
    pairs: train.indices.length,
    values: trainValues && rangeOf(trainValues),
    rowFeatures: prepared.rowFeatures?.names.length ?? 0,
    columnFeatures: prepared.columnFeatures?.names.length ?? 0,
  };
  return { ...prepared, ...preset.specify(options, facts), seed };
}

/** Prepared data of a dataset that is kept: that of the form, and that of a run beside it. */
const KEPT = 2;

const preparedOf = remembered((_: Dataset) => new Map<string, PreparedData>());

function preparedFor(dataset: Dataset, wanted: DataOptions): PreparedData {
  const known = preparedOf(dataset);
  const key = JSON.stringify(wanted);
  const found = known.get(key) ?? prepareData(dataset, wanted);
  // A map keeps the order of insertion: the first is the one that was not asked for longest.
  known.delete(key);
  known.set(key, found);
  for (const oldest of [...known.keys()].slice(0, -KEPT)) known.delete(oldest);
  return found;
}

function prepareData(dataset: Dataset, wanted: DataOptions): PreparedData {
  const { interactions } = dataset;
  const { values, repeats } = interactions;
  const notices: string[] = [];
  const split = splitPairs(interactions, possible(wanted.holdOut, dataset, notices));
  const rowFeatures = wanted.rowFeatures ? featuresFor(dataset, 'row') : null;
  const columnFeatures = wanted.columnFeatures ? featuresFor(dataset, 'column') : null;
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
  if (wanted.validation) {
    const inner = splitPairs({ matrix: data.train }, { method: 'random', ...wanted.validation });
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
  const withPairs = (degrees: Uint32Array) => degrees.reduce((sum, degree) => sum + (degree > 0 ? 1 : 0), 0);
  const trained = { rows: withPairs(rowDegrees(data.train)), columns: withPairs(columnDegrees(data.train)) };
  return { split, data, rowFeatures, columnFeatures, trained, notices };
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

function featuresFor({ interactions, roles }: Dataset, side: 'row' | 'column'): Features {
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
