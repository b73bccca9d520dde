import * as tf from '@tensorflow/tfjs';
import type { AdamSpec } from '../../models/optimiser';

/** Name of our kernel: out[to[p]] += weights[p] · x[from[p]], row by row. */
const SPARSE_PRODUCT = 'CofactorSparseProduct';
/** Name of our kernel that makes an Adam step in place. */
const ADAM = 'CofactorAdam';

type Processor = 'wasm' | 'cpu';

/** Backends on which memory can be read at once, and our own kernels run. */
export function onProcessor(): boolean {
  return tf.getBackend() === 'wasm' || tf.getBackend() === 'cpu';
}

/**
 * Registers what tfjs 4.22.0 lacks on the processor. Its wasm backend has no UnsortedSegmentSum, the
 * gradient of a gather, and its cpu version costs table × batch; its wasm gather takes a hundred
 * nanoseconds a number. One sparse product does the work of all three.
 */
export function registerKernels(backend: Processor): void {
  if (tf.getKernel(SPARSE_PRODUCT, backend)) return;
  tf.registerKernel({
    kernelName: SPARSE_PRODUCT,
    backendName: backend,
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
    backendName: backend,
    kernelFunc: ({ inputs, attrs, backend: host }) => {
      const on = (name: string) => viewOf(host as tf.KernelBackend, inputs[name] as tf.TensorInfo);
      const attributes = attrs as unknown as AdamAttributes;
      const { fresh } = attributes;
      const values = fresh ? on('values').slice() : on('values');
      adamPass(values, on('first'), on('second'), on('gradient'), attributes);
      return fresh
        ? write(host as tf.KernelBackend, values, (inputs.values as tf.TensorInfo).shape)
        : write(host as tf.KernelBackend, new Float32Array(1), [1]);
    },
  });
}

/** A function of its own, so that the compiler sees numbers and arrays of one kind. */
function adamPass(
  values: Float32Array,
  first: Float32Array,
  second: Float32Array,
  gradient: Float32Array,
  { beta1, beta2, epsilon, coupled, shrink, scale, correction }: AdamAttributes,
): void {
  const count = values.length;
  const [rest1, rest2, stretch] = [1 - beta1, 1 - beta2, 1 / correction];
  for (let i = 0; i < count; i++) {
    const value = values[i];
    const g = gradient[i] + coupled * value;
    const m = beta1 * first[i] + rest1 * g;
    const v = beta2 * second[i] + rest2 * g * g;
    first[i] = m;
    second[i] = v;
    values[i] = value - shrink * value - (scale * m) / (Math.sqrt(v) * stretch + epsilon);
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
  /**
   * Gives the new values as a new tensor. The wasm backend keeps a packed copy of whatever was the
   * right operand of a matrix product, and would go on multiplying with that copy.
   */
  readonly fresh: boolean;
}

/**
 * An Adam step in one pass over each table, on the processor only, where a dozen of tfjs's operations
 * would each make a copy of it. Moments are moved in place, and so are the values unless they are wanted fresh.
 */
export function adamInPlace(
  tensors: { values: tf.Variable; first: tf.Tensor; second: tf.Tensor; gradient: tf.Tensor },
  attributes: AdamAttributes,
): void {
  const result = tf.engine().runKernel(ADAM, tensors, { ...attributes }) as tf.Tensor;
  if (attributes.fresh) tensors.values.assign(result);
  result.dispose();
}

/** The numbers of a tensor where they lie: wasm's own reading would copy them. */
function viewOf(host: tf.KernelBackend, tensor: tf.TensorInfo): Float32Array {
  const heap = host as tf.KernelBackend & { typedArrayFromHeap?: (info: tf.TensorInfo) => Float32Array };
  return heap.typedArrayFromHeap ? heap.typedArrayFromHeap(tensor) : (host.readSync(tensor.dataId) as Float32Array);
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
