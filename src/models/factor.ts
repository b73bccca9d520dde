/**
 * The factor family as data: every model whose score is a function of the dot product or the
 * cosine of two embeddings. Engines train whatever this describes.
 *
 * With u the vector of a row and v_c the vector of column c (both of `dimensions` numbers):
 *
 *   score(u, c) = temperature · ⟨u, v_c⟩ + b_c        (cosine: u and v_c are scaled to length 1)
 *
 * and b_c present only with `columnBias`.
 */
export interface FactorSpec {
  readonly dimensions: number;
  /**
   * own: each row has a vector of its own in a table.
   * pooled: a row is the mean of the input vectors of its columns (as in AutoRec and in the item
   * side of SVD++), so that a new row needs no training.
   */
  readonly rowVector: 'own' | 'pooled';
  readonly score: 'dot' | 'cosine';
  readonly temperature: number;
  readonly columnBias: boolean;
  /**
   * softmax: −log of the share of each pair among the columns of the block, mean over pairs.
   * bce: binary cross-entropy of sigmoid(score), mean over all cells of the block.
   */
  readonly loss: 'softmax' | 'bce';
  /** Standard deviation of the normal start values. */
  readonly initialDeviation: number;
  readonly adam: AdamSpec;
}

/** Adam (Kingma and Ba, 2015), dense: every parameter moves at every step. */
export interface AdamSpec {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export const TORCH_ADAM: AdamSpec = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** How blocks are drawn and how long training lasts. */
export interface TrainingSpec {
  readonly epochs: number;
  /** Rows in a block. */
  readonly batchRows: number;
  readonly learningRate: number;
  /** constant, or linear: from the rate down to zero over the whole run. */
  readonly schedule: 'constant' | 'linear';
  /** Share of a row's input columns left out at each step (pooled rows only). */
  readonly inputDropout: number;
  /**
   * all: every column of the matrix. batch: the columns present in the block's rows, each once.
   * batch-repeated: the same with repetitions, second copies labelled 0, as in the Wellcome seed.
   * sampled: those of the block's rows and random others up to `sampledColumns`, with the scores
   * corrected for the chance of being drawn (Bengio and Senécal, 2008).
   */
  readonly blockColumns: 'all' | 'batch' | 'batch-repeated' | 'sampled';
  readonly sampledColumns: number;
  /**
   * drop: whole blocks and a smaller last one. even: floor(rows / batchRows) blocks of nearly equal
   * size (numpy's array_split), as in the Wellcome seed.
   */
  readonly blocks: 'plain' | 'even';
}

/** Numbers in each table, in the order in which engines keep them. */
export function tableShapes(
  spec: FactorSpec,
  rows: number,
  columns: number,
): readonly { name: TableName; shape: readonly [number, number] }[] {
  const d = spec.dimensions;
  return [
    spec.rowVector === 'own'
      ? { name: 'row' as const, shape: [rows, d] as const }
      : { name: 'input' as const, shape: [columns, d] as const },
    { name: 'column' as const, shape: [columns, d] as const },
    ...(spec.columnBias ? [{ name: 'bias' as const, shape: [columns, 1] as const }] : []),
  ];
}

/** row: own vectors of rows. input: vectors of columns when a row is pooled. column: vectors of columns. */
export type TableName = 'row' | 'input' | 'column' | 'bias';

export function parameterCount(spec: FactorSpec, rows: number, columns: number): number {
  return tableShapes(spec, rows, columns).reduce((sum, { shape }) => sum + shape[0] * shape[1], 0);
}
