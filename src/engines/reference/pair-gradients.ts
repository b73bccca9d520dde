import type { FactorSpec } from '../../models/factor';
import { groupLoss } from '../../models/group-loss';
import { outputOf } from '../../models/output';
import { pairLoss } from '../../models/pair-loss';
import type { EngineData, ModelState, PairBatch, Pairs } from '../engine';
import { type Gradients, Tables } from './tables';
import { columnVectors, rowVectors, type ScoredVectors, unnormalise } from './vectors';

interface Forward {
  readonly tables: Tables;
  readonly u: ScoredVectors;
  readonly v: ScoredVectors;
  /** Scores before the link. */
  readonly scores: Float64Array;
  readonly z: Float64Array;
}

/** Scores of pairs, before and after the link. */
export function pairScores(spec: FactorSpec, state: ModelState, batch: Pairs, data: EngineData): Forward {
  const d = spec.dimensions;
  const tables = new Tables(state);
  const u = rowVectors(spec, tables, batch.rows, null, data.rowFeatures);
  const v = columnVectors(spec, tables, batch.columns, data.columnFeatures);
  const rowBias = tables.find('rowBias')?.values;
  const columnBias = tables.find('columnBias')?.values;
  const link = tables.find('link')?.values;
  const scores = new Float64Array(batch.rows.length);
  const z = new Float64Array(scores.length);
  for (let n = 0; n < scores.length; n++) {
    let dot = 0;
    for (let i = 0; i < d; i++) dot += u.vectors[n * d + i] * v.vectors[n * d + i];
    scores[n] =
      spec.temperature * dot +
      spec.offset +
      (rowBias ? rowBias[batch.rows[n]] : 0) +
      (columnBias ? columnBias[batch.columns[n]] : 0);
    z[n] = link ? link[0] * scores[n] + link[1] : scores[n];
  }
  return { tables, u, v, scores, z };
}

/** The factor family on a batch of pairs, written out. */
export function pairGradients(spec: FactorSpec, state: ModelState, batch: PairBatch, data: EngineData): Gradients {
  const d = spec.dimensions;
  const { tables, u, v, scores, z } = pairScores(spec, state, batch, data);
  const { loss, logitGradients, metric } =
    spec.loss === 'bce' || spec.loss === 'mse'
      ? pairLoss(z, batch.targets, spec.loss, outputOf(spec))
      : groupLoss(z, batch.group, spec.loss);
  const link = tables.find('link');
  const rowBias = tables.find('rowBias');
  const columnBias = tables.find('columnBias');
  const du = new Float64Array(u.vectors.length);
  const dv = new Float64Array(v.vectors.length);
  const pull = (2 * spec.regularisation) / scores.length;
  let penalty = 0;
  for (let n = 0; n < scores.length; n++) {
    const logitGradient = link ? logitGradients[n] * link.values[0] : logitGradients[n];
    if (link) {
      tables.gradient('link')[0] += logitGradients[n] * scores[n];
      tables.gradient('link')[1] += logitGradients[n];
    }
    for (let i = n * d; i < (n + 1) * d; i++) {
      du[i] = logitGradient * spec.temperature * v.vectors[i] + pull * u.vectors[i];
      dv[i] = logitGradient * spec.temperature * u.vectors[i] + pull * v.vectors[i];
      penalty += u.vectors[i] ** 2 + v.vectors[i] ** 2;
    }
    if (rowBias) {
      const bias = rowBias.values[batch.rows[n]];
      tables.gradient('rowBias')[batch.rows[n]] += logitGradient + pull * bias;
      penalty += bias ** 2;
    }
    if (columnBias) {
      const bias = columnBias.values[batch.columns[n]];
      tables.gradient('columnBias')[batch.columns[n]] += logitGradient + pull * bias;
      penalty += bias ** 2;
    }
  }
  unnormalise(du, u, d);
  unnormalise(dv, v, d);
  tables.scatter('row', batch.rows, du);
  tables.scatter('column', batch.columns, dv);
  if (data.rowFeatures) tables.scatterFeatures('rowFeature', data.rowFeatures, batch.rows, du);
  if (data.columnFeatures) tables.scatterFeatures('columnFeature', data.columnFeatures, batch.columns, dv);
  return { loss: loss + (spec.regularisation * penalty) / scores.length, metric, tables: tables.gradients };
}
