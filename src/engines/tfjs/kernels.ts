import * as tf from '@tensorflow/tfjs';
import type { AdamSpec } from '../../models/optimiser';

/** Name of our kernel: out[to[p]] += weights[p] · x[from[p]], row by row. */
const SPARSE_PRODUCT = 'CofactorSparseProduct';
/** Name of our kernel that makes an Adam step in place. */
const ADAM = 'CofactorAdam';

const BACKEND = 'cpu';

/** The backend on which memory can be read at once, and our own kernels run. */
export function onProcessor(): boolean {
  return tf.getBackend() === BACKEND;
}

/**
 * Registers what tfjs 4.22.0 lacks on the processor: its UnsortedSegmentSum, the gradient of a gather,
 * costs table × batch. One sparse product does the work of both.
 */
export function registerKernels(): void {
  if (tf.getKernel(SPARSE_PRODUCT, BACKEND)) return;
  tf.registerKernel({
    kernelName: SPARSE_PRODUCT,
    backendName: BACKEND,
    kernelFunc: ({ inputs, attrs, backend: host }) => {
      const { x } = inputs as { x: tf.TensorInfo };
      const { to, from, weights, rows } = attrs as unknown as SparseMatrix & { rows: number };
      const width = x.shape[1];
      const values = viewOf(host as tf.KernelBackend, x);
      const out = new Float32Array(rows * width);
      for (let p = 0; p < to.length; p++) {
        const weight = weights ? weights[p] : 1;
        const source = from[p] * width;
        const target = to[p] * width;
        for (let i = 0; i < width; i++) out[target + i] += weight * values[source + i];
      }
      return write(host as tf.KernelBackend, out, [rows, width]);
    },
  });
  tf.registerKernel({
    kernelName: ADAM,
    backendName: BACKEND,
    kernelFunc: ({ inputs, attrs, backend: host }) => {
      const on = (name: string) => viewOf(host as tf.KernelBackend, inputs[name] as tf.TensorInfo);
      adamPass(on('values'), on('m'), on('v'), on('gradient'), attrs as unknown as AdamAttributes);
      return write(host as tf.KernelBackend, new Float32Array(1), [1]);
    },
  });
}

/** A function of its own, so that the compiler sees numbers and arrays of one kind. */
function adamPass(
  values: Float32Array,
  m: Float32Array,
  v: Float32Array,
  gradient: Float32Array,
  { beta1, beta2, epsilon, coupled, shrink, scale, correction }: AdamAttributes,
): void {
  const count = values.length;
  const [rest1, rest2, stretch] = [1 - beta1, 1 - beta2, 1 / correction];
  for (let i = 0; i < count; i++) {
    const value = values[i];
    const g = gradient[i] + coupled * value;
    const nextM = beta1 * m[i] + rest1 * g;
    const nextV = beta2 * v[i] + rest2 * g * g;
    m[i] = nextM;
    v[i] = nextV;
    values[i] = value - shrink * value - (scale * nextM) / (Math.sqrt(nextV) * stretch + epsilon);
  }
}

interface AdamAttributes extends Pick<AdamSpec, 'beta1' | 'beta2' | 'epsilon'> {
  /** Weight decay that is added to the gradient, and that is taken off the parameter. */
  readonly coupled: number;
  readonly shrink: number;
  /** rate / (1 − beta1^step) */
  readonly scale: number;
  /** √(1 − beta2^step) */
  readonly correction: number;
}

/**
 * An Adam step in one pass over each table, on the processor only, where a dozen of tfjs's operations
 * would each make a copy of it. Values and moments are moved in place.
 */
export function adamInPlace(
  tensors: { values: tf.Variable; m: tf.Tensor; v: tf.Tensor; gradient: tf.Tensor },
  attributes: AdamAttributes,
): void {
  (tf.engine().runKernel(ADAM, tensors, { ...attributes }) as tf.Tensor).dispose();
}

/** The numbers of a tensor where they lie. */
function viewOf(host: tf.KernelBackend, tensor: tf.TensorInfo): Float32Array {
  return host.readSync(tensor.dataId) as Float32Array;
}

/** A sparse matrix as a list of its cells; weights null are all 1. */
export interface SparseMatrix {
  readonly to: Int32Array;
  readonly from: Int32Array;
  readonly weights: Float32Array | null;
}

/** sparse · x with `rows` rows; x: J × d. On the processor only. */
export function sparseProduct(x: tf.Tensor2D, sparse: SparseMatrix, rows: number): tf.Tensor2D {
  const attributes = { ...sparse, rows } as unknown as tf.NamedAttrMap;
  return tf.engine().runKernel(SPARSE_PRODUCT, { x }, attributes) as tf.Tensor2D;
}

function write(host: tf.KernelBackend, values: Float32Array, shape: number[]): tf.TensorInfo {
  return { dataId: host.write(values, shape, 'float32'), shape, dtype: 'float32' };
}
