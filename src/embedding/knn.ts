/** The k nearest of each of n points, nearest first, by Euclidean distance. */
export interface NearestPoints {
  readonly k: number;
  /** n × k. */
  readonly indices: Int32Array;
  /** n × k, squared. */
  readonly distances: Float64Array;
}

/** How they were found. */
export interface NearestFound extends NearestPoints {
  /** Share of the nearest that were found, measured on some of the points; null where all were compared with all. */
  readonly recall: number | null;
}

/** Finds the k nearest of each point, without itself. `values` is n × dimensions; `pause` gets the share done. */
export type FindNearest = (
  values: Float32Array,
  dimensions: number,
  k: number,
  pause: (share: number) => Promise<void>,
) => Promise<NearestFound>;
