/**
 * The plan: where everything lies in the memory of a model, and how it is to be trained. Written by the
 * JavaScript side, read by the kernels, 4 bytes a field; this file is compiled by both. Names that end
 * in `At` are addresses.
 */
export enum Plan {
  Threads,
  /** Optimiser steps made. */
  Step,
  /** Step at which the tables were loaded: `pastAt` begins there. */
  FirstStep,

  Dimensions,
  /** Floats from one gathered vector to the next: the dimensions, two more where scores have offsets, up to a multiple of 4. */
  Gathered,
  /** 1 where gathered vectors carry a row's bias and a column's offset in two numbers of their own. */
  Extended,
  Cosine,
  Pooled,
  /** f32 */
  Temperature,
  /** f32 */
  Offset,
  Loss,
  /** What comes after the last number: see Curve. */
  Output,
  /** f32: bounds of a stretched sigmoid. */
  RangeFrom,
  RangeTo,
  /** f32 */
  Regularisation,
  /** Two parameters, each with its moments, of an affine link; 0 for none. */
  LinkAt,

  Optimiser,
  /** How rows outside the batch are treated: see UntouchedRows. */
  UntouchedRows,
  /** f32 */
  Beta1,
  Beta2,
  Epsilon,
  CoupledDecay,
  /** f32: weight decay that is taken off the parameter directly, before the rate. */
  DecoupledDecay,
  /** f64 for each step since FirstStep: Σ ln(1 − rate · decay). 0 where nothing decays. */
  DecayAt,
  /** Four f32 for each step since FirstStep: the sums of what a row last moved then has still to move; see lazy-adam.ts. */
  PendingSumsAt,
  /** What rows have still to move at the step at hand by how long ago they last moved, PENDING_CACHE_STEPS of them a thread; see lazy-adam.ts. */
  PendingCacheAt,
  /** Four f32 for j = MOMENT_WINDOW_STEPS … 1: β₁^j, β₁^j / β₂^(j/2), β₁^j / β₂^j and β₂^j. */
  PowersAt,

  /** Pairs of the batch at hand, and the groups they form. */
  Pairs,
  Group,
  RowsAt,
  ColumnsAt,
  TargetsAt,
  /** f32: logit z of each pair, then dL/dz. */
  LogitGradientsAt,
  /** Places of each pair's row and column among the gathered. */
  RowSlotsAt,
  ColumnSlotsOfPairsAt,
  /** f64: sums over the pairs of each chunk. */
  ChunkSumsAt,

  /** Drawing: the pairs of training, and what negatives are drawn from. */
  PairCount,
  /** Row, column and, where it is learned, value of each pair, side by side. */
  PairsAt,
  /** Whether pairs have values. */
  Valued,
  OffsetsAt,
  IndicesAt,
  BatchPairs,
  Shuffled,
  PoolRows,
  PoolRowsAt,
  PoolColumns,
  PoolColumnsAt,
  NegativePairs,
  Reject,
  /** f32 */
  NegativeTarget,
  OrderKey,
  NegativesKey,
  /** Groups of rows in which pairs lie, and where the pairs of each block begin (engines/strata.ts); 0 for none. */
  Strata,
  StrataAt,
  /** f64: two sums for each step of a command and each group of rows. */
  StrataSumsAt,
  /** Pairs that were written by the other side, as those of training lie. */
  WrittenAt,
  /** Step of the epoch at which a call begins. */
  EpochStep,

  /** f32 rates of the steps of a command. */
  RatesAt,
  /** f64: loss and metric of each of its steps, and what each thread adds to the loss. */
  SumsAt,

  /** The block at hand: rows, columns and pairs that exist. */
  BlockRows,
  BlockColumns,
  /** Distinct columns, and which of them each column of the block is; 0 where all are distinct. */
  ColumnSlotsAt,
  LogChanceAt,
  Positives,
  PositiveRowsAt,
  PositiveColumnsAt,
  /** f32, rows × row length */
  ScoresAt,
  RowLength,
  /** Gathered vectors of the block's columns as they stand in it, and their gradients. */
  BlockVectorsAt,
  BlockGradientsAt,
  /** Vectors of pooled rows, their lengths and their gradients. */
  PooledAt,
  PooledNormsAt,
  PooledGradientsAt,
  Inputs,
  InputRowsAt,
  InputColumnsAt,
  InputWeightsAt,
  InputOffsetsAt,
  /** Zeros, as many as the longest row of a table. */
  ZerosAt,
  /** Numbers for one thread's work on a chunk of pairs or on a row. */
  ScratchAt,
  /** Room for a packed right operand, one a thread. */
  PackedAt,
  PackedCapacity,

  /** A scorer of rows against columns: numbers of the rows at hand, in tiles. */
  ScoredRowsAt,
  /** Columns in panels, their numbers and what is added to their scores, up to a multiple of a panel. */
  PanelsAt,
  AddedAt,
  /** Columns that are looked at together. */
  ColumnsAtOnce,
  /** Room for the scores of some rows against these, one a thread. */
  TileScoresAt,
  /** Best columns of a row, their scores and positions, rows × this, and how many a row has. */
  TopWidth,
  TopScoresAt,
  TopPositionsAt,
  TopUsedAt,
  /** Columns that rows leave out: where those of each row begin that are still to come; 0 for none. Rewritten. */
  SkipOffsetsAt,
  SkipIndicesAt,

  /** A network: 1 where vectors lie side by side, 0 where they are multiplied. */
  Concat,
  RowDimensions,
  ColumnDimensions,
  /** 1 where a bias of each side enters the first layer; it lies behind all else in a row. */
  NetworkBiases,
  /** Numbers of the product that joins the last layer; they lie behind the vector in a row. */
  ProductDimensions,
  /** Dropout of the embeddings: below this a number is left out (u32; 0 for none), what is kept grows by this (f32). */
  EmbeddingBound,
  EmbeddingKept,
  /** 1 where it acts on each side, 0 where it acts on what they become. */
  DropoutEach,
  /** Key of an epoch's dropout, the seed of a written step, and whether a written step has any. */
  DropoutKey,
  DropoutSeed,
  DropoutOn,
  /** Dense layers and their descriptions; see Layer. */
  Layers,
  LayersAt,
  /** Gradients of what enters the first layer, and of each pair's row and column as they were gathered. */
  FirstInputGradientsAt,
  RowGradientsAt,
  ColumnGradientsAt,

  Fields,
}

/** Tables of a model, in the order in which they lie behind the plan. */
export enum Side {
  /** Own rows, or the inputs of pooled rows. */
  Row,
  Column,
  RowFeature,
  ColumnFeature,
  Sides,
}

/** Fields of each table. */
export enum Table {
  /** Rows of the table; 0 where the model has no such table. */
  Count,
  /** Parameters in a row: its vector, and its bias behind it. */
  Width,
  /** Floats from one of the parts of a row (values, first moment, second moment) to the next. */
  Stride,
  /** Floats from one row to the next. */
  Record,
  At,
  /**
   * Two i32 for each row, side by side, as who asks for one soon asks for the other: its place among the gathered, -1
   * where the batch does not have it, or -2 - c where only its chunk c has; and the step at which it was last brought
   * up to date.
   */
  MarksAt,
  /** A bit for each row that the batch has; as many lists of bits as there are threads. */
  PresentAt,
  HasBias,
  /** Features of each row, a CSR; 0 for none. */
  FeatureOffsetsAt,
  FeatureIndicesAt,
  /** Pairs by the thread that listed them and the one that keeps their row: lists of numbers of pairs, and their lengths. */
  PairListsAt,
  PairListLengthsAt,
  /** Room of one such list. */
  PairListCapacity,
  /** Rows of the batch, how many for each thread, and the room of one thread. */
  ListAt,
  ListLengthsAt,
  ListCapacity,
  /** Where the pairs of each gathered row begin among the members, and where the next of them goes. */
  FirstMemberAt,
  NextMemberAt,
  /** For each pair of a row: the place of its other end among the gathered (i32), and its dL/dz (f32). */
  MembersAt,
  /**
   * Places behind the lists of all threads, `ChunkLocalCapacity` for each thread: rows that only the chunk at hand has, with
   * members of their own. Behind these, `CarriedCapacity` for each thread: vectors of such rows that are asked for later.
   */
  ChunkLocalFrom,
  ChunkLocalCapacity,
  ChunkLocalMembersAt,
  CarriedFrom,
  CarriedCapacity,
  /** Vectors as they enter the score, and their lengths before they were scaled. */
  GatheredAt,
  NormsAt,
  /** Gradients of gathered vectors, in blocks; of features, one list a thread. */
  GradientAt,
  Fields,
}

/** Fields of a dense layer. */
export enum Layer {
  Inputs,
  Outputs,
  /** inputs × outputs, and as many numbers for each of its moments, so many bytes apart; the same for biases. */
  WeightsAt,
  WeightsPartBytes,
  BiasesAt,
  BiasesPartBytes,
  WeightGradientsAt,
  BiasGradientsAt,
  /** What enters it, pairs × inputs, and dL/d(output), pairs × outputs. */
  InputsAt,
  OutputGradientsAt,
  /** Dropout after it: see Plan.EmbeddingBound. */
  Bound,
  Kept,
  Fields,
}

export enum Loss {
  CrossEntropy,
  SquaredError,
  Bpr,
  Softmax,
}

export enum Curve {
  Linear,
  Relu,
  Sigmoid,
}

export enum Optimiser {
  Adam,
  Adagrad,
  Sgd,
}

export enum UntouchedRows {
  /** Rows outside the batch stay. */
  Frozen,
  /** They have moved as their moments have it by the time they are next looked at. */
  LazyExact,
  /** All rows are updated at every step. */
  Dense,
}

/** What threads are asked to do. */
export enum Command {
  Quit,
  /** Steps of pairs that the kernels draw. */
  DrawnSteps,
  /** One step with pairs that were written. */
  PairStep,
  /** Steps that move parameters after each pair: of pairs that the kernels draw, and one with written pairs. */
  DrawnDescent,
  WrittenDescent,
  BlockStep,
  /** Brings all rows up to date. */
  Flush,
  /** Scores of written pairs. */
  PairScores,
  /** Scores of a block of rows against all columns. */
  BlockScores,
  /** Steps of a network with pairs that the kernels draw, one with written pairs, and its last numbers for such. */
  NetworkSteps,
  NetworkStep,
  NetworkScores,
  /** Of a scorer: scores of rows against all columns. */
  RowScores,
  /** Of a scorer: the best columns of rows. */
  TopColumns,
}

/** Bytes at the beginning of the memory that the threads speak through. */
export const RESERVED_BYTES = 64;

/** Pairs that are scored and summed together, whole groups of them: the same for any number of threads. */
export const PAIRS_PER_CHUNK = 128;
/** Rows of a table for each pair of a batch from which most of the batch's rows are in one chunk alone. */
export const CHUNK_LOCAL_ROWS_PER_PAIR = 4;
/** Floats of scratch that a thread has. */
export const SCRATCH_FLOATS = 4096;
/** Numbers that are summed over a chunk of pairs: loss, metric, the gradients of a link, and penalties. */
export const CHUNK_SUMS = 5;

/** Steps after which what a row has still to move has come to rest: 0.9^200 is 7·10⁻¹⁰. */
export const MOMENT_WINDOW_STEPS = 200;
/** Steps for which a thread keeps what a row has still to move, and the bytes of each. */
export const PENDING_CACHE_STEPS = 512;
export const PENDING_CACHE_ENTRY_BYTES = 32;

/** Columns that lie side by side in a packed right operand, and rows in a left one. */
export const COLUMNS_PER_PANEL = 8;
export const ROWS_PER_TILE = 6;
