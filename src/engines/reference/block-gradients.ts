import { InputError } from '../../errors';
import type { FactorSpec } from '../../models/factor';
import type { Block, EngineData, ModelState } from '../engine';
import { type Gradients, Tables } from './tables';
import { columnVectors, rowVectors, unnormalise } from './vectors';

/**
 * The factor family on a block, written out: vectors, scores, loss and gradients as in
 * docs/models.md, with no shortcut. The oracle that the fast engines are tested against.
 */
export function blockGradients(spec: FactorSpec, state: ModelState, block: Block, data: EngineData): Gradients {
  const d = spec.dimensions;
  const tables = new Tables(state);
  const B = block.rows.length;
  const columns = block.columns ?? Int32Array.from({ length: data.columns }, (_, c) => c);
  const K = columns.length;
  const u = rowVectors(spec, tables, block.rows, block.inputs, data.rowFeatures);
  const v = columnVectors(spec, tables, columns, data.columnFeatures);
  const columnBias = tables.find('columnBias')?.values;

  const z = new Float64Array(B * K);
  for (let b = 0; b < B; b++) {
    for (let k = 0; k < K; k++) {
      let dot = 0;
      for (let i = 0; i < d; i++) dot += u.vectors[b * d + i] * v.vectors[k * d + i];
      z[b * K + k] =
        spec.temperature * dot + (columnBias ? columnBias[columns[k]] : 0) - (block.logChance ? block.logChance[k] : 0);
    }
  }
  const { loss, dz } = lossAndSlope(spec, z, block, B, K);

  const du = new Float64Array(B * d);
  const dv = new Float64Array(K * d);
  for (let b = 0; b < B; b++) {
    for (let k = 0; k < K; k++) {
      const gradient = spec.temperature * dz[b * K + k];
      for (let i = 0; i < d; i++) {
        du[b * d + i] += gradient * v.vectors[k * d + i];
        dv[k * d + i] += gradient * u.vectors[b * d + i];
      }
      if (columnBias) tables.gradient('columnBias')[columns[k]] += dz[b * K + k];
    }
  }
  unnormalise(du, u, d);
  unnormalise(dv, v, d);
  tables.scatter('column', columns, dv);
  if (data.columnFeatures) tables.scatterFeatures('columnFeature', data.columnFeatures, columns, dv);
  if (spec.rowVector === 'own') {
    tables.scatter('row', block.rows, du);
    if (data.rowFeatures) tables.scatterFeatures('rowFeature', data.rowFeatures, block.rows, du);
  } else if (block.inputs) {
    tables.scatterInputs('input', block.inputs, du);
  }
  return { loss, metric: Number.NaN, tables: tables.gradients };
}

function lossAndSlope(spec: FactorSpec, z: Float64Array, block: Block, B: number, K: number) {
  const y = new Uint8Array(B * K);
  for (let p = 0; p < block.positiveRows.length; p++) y[block.positiveRows[p] * K + block.positiveColumns[p]] = 1;
  const dz = new Float64Array(B * K);
  let loss = 0;
  switch (spec.loss) {
    case 'bce': {
      const cells = B * K;
      for (let i = 0; i < cells; i++) {
        loss += (Math.max(z[i], 0) + Math.log1p(Math.exp(-Math.abs(z[i]))) - y[i] * z[i]) / cells;
        dz[i] = (1 / (1 + Math.exp(-z[i])) - y[i]) / cells;
      }
      return { loss, dz };
    }
    case 'softmax': {
      const pairs = block.positiveRows.length;
      for (let b = 0; b < B; b++) {
        const row = z.subarray(b * K, (b + 1) * K);
        const maximum = row.reduce((a, value) => Math.max(a, value), Number.NEGATIVE_INFINITY);
        let sum = 0;
        let positives = 0;
        for (let k = 0; k < K; k++) {
          sum += Math.exp(row[k] - maximum);
          positives += y[b * K + k];
        }
        for (let k = 0; k < K; k++) {
          const share = Math.exp(row[k] - maximum) / sum;
          if (y[b * K + k]) loss -= (row[k] - maximum - Math.log(sum)) / pairs;
          dz[b * K + k] = (positives * share - y[b * K + k]) / pairs;
        }
      }
      return { loss, dz };
    }
    case 'bpr':
    case 'mse':
      throw new InputError(
        `expected a loss of softmax or bce on a block, found ${spec.loss}: it is learned from pairs`,
      );
    default:
      return spec.loss satisfies never;
  }
}
