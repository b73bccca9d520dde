import type { DataFacts } from './data-facts';
import type { OptionSpec, OptionValues } from './option';
import type { ModelSpec } from './spec';
import type { TrainingSpec } from './training';

/** A model as a person chooses it. A new one is one file in presets/ that exports `preset`. */
export interface Preset {
  readonly id: string;
  readonly title: string;
  /** Place in the list of presets. */
  readonly order: number;
  /** Rows of the acceptance table that it covers. */
  readonly covers: readonly string[];
  /** One sentence. */
  readonly summary: string;
  /**
   * The model explained: paragraphs of plain text in which $…$ is TeX and {row}, {rows}, {column},
   * {columns} stand for what the data calls its sides. Never from a file.
   */
  readonly explanation: readonly string[];
  /** ratings: learns the values of pairs and is measured by their error; pairs: learns which exist and is measured by ranking. */
  readonly learns: 'pairs' | 'ratings';
  /** False where a ranking shows what a row has in training already, as one of the seeds does. */
  excludesSeen?(options: OptionValues): boolean;
  readonly options: readonly OptionSpec[];
  /** The model and its training as engines understand them. Options must be complete. */
  specify(options: OptionValues, size: DataFacts): { model: ModelSpec; training: TrainingSpec };
}
