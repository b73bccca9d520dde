import type { Schedule } from './schedule';

/** How batches are drawn and how long training lasts. */
export interface TrainingSpec {
  readonly epochs: number;
  readonly learningRate: number;
  readonly schedule: Schedule;
  readonly batches: BlockSpec | PairSpec;
  /** Epochs without a better held-out loss after which a run ends, with the best weights put back; null for never. */
  readonly patience: number | null;
}

/** Batches of rows: a step looks at a rectangle of the interaction matrix. */
export interface BlockSpec {
  readonly kind: 'blocks';
  /** Rows in a block. */
  readonly batchRows: number;
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
   * plain: whole blocks and a smaller last one. even: floor(rows / batchRows) blocks of nearly equal
   * size (numpy's array_split), as in the Wellcome seed.
   */
  readonly blocks: 'plain' | 'even';
}

/** Batches of pairs: a step looks at some pairs that exist, and at some that do not. */
export interface PairSpec {
  readonly kind: 'pairs';
  /** Pairs that exist in a batch. */
  readonly batchPairs: number;
  /**
   * shuffle: every pair once an epoch, the last batch smaller. sample: each batch a draw without
   * replacement of its own, floor(pairs / batchPairs) of them, as in the Wikipedia seed. strata: every pair once an
   * epoch, in an order in which threads can follow each other without meeting (engines/strata.ts); for optimisers that
   * move after each pair.
   */
  readonly order: 'shuffle' | 'sample' | 'strata';
  /** one: a pair that exists is a 1. value: its rating. */
  readonly target: 'one' | 'value';
  /** Pairs that came several times count as often as they came. */
  readonly repeats: boolean;
  readonly negatives: NegativeSpec | null;
}

/** Negative sampling: pairs that stand for all those that do not exist. */
export interface NegativeSpec {
  readonly perPositive: number;
  /** column: another column for the same row. pair: another row and another column. */
  readonly draw: 'column' | 'pair';
  /** uniform: every column alike. popularity: in proportion to its pairs. */
  readonly by: 'uniform' | 'popularity';
  /** Whether a draw that is a pair of the training set is thrown away. */
  readonly reject: boolean;
  /** What the model should say of them: 0, or −1 for a regression on the cosine. */
  readonly target: 0 | -1;
}
