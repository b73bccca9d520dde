import * as tf from '@tensorflow/tfjs';

/** Name of our kernel: out[to[p]] += weights[p] · x[from[p]], row by row. */
const SPARSE_PRODUCT = 'CofactorSparseProduct';

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
      const values = (host as tf.KernelBackend).readSync(x.dataId) as Float32Array;
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
