import { InputError } from '../errors';
import { checkpoint, type TaskContext } from '../task';

/** Columns swept at once: a panel of that width stays in the cache. */
const PANEL = 64;
/** Multiplications between two pauses: some tens of milliseconds. */
const OPERATIONS_PER_CHECKPOINT = 5e7;

/** Numbers in a row of a square matrix that {@link invertPositive} takes: the next multiple of four. */
export function paddedSize(size: number): number {
  return Math.ceil(size / 4) * 4;
}

/**
 * Inverts a symmetric positive definite matrix in place by the symmetric sweep (Goodnight, 1979),
 * a panel of columns at a time. Only the lower triangle is read; both are written.
 *
 * `matrix`: padded × padded with padded = paddedSize(size), row by row; the padding is zero.
 * Costs size³ / 2 multiplications, half of a general inverse. Sums are in double precision.
 * @throws InputError where the matrix is not positive definite
 */
export async function invertPositive(matrix: Float32Array, size: number, task: TaskContext): Promise<void> {
  const stride = paddedSize(size);
  const panel = new Float64Array(stride * PANEL);
  const solved = new Float64Array(stride * PANEL);
  let work = 0;
  for (let start = 0; start < size; start += PANEL) {
    const width = Math.min(PANEL, size - start);
    gatherPanel(matrix, stride, start, width, panel);
    // With D the panel's own square: D → −D⁻¹, A_IK → A_IK D⁻¹, A_IJ → A_IJ − A_IK D⁻¹ A_KJ.
    const inverse = invertSmall(panel.slice(start * width, (start + width) * width), width);
    multiplyPanel(panel, inverse, stride, width, solved);
    for (let i = 0; i < stride; i += 4) {
      subtractProducts(matrix, stride, solved, panel, width, i);
      work += 4 * i * width;
      if (work > OPERATIONS_PER_CHECKPOINT) {
        work = 0;
        await checkpoint(task, (start + (width * i * i) / (stride * stride)) / size);
      }
    }
    scatterPanel(matrix, stride, start, width, solved, inverse);
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = -matrix[i * stride + j];
      matrix[i * stride + j] = value;
      matrix[j * stride + i] = value;
    }
  }
  await checkpoint(task, 1);
}

/** Columns [start, start + width) of a symmetric matrix of which the lower triangle is kept, row by row. */
function gatherPanel(matrix: Float32Array, stride: number, start: number, width: number, panel: Float64Array): void {
  for (let i = 0; i < stride; i++) {
    for (let t = 0; t < width; t++) {
      const column = start + t;
      panel[i * width + t] = i >= column ? matrix[i * stride + column] : matrix[column * stride + i];
    }
  }
}

function scatterPanel(
  matrix: Float32Array,
  stride: number,
  start: number,
  width: number,
  solved: Float64Array,
  inverse: Float64Array,
): void {
  for (let i = 0; i < stride; i++) {
    for (let t = 0; t < width; t++) {
      const column = start + t;
      if (i < start) matrix[column * stride + i] = solved[i * width + t];
      else if (i >= start + width) matrix[i * stride + column] = solved[i * width + t];
      else if (i >= column) matrix[i * stride + column] = -inverse[(i - start) * width + t];
    }
  }
}

function multiplyPanel(a: Float64Array, b: Float64Array, rows: number, width: number, result: Float64Array): void {
  result.fill(0);
  for (let i = 0; i < rows; i++) {
    for (let s = 0; s < width; s++) {
      const factor = a[i * width + s];
      if (factor === 0) continue;
      for (let t = 0; t < width; t++) result[i * width + t] += factor * b[s * width + t];
    }
  }
}

/** Gauss–Jordan in double precision; positive pivots need no exchange of rows. */
function invertSmall(a: Float64Array, n: number): Float64Array {
  for (let k = 0; k < n; k++) {
    const pivot = a[k * n + k];
    if (!(pivot > 0)) throw new InputError(`expected a positive definite matrix, found a pivot of ${pivot}`);
    a[k * n + k] = 1;
    for (let j = 0; j < n; j++) a[k * n + j] /= pivot;
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = a[i * n + k];
      a[i * n + k] = 0;
      for (let j = 0; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
    }
  }
  return a;
}

/**
 * Rows i to i + 3 of the lower triangle: A −= W Vᵀ. Sixteen sums at once, because each number read
 * from the panels is then used four times; that makes it three times as fast as one sum at a time.
 */
function subtractProducts(a: Float32Array, n: number, w: Float64Array, v: Float64Array, width: number, i: number) {
  const p0 = i * width;
  const p1 = p0 + width;
  const p2 = p1 + width;
  const p3 = p2 + width;
  for (let j = 0; j <= i; j += 4) {
    const q0 = j * width;
    const q1 = q0 + width;
    const q2 = q1 + width;
    const q3 = q2 + width;
    let s00 = 0;
    let s01 = 0;
    let s02 = 0;
    let s03 = 0;
    let s10 = 0;
    let s11 = 0;
    let s12 = 0;
    let s13 = 0;
    let s20 = 0;
    let s21 = 0;
    let s22 = 0;
    let s23 = 0;
    let s30 = 0;
    let s31 = 0;
    let s32 = 0;
    let s33 = 0;
    for (let t = 0; t < width; t++) {
      const x0 = w[p0 + t];
      const x1 = w[p1 + t];
      const x2 = w[p2 + t];
      const x3 = w[p3 + t];
      const y0 = v[q0 + t];
      const y1 = v[q1 + t];
      const y2 = v[q2 + t];
      const y3 = v[q3 + t];
      s00 += x0 * y0;
      s01 += x0 * y1;
      s02 += x0 * y2;
      s03 += x0 * y3;
      s10 += x1 * y0;
      s11 += x1 * y1;
      s12 += x1 * y2;
      s13 += x1 * y3;
      s20 += x2 * y0;
      s21 += x2 * y1;
      s22 += x2 * y2;
      s23 += x2 * y3;
      s30 += x3 * y0;
      s31 += x3 * y1;
      s32 += x3 * y2;
      s33 += x3 * y3;
    }
    let at = i * n + j;
    a[at] -= s00;
    a[at + 1] -= s01;
    a[at + 2] -= s02;
    a[at + 3] -= s03;
    at += n;
    a[at] -= s10;
    a[at + 1] -= s11;
    a[at + 2] -= s12;
    a[at + 3] -= s13;
    at += n;
    a[at] -= s20;
    a[at + 1] -= s21;
    a[at + 2] -= s22;
    a[at + 3] -= s23;
    at += n;
    a[at] -= s30;
    a[at + 1] -= s31;
    a[at + 2] -= s32;
    a[at + 3] -= s33;
  }
}

/**
 * Solves A x = b for a symmetric positive definite A (n × n, lower triangle read) by Cholesky's
 * decomposition; A is overwritten by its factor and b by x.
 * @throws InputError where A is not positive definite
 */
export function solvePositive(a: Float64Array, b: Float64Array, n: number): void {
  factorPositive(a, n);
  solveFactored(a, b, n);
}

/** Cholesky's factor L of A = L Lᵀ, in place of A's lower triangle. @throws InputError as solvePositive */
export function factorPositive(a: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      if (i > j) a[i * n + j] = sum / a[j * n + j];
      else if (sum > 0) a[j * n + j] = Math.sqrt(sum);
      else throw new InputError(`expected a positive definite matrix, found a pivot of ${sum}`);
    }
  }
}

/** Solves L Lᵀ x = b; b is overwritten by x. */
export function solveFactored(factor: Float64Array, b: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= factor[i * n + k] * b[k];
    b[i] = sum / factor[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i];
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i] * b[k];
    b[i] = sum / factor[i * n + i];
  }
}
