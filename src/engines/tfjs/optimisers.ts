import * as tf from '@tensorflow/tfjs';
import { type AdamSpec, type OptimiserSpec, updatesTouchedRowsOnly } from '../../models/optimiser';
import type { Batch } from '../engine';
import { touchedRows } from '../touched-rows';
import { adamInPlace, onProcessor } from './kernels';
import type { TableVariables } from './variables';

/** One step of an optimiser over the tables of a model; what it computes is in docs/models.md. `step` counts from 1. */
export function optimiserStep(
  tables: readonly TableVariables[],
  gradients: tf.NamedTensorMap,
  spec: OptimiserSpec,
  batch: Batch,
  step: number,
  rate: number,
): void {
  for (const table of tables) {
    const { values } = table;
    const gradient = gradients[values.name];
    if (!gradient) continue;
    const rows = updatesTouchedRowsOnly(spec) ? touchedRows(table.name, batch) : null;
    const update = updateOf(rows, table.shape[0]);
    switch (spec.kind) {
      case 'adam':
        adam(table, gradient, spec, step, rate, rows === null && onProcessor(), update);
        break;
      case 'adagrad': {
        const v = required(table.v);
        const g = decayed(gradient, values, spec.weightDecay);
        const sum = tf.add(v, tf.square(g));
        update(values, tf.sub(values, tf.div(tf.mul(g, rate), tf.add(tf.sqrt(sum), spec.epsilon))));
        update(v, sum);
        break;
      }
      case 'sgd':
        update(values, tf.sub(values, tf.mul(decayed(gradient, values, spec.weightDecay), rate)));
        break;
      default:
        spec satisfies never;
    }
  }
}

/** Puts new numbers in the place of a table's. */
type Update = (variable: tf.Variable, next: tf.Tensor) => void;

/** Moves whole tables, or these of their rows alone. */
function updateOf(rows: Int32Array | null, count: number): Update {
  if (rows === null) return (variable, next) => variable.assign(next);
  const mask = new Uint8Array(count);
  for (const row of rows) mask[row] = 1;
  const moves = tf.tensor2d(mask, [count, 1], 'bool');
  return (variable, next) => variable.assign(tf.where(moves, next, variable));
}

/** In the form PyTorch computes it; on a processor, and where the whole table moves, in place. */
function adam(
  table: TableVariables,
  gradient: tf.Tensor,
  spec: AdamSpec,
  step: number,
  rate: number,
  inPlace: boolean,
  update: Update,
): void {
  const { values } = table;
  const [m, v] = [required(table.m), required(table.v)];
  const scale = rate / (1 - spec.beta1 ** step);
  const correction = Math.sqrt(1 - spec.beta2 ** step);
  const coupled = spec.decoupled ? 0 : spec.weightDecay;
  const shrink = spec.decoupled ? rate * spec.weightDecay : 0;
  if (inPlace) {
    const { beta1, beta2, epsilon } = spec;
    adamInPlace({ values, m, v, gradient }, { beta1, beta2, epsilon, coupled, shrink, scale, correction });
    return;
  }
  const g = decayed(gradient, values, coupled);
  const nextM = tf.add(tf.mul(m, spec.beta1), tf.mul(g, 1 - spec.beta1));
  const nextV = tf.add(tf.mul(v, spec.beta2), tf.mul(tf.square(g), 1 - spec.beta2));
  const change = tf.div(tf.mul(nextM, scale), tf.add(tf.div(tf.sqrt(nextV), correction), spec.epsilon));
  update(values, tf.sub(shrink === 0 ? values : tf.mul(values, 1 - shrink), change));
  update(m, nextM);
  update(v, nextV);
}

function decayed(gradient: tf.Tensor, values: tf.Tensor, weightDecay: number): tf.Tensor {
  return weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(values, weightDecay));
}

/** @throws TypeError for a state of another optimiser */
function required(numbers: tf.Variable | null): tf.Variable {
  if (!numbers) throw new TypeError('expected the numbers that the optimiser keeps, found none');
  return numbers;
}
