import type { FactorSpec, TrainingSpec } from './factor';
import type { OptionSpec, OptionValues } from './option';

/** Size of the matrix that a model is made for. */
export interface MatrixSize {
  readonly rows: number;
  readonly columns: number;
  readonly pairs: number;
}

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
  readonly options: readonly OptionSpec[];
  /** The model and its training as engines understand them. Options must be complete. */
  specify(options: OptionValues, size: MatrixSize): { model: FactorSpec; training: TrainingSpec };
}
