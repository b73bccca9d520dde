import type { FactorSpec } from '../models/factor';

/** Which arithmetic trains: the order is the order of preference. */
export const ENGINE_IDS = ['webgpu', 'wasm', 'webgl', 'cpu', 'reference'] as const;
export type EngineId = (typeof ENGINE_IDS)[number];

/** A device as the page tells of it. */
export interface DeviceDescription {
  readonly engine: EngineId;
  /** Name of the adapter or the processor feature that is used. */
  readonly adapter: string;
  /** Why this one is used, or why it cannot be, in a sentence. */
  readonly reason: string;
}

/** The rectangle of the interaction matrix that one step looks at. */
export interface Block {
  /** Rows of the block, each once. Length B. */
  readonly rows: Int32Array;
  /** Columns of the block, length K; null means all columns in order. */
  readonly columns: Int32Array | null;
  /** Cells of the block that are pairs: position of the row in `rows`, of the column in `columns`. */
  readonly positiveRows: Int32Array;
  readonly positiveColumns: Int32Array;
  /** Log of each column's chance of being in the block, taken off its score; null for none. Length K. */
  readonly logChance: Float32Array | null;
  /** For pooled rows: which columns each row is the mean of. */
  readonly inputs: BlockInputs | null;
}

export interface BlockInputs {
  /** Columns that occur, ascending, each once. Length J. */
  readonly columns: Int32Array;
  /** Pairs: position of the row in the block, of the column in `columns`. */
  readonly pairRows: Int32Array;
  readonly pairColumns: Int32Array;
  /** 1 / number of the row's inputs, for each pair. */
  readonly weights: Float32Array;
}

/** All that is needed to go on from a point of a run, in plain arrays. */
export interface FactorState {
  /** Optimiser steps made. */
  readonly step: number;
  readonly tables: readonly StateTable[];
}

export interface StateTable {
  readonly name: string;
  readonly shape: readonly [number, number];
  /** Parameters and Adam's first and second moments, row by row. */
  readonly values: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** A model being trained on some device. */
export interface FactorTrainer {
  /** Adds one optimiser step with this learning rate. The loss is kept on the device. */
  step(block: Block, rate: number): void;
  /** Losses of the steps since the last call, and a wait for the device. @throws DeviceLostError */
  losses(): Promise<Float32Array>;
  /** Scores of rows against all columns, without log chances: B × columns, row by row. */
  score(rows: Int32Array, inputs: BlockInputs | null): Promise<Float32Array>;
  save(): Promise<FactorState>;
  load(state: FactorState): void;
  dispose(): void;
}

/** Scores blocks of row vectors against all column vectors, for full ranking. */
export interface BlockScorer {
  /** temperature · u vᵀ + bias. u: B × dimensions; gives B × columns. @throws DeviceLostError */
  score(u: Float32Array): Promise<Float32Array>;
  dispose(): void;
}

/** Column vectors as they enter a score. */
export interface ScoredColumns {
  readonly dimensions: number;
  /** columns × dimensions. */
  readonly columns: Float32Array;
  readonly bias: Float32Array | null;
  readonly temperature: number;
}

/** Who does the arithmetic: the only interface that the trainer knows. */
export interface Engine {
  readonly description: DeviceDescription;
  create(spec: FactorSpec, state: FactorState, size: { rows: number; columns: number }): FactorTrainer;
  scorer(columns: ScoredColumns): BlockScorer;
  /** Tensors or buffers alive, for leak tests. */
  liveBuffers(): number;
  /** Makes every later call fail as a lost device does: for tests and for a person who asks. */
  dispose(): void;
}

/** Finds out whether an engine can run here. Never throws: a missing device is a reason. */
export type EngineProbe = () => Promise<{ engine: Engine } | { missing: string }>;

/** The device went away in the middle; the run can go on from its last checkpoint elsewhere. */
export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError';
}
