import type { Scalar } from '@tensorflow/tfjs';
import { drawPairs, negativePool } from '../../../src/engines/draw';
import type { Place, Work } from '../row';
import type { Assembled } from './training';

/** Losses are read as often as the page reads them, in milliseconds. */
const READ_EVERY = 60;

/**
 * The model of two towers as one writes it in tfjs: variables, gather, its own loss and its own Adam,
 * with none of our kernels. @throws Error with tfjs's words where a backend cannot train it
 */
export async function stockTfjs(
  backend: 'cpu' | 'wasm' | 'webgpu',
  { threads, wasmPaths }: Place,
  { model, training, data, sampler }: Assembled,
): Promise<Work> {
  const tf = await import('@tensorflow/tfjs');
  const { source } = sampler;
  if (model.family !== 'factor' || !source) throw new Error('expected a model of vectors that learns from pairs');
  let notes: string[] = [];
  if (backend === 'wasm') {
    const { setThreadsCount, setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    if (wasmPaths) setWasmPaths(wasmPaths);
    setThreadsCount(threads);
  }
  if (backend === 'webgpu') {
    await import('@tensorflow/tfjs-backend-webgpu');
    const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
    const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) throw new Error('no WebGPU here');
    const { isFallbackAdapter, vendor, architecture } = adapter.info;
    notes = [
      `webgpu: ${[vendor, architecture].filter(Boolean).join(' ')}${isFallbackAdapter ? ', imitated in software' : ''}`,
    ];
  }
  // tfjs answers false, and silently takes another backend, when one does not start.
  if (!(await tf.setBackend(backend)) || tf.getBackend() !== backend) throw new Error(`no ${backend} backend here`);
  const { dimensions } = model;
  const { rows, columns } = data.train;
  const rowTable = tf.variable(tf.randomNormal([rows, dimensions]));
  const columnTable = tf.variable(tf.randomNormal([columns, dimensions]));
  const adam = tf.train.adam(training.learningRate);
  const pool = negativePool(source);
  let step = 0;
  let pairs = 0;
  const oneStep = (): Scalar => {
    const batch = drawPairs(source, pool, 0, step++ % sampler.stepsPerEpoch);
    pairs += batch.rows.length;
    return tf.tidy(() => {
      const r = tf.tensor1d(batch.rows, 'int32');
      const c = tf.tensor1d(batch.columns, 'int32');
      const y = tf.tensor1d(batch.targets);
      const loss = () => {
        const scores = tf.sum(tf.mul(tf.gather(rowTable, r), tf.gather(columnTable, c)), 1);
        return tf.losses.sigmoidCrossEntropy(y, scores) as Scalar;
      };
      return adam.minimize(loss, true, [rowTable, columnTable]) as Scalar;
    });
  };
  /** Waits for a step. */
  const read = async (loss: Scalar) => {
    await loss.data();
    loss.dispose();
  };
  try {
    await read(oneStep());
  } catch (error) {
    throw new Error(`cannot train: ${error instanceof Error ? error.message : String(error)}`);
  }
  return {
    sizes: {},
    notes: async () => notes,
    async run(seconds) {
      const start = performance.now();
      const before = pairs;
      let last = start;
      for (;;) {
        const loss = oneStep();
        const now = performance.now();
        const over = now - start >= 1000 * seconds;
        if (over || now - last >= READ_EVERY) {
          await read(loss);
          last = performance.now();
        } else loss.dispose();
        if (over || last - start >= 1000 * seconds) break;
      }
      return { seconds: (performance.now() - start) / 1000, units: pairs - before };
    },
  };
}
