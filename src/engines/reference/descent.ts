import type { FactorSpec } from '../../models/factor';
import type { AdagradSpec, SgdSpec } from '../../models/optimiser';
import type { ModelState, PairBatch, StateTable } from '../engine';
import { tablesOf } from './vectors';

/**
 * The pairs of a batch, one after another, each of which moves its row and its column: what steps with batches of one
 * pair come to, without a pass over the tables for each. Changes the state in place. Gives the means of the pairs'
 * losses and absolute errors, each as it was before its own move.
 */
export function descend(
  spec: FactorSpec,
  optimiser: AdagradSpec | SgdSpec,
  state: ModelState,
  { rows, columns, targets }: PairBatch,
  rate: number,
): { loss: number; metric: number } {
  const d = spec.dimensions;
  const tables = tablesOf(state);
  const u = tables.get('row');
  const v = tables.get('column');
  const rowBias = tables.find('rowBias');
  const columnBias = tables.find('columnBias');
  const update = optimiser.kind === 'sgd' ? sgdUpdate : adagradUpdate(optimiser);
  const pull = 2 * spec.regularisation + optimiser.weightDecay;
  let loss = 0;
  let metric = 0;
  for (let n = 0; n < rows.length; n++) {
    const r = rows[n];
    const c = columns[n];
    const [rowAt, columnAt] = [r * d, c * d];
    const biases = [rowBias?.values[r] ?? 0, columnBias?.values[c] ?? 0];
    let dot = 0;
    let penalty = biases[0] ** 2 + biases[1] ** 2;
    for (let i = 0; i < d; i++) {
      const [a, b] = [u.values[rowAt + i], v.values[columnAt + i]];
      dot += a * b;
      penalty += a * a + b * b;
    }
    const error = spec.temperature * dot + spec.offset + biases[0] + biases[1] - targets[n];
    loss += error * error + spec.regularisation * penalty;
    metric += Math.abs(error);
    const logitGradient = 2 * error;
    for (let i = 0; i < d; i++) {
      const [a, b] = [u.values[rowAt + i], v.values[columnAt + i]];
      update(u, rowAt + i, logitGradient * spec.temperature * b + pull * a, rate);
      update(v, columnAt + i, logitGradient * spec.temperature * a + pull * b, rate);
    }
    if (rowBias) update(rowBias, r, logitGradient + pull * biases[0], rate);
    if (columnBias) update(columnBias, c, logitGradient + pull * biases[1], rate);
  }
  return { loss: loss / rows.length, metric: metric / rows.length };
}

type Update = (table: StateTable, at: number, gradient: number, rate: number) => void;

const sgdUpdate: Update = ({ values }, at, gradient, rate) => {
  values[at] -= rate * gradient;
};

function adagradUpdate({ epsilon }: AdagradSpec): Update {
  return ({ values, v }, at, gradient, rate) => {
    v[at] += gradient * gradient;
    values[at] -= (rate * gradient) / (Math.sqrt(v[at]) + epsilon);
  };
}
