import { InputError } from '../errors';
import { loadPart } from '../load-part';

/** A share of the variance that rounding alone can make. */
const LEAST = 1e-10;

/** Principal components of vectors, the largest first. */
export interface Components {
  /** Share of the variance along each component, in [0, 1]. */
  readonly variance: readonly number[];
  /** For each component the coordinate of each entry. */
  readonly coordinates: readonly Float32Array[];
}

/**
 * Principal component analysis (Pearson, 1901) by the eigenvectors of a d × d matrix, whatever the number of entries.
 * `values` is entries × dimensions. No more components than the centred vectors have: at most one less than there are
 * entries, or dimensions, and none without any variance beside the first. Where two are equally large, their order and
 * directions are free. The sign is scikit-learn's `svd_flip` by U: the largest score is positive.
 *
 * `transposed` takes the dimensions for the samples and the entries for the features, as
 * `PCA(k).fit(W.T).components_[k][i]` does; the coordinates of a component are then of length one together. That
 * notebook's table has a padding row 0, so that each title there stands one place beside its number; here it does not.
 *
 * @throws InputError for fewer than two entries
 */
export async function principalComponents(
  values: Float32Array,
  dimensions: number,
  count: number,
  { transposed = false }: { transposed?: boolean } = {},
): Promise<Components> {
  const entries = values.length / dimensions;
  if (entries < 2) throw new InputError(`expected at least two entries for components, found ${entries}`);
  const centred = transposed ? centreEntries(values, dimensions) : centreDimensions(values, dimensions);
  const { EigenvalueDecomposition, Matrix } = await loadPart(() => import('ml-matrix'));
  const products = new Matrix(scatter(centred, dimensions));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(products, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const total = realEigenvalues.reduce((sum, value) => sum + Math.max(0, value), 0);
  const variance: number[] = [];
  const coordinates: Float32Array[] = [];
  const rank = Math.max(1, transposed ? Math.min(entries, dimensions - 1) : Math.min(dimensions, entries - 1));
  for (const at of order.slice(0, Math.min(count, rank))) {
    const eigenvalue = Math.max(0, realEigenvalues[at]);
    if (variance.length > 0 && eigenvalue <= LEAST * total) break;
    const axis = eigenvectorMatrix.getColumn(at);
    const along = project(centred, dimensions, axis);
    // Transposed, the eigenvector is a column of U and the entries lie in V = X'U/s; else the entries are U·s.
    const length = transposed ? Math.sqrt(eigenvalue) : 1;
    const scale = (signOf(transposed ? axis : along) || 1) / (length || 1);
    variance.push(total > 0 ? eigenvalue / total : 0);
    coordinates.push(Float32Array.from(along, (value) => value * scale));
  }
  return { variance, coordinates };
}

/** Each dimension without its mean over the entries. */
function centreDimensions(values: Float32Array, d: number): Float64Array {
  const mean = new Float64Array(d);
  const entries = values.length / d;
  for (let n = 0; n < entries; n++) for (let i = 0; i < d; i++) mean[i] += values[n * d + i];
  for (let i = 0; i < d; i++) mean[i] /= entries;
  const centred = new Float64Array(values.length);
  for (let n = 0; n < entries; n++) for (let i = 0; i < d; i++) centred[n * d + i] = values[n * d + i] - mean[i];
  return centred;
}

/** Each entry without its mean over the dimensions. */
function centreEntries(values: Float32Array, d: number): Float64Array {
  const centred = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += d) {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += values[start + i];
    for (let i = 0; i < d; i++) centred[start + i] = values[start + i] - sum / d;
  }
  return centred;
}

/** Sums of products of the dimensions, d × d. */
function scatter(centred: Float64Array, d: number): number[][] {
  const sums = new Float64Array(d * d);
  for (let start = 0; start < centred.length; start += d) {
    for (let i = 0; i < d; i++) {
      const value = centred[start + i];
      for (let j = i; j < d; j++) sums[i * d + j] += value * centred[start + j];
    }
  }
  return Array.from({ length: d }, (_, i) =>
    Array.from({ length: d }, (_, j) => sums[Math.min(i, j) * d + Math.max(i, j)]),
  );
}

function project(centred: Float64Array, d: number, axis: readonly number[]): Float64Array {
  const along = new Float64Array(centred.length / d);
  for (let n = 0; n < along.length; n++) {
    for (let i = 0; i < d; i++) along[n] += centred[n * d + i] * axis[i];
  }
  return along;
}

/** Sign of the value that is largest without its sign. */
function signOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]) > Math.abs(largest)) largest = values[i];
  return Math.sign(largest);
}
