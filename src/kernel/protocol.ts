import type { Cleaning } from '../data/clean';
import type { Inspection } from '../data/format';
import type { LoadOptions, LoadProgress } from '../data/load';
import type { Mapping } from '../data/mapping';
import type { DatasetSummary } from '../data/summary';
import type { NeighbourMetric } from '../embedding/neighbours';
import type { DeviceDescription, EngineId, OneThread } from '../engines/engine';
import type { ThreadStarted } from '../engines/page-threads';
import type { NotLoaded } from '../engines/worker-program';
import type { Place } from '../errors';
import type { Classification } from '../evaluation/classifier';
import type { Interval, PairedComparison } from '../evaluation/intervals';
import type { Leak } from '../evaluation/leakage';
import type { RankingMetrics } from '../evaluation/metrics';
import type { RatingErrors } from '../evaluation/rating-error';
import type { OptionValue, OptionValues } from '../models/option';
import type { ProjectionQuality } from '../projection/quality';
import type { RateSearch } from '../training/rate-finder';
import type { EpochMetrics, TrainingProgress } from '../training/trainer';

/**
 * Everything that the page can ask of a worker: the one place where messages have their types.
 * A method is params → result, and may report progress on the way.
 */
export type Axis = 'row' | 'column';

/** A run that the kernel keeps: what a query is about. Runs are numbered from 1 for as long as the page lives. */
export type RunId = number;

/** A dataset that the kernel had loaded or cleaned, numbered likewise; only the last of them is kept. */
export type DatasetId = number;

/** Names one row or column: by position, by its id in the file, by its label, or by a name that may be either. */
export interface EntityRef {
  readonly index?: number;
  readonly id?: string;
  readonly label?: string;
  /** Its label or, where none has it, its id. */
  readonly name?: string;
}

/** A row or column as lists show it. */
export interface EntitySummary {
  readonly index: number;
  readonly id: string;
  readonly label: string;
}

export type PairStatus = 'known' | 'heldOut' | 'new';

export interface ScoredEntity extends EntitySummary {
  readonly score: number;
}

export interface Prediction extends ScoredEntity {
  readonly status: PairStatus;
  /** The rating, or the probability of the pair, that the score stands for; null where it stands for neither. */
  readonly predicted: number | null;
}

/** The embedding of one row or column. */
interface EntryVector {
  readonly values: Float32Array;
  /** Pairs that it was trained on. */
  readonly pairs: number;
  /** True where nothing was learned of it: no pair in training, and no feature that could stand in. */
  readonly unknown: boolean;
}

/** All that is known of one row or column. */
export interface Entity extends EntitySummary {
  readonly side: Axis;
  readonly degree: number;
  /** Picture that may be shown: a data address from the file. Others would go over the network. */
  readonly picture: string | null;
  readonly links: readonly { name: string; address: string }[];
  readonly metadata: readonly { name: string; value: string }[];
  /** Known partners, the most frequent first, and how many there are in all. */
  readonly partners: readonly (EntitySummary & { degree: number; heldOut: boolean })[];
  readonly partnerCount: number;
}

/** Everything that a map draws besides the positions. */
export interface MapPoints {
  readonly count: number;
  readonly labels: readonly string[];
  readonly degrees: Uint32Array;
  readonly colours: readonly MapColour[];
}

/** A way to colour the points of a map. */
export type MapColour =
  | { readonly kind: 'category'; readonly name: string; readonly values: readonly string[]; readonly codes: Int32Array }
  | { readonly kind: 'number'; readonly name: string; readonly numbers: Float32Array };

export interface LoadResult {
  readonly dataset: DatasetId;
  readonly summary: DatasetSummary;
  readonly mapping: Mapping;
}

export interface TrainParams {
  readonly preset: string;
  readonly options: OptionValues;
}

/** How good a method is: at ranking held-out pairs, at predicting held-out ratings, or both. */
export interface Quality {
  readonly ranking: RankingMetrics | null;
  readonly ratings: RatingErrors | null;
}

/** A method that the model is measured beside. */
export interface BaselineQuality extends Quality {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Why it was not fitted; null where it was. */
  readonly refused: string | null;
  /** True where it takes long and is fitted when asked for. */
  readonly waiting: boolean;
  /** Seconds that fitting it is estimated to take on this machine, to a factor of two or three; null where it is refused. */
  readonly seconds: number | null;
}

/** Metrics of part of the test. */
interface Slice {
  readonly name: string;
  /** Rows, or pairs, in it. */
  readonly count: number;
  readonly recall: number;
}

/** All that is measured of a run. */
export interface Evaluation {
  readonly run: number;
  readonly k: number;
  readonly model: Quality;
  /** Bootstrap intervals over the ranked rows. */
  readonly intervals: { readonly recall: Interval; readonly ndcg: Interval; readonly hit: Interval } | null;
  readonly baselines: readonly BaselineQuality[];
  readonly slices: readonly {
    readonly title: string;
    readonly of: 'rows' | 'pairs';
    readonly slices: readonly Slice[];
  }[];
  readonly leaks: readonly Leak[];
  /** Test pairs left out: of rows or columns that training never saw, and with low values. */
  readonly left: { readonly coldRows: number; readonly coldColumns: number; readonly low: number };
  /** Rows ranked of all that could be, where a network is too slow for all. */
  readonly ranked: { readonly rows: number; readonly of: number } | null;
}

/** A kept run as lists show it. */
export interface RunSummary {
  readonly run: number;
  readonly preset: string;
  readonly title: string;
  /** Complete, and those that differ from the preset's defaults. */
  readonly options: OptionValues;
  readonly changed: OptionValues;
  readonly engine: EngineId;
  readonly epochs: number;
  readonly parameters: number;
  readonly seconds: number;
  readonly loss: number | null;
  readonly heldOutLoss: number | null;
  readonly quality: Quality | null;
  readonly k: number | null;
  /** Whether it can be gone on with. */
  readonly resumable: boolean;
}

/** Two runs side by side. */
export interface Comparison {
  readonly a: RunSummary;
  readonly b: RunSummary;
  readonly differences: readonly {
    readonly option: string;
    readonly a: OptionValue | null;
    readonly b: OptionValue | null;
  }[];
  /** a minus b over the rows that both ranked; null where their tests are not the same. */
  readonly paired: {
    readonly recall: PairedComparison;
    readonly ndcg: PairedComparison;
    readonly hit: PairedComparison;
  } | null;
  /** Why the metrics cannot be compared; null where they can. */
  readonly reason: string | null;
}

/** How large a run is. */
export interface RunSize {
  readonly parameters: number;
  /** Optimiser steps of the whole run. */
  readonly steps: number;
  /** Rows and columns with a training pair: those that the parameters are counted for. */
  readonly trained: { readonly rows: number; readonly columns: number };
}

/** Report of a finished training run. */
export interface TrainReport {
  readonly run: number;
  readonly preset: string;
  /** Complete: those that it was asked for with. */
  readonly options: OptionValues;
  readonly engine: EngineId;
  readonly device: DeviceDescription;
  readonly epochs: number;
  readonly steps: number;
  readonly seconds: number;
  readonly pairsPerSecond: number;
  readonly parameters: number;
  readonly loss: readonly number[];
  readonly heldOutLoss: readonly number[];
  readonly history: readonly EpochMetrics[];
  readonly restoredEpoch: number;
  readonly heldOutPairs: number;
  /** Rows and columns with a training pair: those that the parameters are counted for. */
  readonly trained: { readonly rows: number; readonly columns: number };
  readonly stopReason: 'done' | 'early' | 'stopped' | 'diverged';
  readonly notices: readonly string[];
}

export interface EvaluateProgress {
  /** The method whose turn it is. */
  readonly what: string;
  /** How far it is. */
  readonly share: number;
  /** What is to be fitted and how long each takes, before the first of them. */
  readonly estimates?: readonly BaselineEstimate[];
}

/** Estimated cost of fitting a baseline. */
interface BaselineEstimate {
  readonly id: string;
  readonly title: string;
  /** As in `BaselineQuality`. */
  readonly seconds: number | null;
  readonly bytes: number;
  /** Why it is not fitted; null where it is. */
  readonly refused: string | null;
}

/** A batch as training sees it, with names. */
export interface ShownBatch {
  readonly kind: 'block' | 'pairs';
  readonly pairs: readonly { readonly row: string; readonly column: string; readonly target: number }[];
}

/** One engine as the device menu lists it. */
export interface DeviceOption {
  readonly engine: EngineId;
  readonly title: string;
  /** Why it cannot be used, once that is known. */
  readonly missing: string | null;
  /** Why it works in one thread though the processor has more, once that is known. */
  readonly oneThread: OneThread | null;
}

/** How fast an engine trains on this machine. */
export interface EngineSpeed {
  readonly engine: EngineId;
  readonly title: string;
  /** Pairs scored per second; null where it cannot be used. */
  readonly pairsPerSecond: number | null;
  /** Why it cannot be used; null where it can. */
  readonly missing: string | null;
}

/** How far a benchmark is. */
export interface BenchmarkProgress {
  readonly share: number;
  /** The engine whose turn it is. */
  readonly title: string;
  /** Those that had their turn. */
  readonly speeds: readonly EngineSpeed[];
}

export interface DeviceState {
  readonly current: DeviceDescription;
  readonly chosen: EngineId | 'auto';
  readonly options: readonly DeviceOption[];
}

interface Method<P, R, G = never> {
  params: P;
  result: R;
  progress: G;
}

/** A corner of the predicted interaction matrix, rows × columns, row by row. */
export interface ScoreMatrixPreview {
  readonly rows: number;
  readonly columns: number;
  readonly scores: Float32Array;
  /** The pairs that exist, as positions in `scores`. */
  readonly pairs: Uint32Array;
}

export interface ComponentsParams {
  readonly run: RunId;
  readonly side: Axis;
  /** Components wanted; there are at most as many as dimensions. */
  readonly count: number;
  /** Looks at this many of the most frequent entries only; null for all. */
  readonly popular: number | null;
  /** Takes the dimensions for the samples, as the seed notebook does. */
  readonly transposed: boolean;
  /** Entries named at each end of a component. */
  readonly ends: number;
}

export interface ComponentsResult {
  /** Share of the variance along each component. */
  readonly variance: readonly number[];
  /** How many entries were looked at. */
  readonly entries: number;
  /** For each component, who stands outermost; `score` is the coordinate. */
  readonly ends: readonly { component: number; high: readonly ScoredEntity[]; low: readonly ScoredEntity[] }[];
}

export interface KernelMethods {
  /** The first rows and columns of the scores of a run, or before the first step of such a one. */
  scorePreview: Method<{ of: RunId | TrainParams; size: number }, ScoreMatrixPreview>;
  inspect: Method<{ files: readonly File[] }, Inspection>;
  load: Method<{ files: readonly File[]; options: LoadOptions }, LoadResult, LoadProgress>;
  /** Makes the dataset again from what was read, by another recipe. */
  clean: Method<{ cleaning: Partial<Cleaning> }, LoadResult>;
  /** `speeds` are those that were measured here before. */
  device: Method<{ choose: EngineId | 'auto' | null; speeds?: readonly EngineSpeed[] }, DeviceState>;
  /** Measures every engine that can be used here; unless someone has chosen, the fastest is in use then. */
  benchmark: Method<Record<string, never>, readonly EngineSpeed[], BenchmarkProgress>;
  /** What such a run would be made of, with the pairs split as it would split them. */
  runSize: Method<TrainParams, RunSize>;
  train: Method<TrainParams, TrainReport, TrainingProgress>;
  /**
   * Goes on with a kept run that can be: to the epochs that it was asked for with, or by so many more than it has
   * begun. The result is another run.
   */
  continueRun: Method<{ run: RunId; moreEpochs: number | null }, TrainReport, TrainingProgress>;
  control: Method<{ action: 'pause' | 'resume' | 'step' | 'stop' }, boolean>;
  /** The model beside its baselines; those that take long wait unless `all`. */
  evaluate: Method<{ run: RunId; k: number; all: boolean }, Evaluation, EvaluateProgress>;
  /**
   * The baselines of rankings on the split that such a run would have, without training it. Those that are estimated
   * to take longer than `maximumSeconds` are refused; null fits all that there is memory for.
   */
  baselines: Method<TrainParams & { k: number; maximumSeconds: number | null }, BaselineQuality[], EvaluateProgress>;
  runs: Method<Record<string, never>, RunSummary[]>;
  /** What a kept run reported when it ended, and how it was measured. */
  runDetails: Method<{ run: RunId }, { report: TrainReport; evaluation: Evaluation | null }>;
  compare: Method<{ a: RunId; b: RunId }, Comparison>;
  findRate: Method<TrainParams, RateSearch, { share: number }>;
  /** Some pairs of the first batch, as training would see them. */
  batch: Method<TrainParams & { count: number }, ShownBatch>;
  /** Predicts a column of metadata from the vectors of a side. */
  classify: Method<
    { run: RunId; side: Axis; field: string; seed: number },
    Omit<Classification, 'predictions'>,
    { share: number }
  >;
  topK: Method<{ run: RunId; side: Axis; ref: EntityRef; k: number; known: boolean }, Prediction[]>;
  /** The nearest entries of the same side, or with `least` those furthest away. */
  neighbours: Method<
    { run: RunId; side: Axis; ref: EntityRef; k: number; metric: NeighbourMetric; least?: boolean },
    ScoredEntity[]
  >;
  vector: Method<{ run: RunId; side: Axis; ref: EntityRef }, EntryVector>;
  /** An entry of the data, its held-out pairs as the run has them; null for none. */
  entity: Method<{ run: RunId | null; side: Axis; ref: EntityRef }, Entity>;
  search: Method<{ side: Axis; text: string; limit: number }, (EntitySummary & { readonly degree: number })[]>;
  random: Method<{ side: Axis; draw: number }, EntitySummary>;
  embedding: Method<
    { run: RunId; side: Axis },
    { count: number; dimensions: number; values: Float32Array; labels: string[]; ids: string[] }
  >;
  /** Vectors of an axis, or of some of its entries, one after another. */
  vectors: Method<{ run: RunId; side: Axis; indices: Int32Array | null }, { dimensions: number; values: Float32Array }>;
  /** Answers for vectors on a port of the projector's, so that they need not go through the page. */
  connect: Method<{ port: MessagePort }, void>;
  points: Method<{ side: Axis }, MapPoints>;
  components: Method<ComponentsParams, ComponentsResult>;
  /** vectors.tsv or names.tsv for the TensorFlow embedding projector. */
  exportProjector: Method<{ run: RunId; side: Axis; file: 'vectors' | 'names'; metadata: boolean }, Blob>;
  /** A run, or (null) the one that is held, as one file, and such a file as a kept run: see exchange/model-file.ts. */
  exportModel: Method<{ run: RunId | null }, Blob>;
  importModel: Method<{ file: File }, TrainReport>;
  /** The first k suggestions of each row as a CSV table: of those that were tested, or of all. */
  exportPredictions: Method<{ run: RunId; k: number; rows: 'tested' | 'all' }, Blob, { share: number }>;
}

/** What the projector asks the kernel for. */
export type VectorSource = Pick<KernelMethods, 'vectors'>;

/** The projector works in a worker of its own: a layout must not keep the kernel from answering. */
export interface ProjectorMethods {
  /** Where the kernel answers; comes before anything is projected. */
  connect: Method<{ port: MessagePort }, void>;
  project: Method<
    {
      vectors: VectorSource['vectors']['params'];
      method: string;
      options: OptionValues;
      seed: number;
    },
    ProjectResult,
    ProjectProgress
  >;
}

interface ProjectResult {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Share of the variance on each axis, where the method has one. */
  readonly variance: readonly [number, number] | null;
  /** Share of each point's neighbours that were found, where these were looked for approximately; null else. */
  readonly recall: number | null;
  readonly quality: ProjectionQuality;
}

interface ProjectProgress {
  readonly share: number;
  readonly stage: string;
  /** Positions so far, x and y; absent where none are new. */
  readonly positions: { readonly x: Float32Array; readonly y: Float32Array } | null;
}

/** The shape of a map of methods. */
export type AnyMethods = { [name: string]: { params: unknown; result: unknown; progress: unknown } };

/** An error on its way between worker and page: there, `kind` restores its class (errors.ts). */
export interface WireError {
  readonly kind: 'input' | 'state' | 'memory' | 'other';
  readonly name: string;
  readonly message: string;
  /** Of what is wrong in a file. */
  readonly place?: Place;
  readonly stack?: string;
}

/** Page to worker. */
export type Request =
  | { readonly type: 'call'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly type: 'abort'; readonly id: number }
  | ThreadStarted;

/** Worker to page. */
export type Response =
  | { readonly type: 'ready' }
  | NotLoaded
  | { readonly type: 'progress'; readonly id: number; readonly progress: unknown }
  | { readonly type: 'result'; readonly id: number; readonly result: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: WireError };
