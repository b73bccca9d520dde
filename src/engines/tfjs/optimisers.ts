import * as tf from '@tensorflow/tfjs';
import { type AdamSpec, movesOnlyBatch, type OptimiserSpec } from '../../models/optimiser';
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
    const rows = movesOnlyBatch(spec) ? touchedRows(table.name, batch) : null;
    const move = mover(rows, table.shape[0]);
    switch (spec.kind) {
      case 'adam':
        adam(table, gradient, spec, step, rate, rows === null && onProcessor(), move);
        break;
      case 'adagrad': {
        const second = kept(table.second);
        const g = decayed(gradient, values, spec.weightDecay);
        const sum = tf.add(second, tf.square(g));
        move(values, tf.sub(values, tf.div(tf.mul(g, rate), tf.add(tf.sqrt(sum), spec.epsilon))));
        move(second, sum);
        break;
      }
      case 'sgd':
        move(values, tf.sub(values, tf.mul(decayed(gradient, values, spec.weightDecay), rate)));
        break;
      default:
        spec satisfies never;
    }
  }
}

/** Puts new numbers in the place of a table's. */
type Move = (variable: tf.Variable, next: tf.Tensor) => void;

/** Moves whole tables, or these of their rows alone. */
function mover(rows: Int32Array | null, count: number): Move {
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
  move: Move,
): void {
  const { values } = table;
  const [first, second] = [kept(table.first), kept(table.second)];
  const scale = rate / (1 - spec.beta1 ** step);
  const correction = Math.sqrt(1 - spec.beta2 ** step);
  const coupled = spec.decoupled ? 0 : spec.weightDecay;
  const shrink = spec.decoupled ? rate * spec.weightDecay : 0;
  if (inPlace) {
    const { beta1, beta2, epsilon } = spec;
    adamInPlace({ values, first, second, gradient }, { beta1, beta2, epsilon, coupled, shrink, scale, correction });
    return;
  }
  const g = decayed(gradient, values, coupled);
  const m = tf.add(tf.mul(first, spec.beta1), tf.mul(g, 1 - spec.beta1));
  const v = tf.add(tf.mul(second, spec.beta2), tf.mul(tf.square(g), 1 - spec.beta2));
  const change = tf.div(tf.mul(m, scale), tf.add(tf.div(tf.sqrt(v), correction), spec.epsilon));
  move(values, tf.sub(shrink === 0 ? values : tf.mul(values, 1 - shrink), change));
  move(first, m);
  move(second, v);
}

function decayed(gradient: tf.Tensor, values: tf.Tensor, weightDecay: number): tf.Tensor {
  return weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(values, weightDecay));
}

/** @throws TypeError for a state of another optimiser */
function kept(numbers: tf.Variable | null): tf.Variable {
  if (!numbers) throw new TypeError('expected the numbers that the optimiser keeps, found none');
  return numbers;
}
