/** Most epochs of one run, with those that were trained on top: each is a point of a curve and a line of a table. */
export const MAX_EPOCHS = 1000;

/** Beyond it a loss or a metric says nothing, and axes fail. */
export const LARGEST_METRIC = 1e30;

/** Parameters beyond this size overflow 32-bit floats when two are multiplied and summed up, twice. */
const LARGEST_PARAMETER = 1e9;

/** The first parameter that no model can work with: too large, or no number. Null where all are sound. */
export function unsoundParameter(values: Float32Array): number | null {
  for (const value of values) if (!(Math.abs(value) <= LARGEST_PARAMETER)) return value;
  return null;
}
