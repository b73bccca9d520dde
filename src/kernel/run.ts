import type { Split } from '../data/split';
import type { TrainedModel } from '../embedding/trained-model';
import type { ParameterTable } from '../engines/engine';
import type { Ranked } from '../evaluation/ranking';
import type { Preset } from '../models/model';
import type { OptionValues } from '../models/option';
import type { Continuation } from '../training/trainer';
import type { Evaluation, TrainReport } from './protocol';

/** A finished run: what it was asked, what it learned, and how well. */
export interface Run {
  readonly id: number;
  readonly preset: Preset;
  /** Complete. */
  readonly options: OptionValues;
  readonly split: Split;
  readonly learned: TrainedModel;
  /** Parameters as training left them, to be saved. */
  readonly tables: readonly ParameterTable[];
  readonly report: TrainReport;
  evaluation: Evaluation | null;
  /** Where it can be gone on with. Kept of the last run alone: what an optimiser keeps is twice the model again. */
  continuation: Continuation | null;
  /** Metrics of each ranked row, for intervals, slices and comparisons. */
  ranked: Ranked | null;
}

/** What is needed to make a model file. */
export type Saveable = Pick<Run, 'preset' | 'options' | 'split' | 'tables' | 'report'>;
