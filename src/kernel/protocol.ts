import type { Inspection } from '../data/format';
import type { LoadOptions, LoadProgress } from '../data/load';
import type { Mapping } from '../data/mapping';
import type { DatasetSummary } from '../data/summary';
import type { NeighbourMetric } from '../embedding/neighbours';
import type { DeviceDescription, EngineId } from '../engines/engine';
import type { RankingMetrics } from '../evaluation/metrics';
import type { OptionValues } from '../models/option';
import type { ProjectionMethodId } from '../projection/projection';
import type { TrainingProgress } from '../training/trainer';

/**
 * Everything that the page can ask of a worker: the one place where messages have their types.
 * A method is params → result, and may report progress on the way.
 */
export type Side = 'row' | 'column';

/** Names one row or column: by position, by its id in the file, or by its label. */
export interface EntityRef {
  readonly index?: number;
  readonly id?: string;
  readonly label?: string;
}

/** A row or column as lists show it. */
export interface Listed {
  readonly index: number;
  readonly id: string;
  readonly label: string;
}

export type PairStatus = 'known' | 'heldOut' | 'new';

export interface Scored extends Listed {
  readonly score: number;
}

export interface Prediction extends Scored {
  readonly status: PairStatus;
}

/** All that is known of one row or column. */
export interface Entity extends Listed {
  readonly side: Side;
  readonly degree: number;
  /** Picture that may be shown: a data address from the file. Others would go over the network. */
  readonly picture: string | null;
  readonly links: readonly { name: string; address: string }[];
  readonly metadata: readonly { name: string; value: string }[];
  /** Known partners, the most frequent first, and how many there are in all. */
  readonly partners: readonly (Listed & { degree: number; heldOut: boolean })[];
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
  readonly summary: DatasetSummary;
  readonly mapping: Mapping;
}

export interface TrainParams {
  readonly preset: string;
  readonly options: OptionValues;
}

export interface MetricsTable {
  readonly model: RankingMetrics | null;
  readonly popular: RankingMetrics | null;
  readonly itemKnn: RankingMetrics | null;
}

/** What a finished training run tells. */
export interface TrainReport {
  readonly run: number;
  readonly preset: string;
  readonly engine: EngineId;
  readonly device: DeviceDescription;
  readonly epochs: number;
  readonly steps: number;
  readonly seconds: number;
  readonly pairsPerSecond: number;
  readonly parameters: number;
  readonly loss: readonly number[];
  readonly heldOutLoss: readonly number[];
  readonly heldOutPairs: number;
  readonly ended: 'done' | 'stopped' | 'diverged';
  readonly notices: readonly string[];
}

export type EvaluateProgress = { readonly what: 'model' | 'itemKnn'; readonly share: number };

/** One engine as the device menu lists it. */
export interface DeviceOption {
  readonly engine: EngineId;
  readonly title: string;
  /** Why it cannot be used, once that is known. */
  readonly missing: string | null;
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
export interface MatrixCorner {
  readonly rows: number;
  readonly columns: number;
  readonly scores: Float32Array;
  /** The pairs that exist, as positions in `scores`. */
  readonly pairs: Uint32Array;
}

export interface KernelMethods {
  corner: Method<TrainParams & { size: number; trained: boolean }, MatrixCorner>;
  inspect: Method<{ files: readonly File[] }, Inspection>;
  load: Method<{ files: readonly File[]; options: LoadOptions }, LoadResult, LoadProgress>;
  device: Method<{ choose: EngineId | 'auto' | null }, DeviceState>;
  train: Method<TrainParams, TrainReport, TrainingProgress>;
  control: Method<{ action: 'pause' | 'resume' | 'step' | 'stop' }, boolean>;
  evaluate: Method<{ k: number }, MetricsTable, EvaluateProgress>;
  topK: Method<{ side: Side; ref: EntityRef; k: number; known: boolean }, Prediction[]>;
  neighbours: Method<{ side: Side; ref: EntityRef; k: number; metric: NeighbourMetric }, Scored[]>;
  entity: Method<{ side: Side; ref: EntityRef }, Entity>;
  search: Method<{ side: Side; text: string; limit: number }, Listed[]>;
  random: Method<{ side: Side; draw: number }, Listed>;
  embedding: Method<
    { side: Side },
    { count: number; dimensions: number; values: Float32Array; labels: string[]; ids: string[] }
  >;
  vectors: Method<{ side: Side }, { count: number; dimensions: number; values: Float32Array }>;
  points: Method<{ side: Side }, MapPoints>;
}

/** The projector works in a worker of its own: a layout must not keep the kernel from answering. */
export interface ProjectorMethods {
  project: Method<
    { values: Float32Array; dimensions: number; method: ProjectionMethodId; options: OptionValues; seed: number },
    ProjectResult,
    ProjectProgress
  >;
}

export interface ProjectResult {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Share of the variance on each axis, where the method has one. */
  readonly variance: readonly [number, number] | null;
}

export interface ProjectProgress {
  readonly share: number;
  readonly stage: string;
  /** Positions so far, x and y; absent where none are new. */
  readonly positions: { readonly x: Float32Array; readonly y: Float32Array } | null;
}

/** The shape of a map of methods. */
export type AnyMethods = { [name: string]: { params: unknown; result: unknown; progress: unknown } };

/** An error on its way between worker and page. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

/** Page to worker. */
export type Request =
  | { readonly type: 'call'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly type: 'abort'; readonly id: number };

/** Worker to page. */
export type Response =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly id: number; readonly progress: unknown }
  | { readonly type: 'result'; readonly id: number; readonly result: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: WireError };
