import { type Initializer, type TableShape, ZEROS } from './initializer';
import type { OptimiserSpec } from './optimiser';

/**
 * The factor family as data: every model whose score is a function of the dot product or the
 * cosine of two embeddings. Engines train whatever this describes.
 *
 * With u the vector of a row and v_c the vector of column c (both of `dimensions` numbers):
 *
 *   score(u, c) = temperature · ⟨u, v_c⟩ + b_r + b_c + offset     (cosine: u and v_c are scaled to length 1)
 *   prediction  = output(link(score))
 *
 * with b_r, b_c and the link only where asked for.
 */
export interface FactorSpec {
  readonly family: 'factor';
  readonly dimensions: number;
  /**
   * own: each row has a vector of its own in a table.
   * pooled: a row is the mean of the input vectors of its columns (as in AutoRec and in the item
   * side of SVD++), so that a new row needs no training.
   */
  readonly rowVector: 'own' | 'pooled';
  readonly score: 'dot' | 'cosine';
  readonly temperature: number;
  readonly rowBias: boolean;
  readonly columnBias: boolean;
  /** Added to every score: the mean of the values, where values are learned. */
  readonly offset: number;
  /** affine: the score times a learned number plus a learned number (Keras’s Dense(1) on a cosine). */
  readonly link: 'identity' | 'affine';
  /** Bounds that a logistic curve keeps predictions within (fastai’s y_range); null for none. */
  readonly range: readonly [number, number] | null;
  /**
   * softmax: −log of the share of each pair that exists, mean over these: among the columns of a block, or
   * among itself and its own negatives (sampled softmax; Jean et al., 2015, without their correction).
   * bce: binary cross-entropy of sigmoid(score), mean over all cells of the block or pairs of the batch.
   * bpr: −log sigmoid(score of a pair − score of its negative), mean over negatives (Rendle et al., 2009). Pairs only.
   * mse: squared error of the prediction, mean over the pairs of the batch. Pairs only.
   */
  readonly loss: 'softmax' | 'bce' | 'bpr' | 'mse';
  /** λ of λ(‖u‖² + ‖v‖² + b_r² + b_c²), mean over the pairs of a batch (Koren et al., 2009). Pairs only. */
  readonly regularisation: number;
  /** Start of the vectors. Biases start at zero. */
  readonly initializer: Initializer;
  /** Features of rows and columns whose vectors are added to their own; 0 for none. */
  readonly rowFeatures: number;
  readonly columnFeatures: number;
  readonly optimiser: OptimiserSpec;
}

/** Added to the squared length of a vector before its root, so that a zero vector has a direction. */
export const NORM_EPSILON = 1e-12;

/** What a factor model is when nothing else is said: the dot product alone. */
export const PLAIN_FACTORS: Omit<FactorSpec, 'dimensions' | 'loss' | 'initializer' | 'optimiser'> = {
  family: 'factor',
  rowVector: 'own',
  score: 'dot',
  temperature: 1,
  rowBias: false,
  columnBias: false,
  offset: 0,
  link: 'identity',
  range: null,
  regularisation: 0,
  rowFeatures: 0,
  columnFeatures: 0,
};

/**
 * row: own vectors of rows. input: vectors of columns, and of the features of rows, when a row is
 * pooled. column: vectors of columns. rowFeature, columnFeature: vectors of features. link: its two numbers.
 */
export type FactorTable =
  | 'row'
  | 'input'
  | 'column'
  | 'rowBias'
  | 'columnBias'
  | 'rowFeature'
  | 'columnFeature'
  | 'link';

/** Tables of parameters, in the order in which engines keep them. */
export function factorTables(
  spec: FactorSpec,
  rows: number,
  columns: number,
): readonly (TableShape & { name: FactorTable })[] {
  const { dimensions: d, initializer } = spec;
  const pooled = spec.rowVector === 'pooled';
  const tables: (TableShape & { name: FactorTable })[] = [
    pooled
      ? { name: 'input', shape: [columns + spec.rowFeatures, d], initializer }
      : { name: 'row', shape: [rows, d], initializer },
    { name: 'column', shape: [columns, d], initializer },
  ];
  if (spec.rowBias) tables.push({ name: 'rowBias', shape: [rows, 1], initializer: ZEROS });
  if (spec.columnBias) tables.push({ name: 'columnBias', shape: [columns, 1], initializer: ZEROS });
  if (spec.rowFeatures > 0 && !pooled) tables.push({ name: 'rowFeature', shape: [spec.rowFeatures, d], initializer });
  if (spec.columnFeatures > 0) tables.push({ name: 'columnFeature', shape: [spec.columnFeatures, d], initializer });
  if (spec.link === 'affine') tables.push({ name: 'link', shape: [2, 1], initializer: ZEROS });
  return tables;
}
