import type { Csr } from '../data/csr';
import { StateError } from '../errors';
import type { ModelSpec } from '../models/spec';
import type { PairSpec } from '../models/training';
import type { Strata } from './strata';

/** Which arithmetic trains: the order is the order of preference. */
export const ENGINE_IDS = ['webgpu', 'wasm', 'webgl', 'cpu', 'reference'] as const;
export type EngineId = (typeof ENGINE_IDS)[number];

/** A device as the page describes it. */
export interface DeviceDescription {
  readonly engine: EngineId;
  /** Name of the adapter or the processor feature that is used. */
  readonly adapter: string;
  /** Why this one is used, or why it cannot be, in a sentence. */
  readonly reason: string;
  /** How many threads of the processor it works in; left out where it works elsewhere or knows of none. */
  readonly threads?: number;
  /** Why it works in one thread though the processor has more. */
  readonly oneThread?: OneThread;
}

/** The page is not isolated; the browser shares no memory between threads; threads do not start or do not answer. */
export type OneThread = 'not-isolated' | 'no-shared-memory' | 'no-answer';

/** What one step looks at. */
export type Batch = Block | PairBatch;

/** The rectangle of the interaction matrix that one step looks at. */
export interface Block {
  readonly kind: 'block';
  /** Rows of the block, each once. Length B. */
  readonly rows: Int32Array;
  /** Columns of the block, length K; null means all columns in order. */
  readonly columns: Int32Array | null;
  /** Cells of the block that are pairs: position of the row in `rows`, of the column in `columns`. */
  readonly positiveRows: Int32Array;
  readonly positiveColumns: Int32Array;
  /** Log of each column's chance of being in the block, taken off its score; null for none. Length K. */
  readonly logChance: Float32Array | null;
  /** For pooled rows: which columns (and features of the row, counted on from the last column) a row is the mean of. */
  readonly inputs: BlockInputs | null;
}

/** Pairs that one step looks at: groups of one that exists and its negatives. */
export interface PairBatch {
  readonly kind: 'pairs';
  /** Row and column of each pair. Length N. */
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  /** What the model should say of each. Length N. */
  readonly targets: Float32Array;
  /** Pairs in a group, the one that exists first; 1 where there are no negatives. */
  readonly group: number;
  /** Draws the dropout of this step; null leaves nothing out. */
  readonly dropoutSeed: number | null;
}

/** Pairs to be scored. */
export type Pairs = Pick<PairBatch, 'rows' | 'columns'>;

/** What an engine needs to know of the data. */
export interface EngineData {
  readonly rows: number;
  readonly columns: number;
  /**
   * Rows × features and columns × features, whose vectors are added; null where the model uses none. Those of
   * pooled rows are not looked at: they stand among the rows' inputs.
   */
  readonly rowFeatures: Csr | null;
  readonly columnFeatures: Csr | null;
}

/** What batches of pairs are drawn from, so that an engine can draw them by itself; see draw.ts. */
export interface PairSource {
  readonly train: Csr;
  /** Values of the pairs of `train`, where they are learned. */
  readonly values: Float32Array | null;
  /** Row of each training pair, and its place among the pairs of `train`; repeats stand several times. */
  readonly rowOfPair: Uint32Array;
  readonly placeOfPair: Uint32Array;
  /** Where the blocks of pairs in strata begin; null for other orders. */
  readonly strata: Strata | null;
  readonly spec: PairSpec;
  readonly seed: number;
}

/** A sparse matrix from rows of a block to rows of the input table: what their vectors are the mean of. */
export interface BlockInputs {
  /** Rows of the table that occur, ascending, each once. Length J. */
  readonly columns: Int32Array;
  /** Cells: position of the entry in the block, of the table's row in `columns`. */
  readonly pairRows: Int32Array;
  readonly pairColumns: Int32Array;
  /** 1 / number of the row's inputs. */
  readonly weights: Float32Array;
}

/** All that is needed to go on from a point of a run, in plain arrays. */
export interface ModelState {
  /** Optimiser steps made. */
  readonly step: number;
  readonly tables: readonly StateTable[];
}

/** Parameters by name, row by row. */
export interface ParameterTable {
  readonly name: string;
  readonly shape: readonly [number, number];
  readonly values: Float32Array;
}

export interface StateTable extends ParameterTable {
  /** Adam's first moment; empty where the optimiser keeps none. */
  readonly m: Float32Array;
  /** Adam's second moment, or Adagrad's sum of squares; empty where the optimiser keeps none. */
  readonly v: Float32Array;
}

/** A model being trained on some device. */
export interface ModelTrainer {
  /** Adds one optimiser step with this learning rate. The loss is kept on the device. */
  step(batch: Batch, rate: number): void;
  /**
   * Present where the engine draws by itself: adds the steps from `first` of an epoch on, one for each
   * rate, with the batches that `drawPairs` gives. Several steps in one call cost less.
   */
  draw?(epoch: number, first: number, rates: Float32Array): void;
  /** Losses of the steps since the last call, and a wait for the device. @throws DeviceLostError */
  losses(): Promise<Float32Array>;
  /**
   * Beside the losses of batches of pairs: mean absolute error where values are learned (mse), accuracy
   * of telling pairs from non-pairs (bce), the share of negatives scored below their pair where they are
   * compared with it (bpr, softmax). Those of the steps since the last call. @throws DeviceLostError
   */
  metrics(): Promise<Float32Array>;
  /**
   * Scores of rows against all columns, without log chances: B × columns, row by row. Factor models only.
   * `inputs` are those of pooled rows.
   */
  score(rows: Int32Array, inputs: BlockInputs | null): Promise<Float32Array>;
  /** Last numbers of the model for pairs, before its output and without dropout; see models/output.ts. */
  logits(pairs: Pairs): Promise<Float32Array>;
  save(): Promise<ModelState>;
  load(state: ModelState): void;
  dispose(): void;
}

/** A trained model that scores pairs. */
export interface PairPredictor {
  /** See `ModelTrainer.logits`. @throws DeviceLostError */
  logits(pairs: Pairs): Promise<Float32Array>;
  dispose(): void;
}

/** Scores blocks of row vectors against all column vectors, for full ranking. */
export interface ItemScorer {
  /** temperature · u vᵀ + bias. u: B × dimensions; gives B × columns. @throws DeviceLostError */
  score(u: Float32Array): Promise<Float32Array>;
  /**
   * The k best columns for each row of u, in blocks of columns: the scores are never all there at once. Ties go to
   * the lower position. Left out are the columns of `skip`, those that are not known, and scores that are not
   * numbers. @throws DeviceLostError
   */
  top(u: Float32Array, k: number, skip: Skip | null): Promise<TopColumns>;
  dispose(): void;
}

/** Columns that each row leaves out, in compressed sparse rows: ascending, each once. */
export type Skip = Pick<Csr, 'offsets' | 'indices'>;

/** The best columns of some rows, best first. */
export interface TopColumns {
  /** Places of each row: k, or the number of columns where that is less. */
  readonly width: number;
  /** B × width; −1 where a row has no more. */
  readonly positions: Int32Array;
  /** B × width; not a number where a row has no more. */
  readonly scores: Float32Array;
}

/** Column vectors as they enter a score. */
export interface ScoredColumns {
  readonly dimensions: number;
  /** columns × dimensions. */
  readonly columns: Float32Array;
  readonly bias: Float32Array | null;
  readonly temperature: number;
  /** Columns that are never among the best; whatever their scores are, they say nothing. None when left out. */
  readonly unknown?: ArrayLike<number>;
}

/** Who does the arithmetic: the only interface that the trainer knows. */
export interface Engine {
  readonly description: DeviceDescription;
  /** Why this engine does not train such a model, in a sentence; null where it does. */
  refuses(spec: ModelSpec): string | null;
  /** @throws InputError for a model that it refuses */
  create(spec: ModelSpec, state: ModelState, data: EngineData, source?: PairSource): ModelTrainer;
  predictor(spec: ModelSpec, tables: readonly ParameterTable[], data: EngineData): PairPredictor;
  scorer(columns: ScoredColumns): ItemScorer;
  /** Tensors or buffers alive, for leak tests. */
  liveBuffers(): number;
  /** Makes every later call fail as a lost device does: for tests and for a person who asks. */
  dispose(): void;
}

/** Finds out whether an engine can run here. Never throws: a missing device is a reason. */
export type EngineProbe = () => Promise<{ engine: Engine } | { missing: string }>;

/** The device went away in the middle; the run can go on from its last checkpoint elsewhere. */
export class DeviceLostError extends StateError {
  override readonly name = 'DeviceLostError';
}
