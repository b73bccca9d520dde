import * as tf from '@tensorflow/tfjs';
import type { ModelSpec } from '../../models/spec';
import type { EngineData, ModelState, ModelTrainer, PairPredictor, ParameterTable } from '../engine';
import { factorGraph } from './factor-model';
import type { ModelGraph } from './model-graph';
import { networkGraph } from './network-model';
import { optimiserStep } from './optimisers';
import { TableSet } from './variables';

/** What the trainer needs to know of the backend it runs on. */
export interface TfjsHost {
  /** Has tfjs work on this engine's backend from here on. @throws DeviceLostError when the device is gone */
  use(): void;
  /** Rejects when the device goes; never resolves. */
  readonly whenLost: Promise<never>;
}

/** Trains a model with tfjs's autodiff on the current backend. */
export function createTfjsTrainer(spec: ModelSpec, start: ModelState, data: EngineData, host: TfjsHost): ModelTrainer {
  const tables = new TableSet(start.tables);
  const graph = graphOf(spec, tables, data);
  let step = start.step;
  let losses: tf.Scalar[] = [];
  let metrics: tf.Scalar[] = [];

  const read = async (tensor: tf.Tensor): Promise<Float32Array> => {
    const values = (await Promise.race([tensor.data(), host.whenLost])) as Float32Array;
    tensor.dispose();
    return values;
  };

  const readAll = async (scalars: tf.Scalar[]): Promise<Float32Array> => {
    host.use();
    if (scalars.length === 0) return new Float32Array(0);
    const stacked = tf.stack(scalars);
    tf.dispose(scalars);
    return read(stacked);
  };

  return {
    step(batch, rate) {
      host.use();
      step++;
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(
          () => {
            if (batch.kind === 'block') return graph.block(batch);
            const { loss, metric } = graph.pairs(batch);
            metrics.push(tf.keep(metric));
            return loss;
          },
          tables.tables.map(({ values }) => values),
        );
        optimiserStep(tables.tables, grads, spec.optimiser, batch, step, rate);
        losses.push(tf.keep(value));
      });
    },

    losses() {
      const taken = losses;
      losses = [];
      return readAll(taken);
    },

    metrics() {
      const taken = metrics;
      metrics = [];
      return readAll(taken);
    },

    async score(rows, inputs) {
      host.use();
      return read(tf.tidy(() => graph.score(rows, inputs)));
    },

    async logits(pairs) {
      host.use();
      return read(tf.tidy(() => graph.logits(pairs)));
    },

    async save() {
      host.use();
      return tables.save(step, host.whenLost);
    },

    load(state) {
      host.use();
      step = state.step;
      tf.dispose([...losses, ...metrics]);
      losses = [];
      metrics = [];
      tables.load(state);
    },

    dispose() {
      tf.dispose([...losses, ...metrics]);
      losses = [];
      metrics = [];
      tables.dispose();
    },
  };
}

function graphOf(spec: ModelSpec, tables: TableSet, data: EngineData): ModelGraph {
  return spec.family === 'factor' ? factorGraph(spec, tables, data) : networkGraph(spec, tables, data);
}

/** A trained model on the current backend, without its optimiser. */
export function createTfjsPredictor(
  spec: ModelSpec,
  parameters: readonly ParameterTable[],
  data: EngineData,
  host: TfjsHost,
): PairPredictor {
  const tables = new TableSet(parameters);
  const graph = graphOf(spec, tables, data);
  return {
    async logits(pairs) {
      host.use();
      const z = tf.tidy(() => graph.logits(pairs));
      const values = (await Promise.race([z.data(), host.whenLost])) as Float32Array;
      z.dispose();
      return values;
    },
    dispose: () => tables.dispose(),
  };
}
