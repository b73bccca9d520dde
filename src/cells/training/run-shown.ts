import type { DataFacts } from '../../models/data-facts';
import type { Preset } from '../../models/model';
import { completeOptions, type OptionValues } from '../../models/option';
import { presetById } from '../../models/registry';
import type { ModelSpec } from '../../models/spec';
import type { TrainingSpec } from '../../models/training';
import { trainingFacts } from '../model/facts';

/** See `ModelTrainer.metrics`. */
type Metric = 'mean absolute error' | 'accuracy' | 'negatives below their pair';

/** The model and the training of a run, from the options it was asked for with. */
export interface RunShown {
  readonly preset: Preset;
  readonly model: ModelSpec;
  readonly training: TrainingSpec;
  readonly facts: DataFacts;
  /** What is measured beside the loss; null for models of blocks, where nothing is. */
  readonly metric: Metric | null;
  /** Whether training leaves inputs or units out, which scores and the held-out loss do not. */
  readonly dropout: boolean;
}

export function runShown(asked: { preset: string; options: OptionValues }, data: DataFacts): RunShown {
  const preset = presetById(asked.preset);
  const options = completeOptions(preset.options, asked.options);
  const facts = trainingFacts(options, data);
  const { model, training } = preset.specify(options, facts);
  const metric = training.batches.kind === 'blocks' ? null : metricOf(model);
  return { preset, model, training, facts, metric, dropout: leavesOut(model, training) };
}

function leavesOut(model: ModelSpec, { batches }: TrainingSpec): boolean {
  if (model.family === 'network') {
    return model.embeddingDropout > 0 || model.layers.some(({ dropout }) => dropout > 0);
  }
  return batches.kind === 'blocks' && model.rowVector === 'pooled' && batches.inputDropout > 0;
}

function metricOf({ loss }: ModelSpec): Metric {
  if (loss === 'mse') return 'mean absolute error';
  return loss === 'bce' ? 'accuracy' : 'negatives below their pair';
}
