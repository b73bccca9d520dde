import type { Optimizer, Scalar } from '@tensorflow/tfjs';
import type { Batch, Engine, ModelState, ModelTrainer } from '../../../src/engines/engine';
import type { FactorSpec } from '../../../src/models/factor';
import type { OptimiserSpec } from '../../../src/models/optimiser';
import { stockLosses } from './stock-losses';

type Tf = typeof import('@tensorflow/tfjs');

/**
 * tfjs as one uses it without this app, on the backend that it is on: variables, its own operations, gradients and
 * optimisers. Its trainers can only be stepped and waited for; all else is left to `engine`.
 */
export async function stockEngine(engine: Engine): Promise<Engine> {
  const tf = await import('@tensorflow/tfjs');
  return {
    ...engine,
    create(spec, state) {
      if (spec.family !== 'factor') throw new RangeError('expected a model of vectors, found a network');
      return stockTrainer(tf, spec, state);
    },
  };
}

function stockTrainer(tf: Tf, spec: FactorSpec, { tables }: ModelState): ModelTrainer {
  const variables = new Map(
    tables.map(({ name, shape, values }) => [name, tf.variable(tf.tensor2d(values, [shape[0], shape[1]]))]),
  );
  const all = [...variables.values()];
  const losses = stockLosses(tf, spec, variables);
  const lossOf = (batch: Batch) => (batch.kind === 'pairs' ? losses.pairs(batch) : losses.block(batch));
  let optimiser: Optimizer | null = null;
  let last: Scalar | null = null;
  const unused = () => {
    throw new Error('expected steps only: stock tfjs is there to be timed');
  };
  return {
    step(batch, rate) {
      const minimiser = optimiser ?? optimiserOf(tf, spec.optimiser, rate);
      optimiser = minimiser;
      last?.dispose();
      last = tf.tidy(() => minimiser.minimize(() => lossOf(batch), true, all) as Scalar);
    },
    /** The last one only, which is a wait for the device all the same. */
    async losses() {
      const taken = last;
      last = null;
      if (!taken) return new Float32Array(0);
      const values = (await taken.data()) as Float32Array;
      taken.dispose();
      return values;
    },
    metrics: async () => new Float32Array(0),
    score: unused,
    logits: unused,
    save: unused,
    load: unused,
    dispose() {
      last?.dispose();
      optimiser?.dispose();
      tf.dispose(all);
    },
  };
}

function optimiserOf(tf: Tf, spec: OptimiserSpec, rate: number): Optimizer {
  switch (spec.kind) {
    case 'adam':
      return tf.train.adam(rate, spec.beta1, spec.beta2, spec.epsilon);
    case 'adagrad':
      return tf.train.adagrad(rate, 0);
    case 'sgd':
      return tf.train.sgd(rate);
    default:
      return spec satisfies never;
  }
}
