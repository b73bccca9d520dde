import type { Random } from '../data/random';
import type { FindNearest } from '../embedding/knn';
import type { OptionSpec, OptionValues } from '../models/option';
import type { TaskContext } from '../task';

interface ProjectionInput {
  /** count × dimensions. */
  readonly values: Float32Array;
  readonly dimensions: number;
}

interface ProjectionOutput {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Share of the variance on each axis, where the method has one. */
  readonly variance: readonly [number, number] | null;
  /** Share of each point's neighbours that were found, where these were looked for approximately; null else. */
  readonly recall: number | null;
}

/** Positions at hand while a layout is still moving. */
interface Positions {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** What a layout is given besides its points. */
export interface ProjectionContext extends TaskContext<[share: number, stage: string, positions: Positions | null]> {
  readonly random: Random;
  /** Finds neighbours on an engine; left out, all points are compared with all here. */
  readonly nearest?: FindNearest;
}

/** A way from vectors to the plane. A new one is one file in methods/ that exports `method`. */
export interface ProjectionMethod {
  /** Its own among all projections. */
  readonly id: string;
  readonly title: string;
  readonly order: number;
  /** One sentence: what it keeps and what it loses. */
  readonly help: string;
  readonly options: readonly OptionSpec[];
  /** True where it takes so long that the page lays out the most frequent points only. */
  readonly bounded: boolean;
  /** @throws InputError for fewer than three points; AbortError of the signal */
  project(input: ProjectionInput, options: OptionValues, task: ProjectionContext): Promise<ProjectionOutput>;
}
