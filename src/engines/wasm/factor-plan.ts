import type { FactorSpec } from '../../models/factor';
import { outputOf } from '../../models/output';
import type { EngineData, ModelState } from '../engine';
import type { Arena } from './arena';
import { Curve, Loss, Plan, Side, Table } from './assembly/plan';
import { four, ParameterTables, type Place } from './parameter-tables';
import type { PlanWriter } from './plan-writer';

const LOSSES: Readonly<Record<FactorSpec['loss'], Loss>> = {
  bce: Loss.CrossEntropy,
  mse: Loss.SquaredError,
  bpr: Loss.Bpr,
  softmax: Loss.Softmax,
};

export const CURVES = { linear: Curve.Linear, relu: Curve.Relu, sigmoid: Curve.Sigmoid } as const;

/** Writes how a factor model scores and what it learns; `offsets` is whether blocks may take something off its scores. */
export function writeFactorPlan(spec: FactorSpec, plan: PlanWriter, arena: Arena, offsets: boolean): void {
  const d = spec.dimensions;
  const extended = offsets || spec.rowBias || spec.columnBias || spec.offset !== 0;
  const { curve, range } = outputOf(spec);
  const fields: [Plan, number][] = [
    [Plan.Dimensions, d],
    [Plan.Gathered, four(extended ? d + 2 : d)],
    [Plan.Extended, extended ? 1 : 0],
    [Plan.Cosine, spec.score === 'cosine' ? 1 : 0],
    [Plan.Pooled, spec.rowVector === 'pooled' ? 1 : 0],
    [Plan.Temperature, spec.temperature],
    [Plan.Offset, spec.offset],
    [Plan.Loss, LOSSES[spec.loss]],
    [Plan.Output, CURVES[curve]],
    [Plan.RangeFrom, range?.[0] ?? 0],
    [Plan.RangeTo, range?.[1] ?? 1],
    [Plan.Regularisation, spec.regularisation],
    // Two numbers, two moments of each and room for their gradient, four floats each.
    [Plan.LinkAt, spec.link === 'affine' ? arena.take(4 * 16) : 0],
  ];
  for (const [field, value] of fields) plan.set(field, value);
}

/** The tables of a factor model: each row with its bias behind it. */
export function factorTables(
  spec: FactorSpec,
  state: ModelState,
  data: EngineData,
  arena: Arena,
  plan: PlanWriter,
): ParameterTables {
  const d = spec.dimensions;
  const places: Place[] = [
    { name: spec.rowVector === 'own' ? 'row' : 'input', side: Side.Row, from: 0 },
    { name: 'column', side: Side.Column, from: 0 },
  ];
  if (spec.rowBias) places.push({ name: 'rowBias', side: Side.Row, from: d });
  if (spec.columnBias) places.push({ name: 'columnBias', side: Side.Column, from: d });
  if (state.tables.some(({ name }) => name === 'rowFeature'))
    places.push({ name: 'rowFeature', side: Side.RowFeature, from: 0 });
  if (spec.columnFeatures > 0) places.push({ name: 'columnFeature', side: Side.ColumnFeature, from: 0 });
  if (spec.link === 'affine') places.push({ name: 'link', at: plan.get(Plan.LinkAt), partBytes: 16 });
  const tables = new ParameterTables(state, places, spec.optimiser, arena, plan);
  plan.setTable(Side.Row, Table.HasBias, spec.rowBias ? 1 : 0);
  plan.setTable(Side.Column, Table.HasBias, spec.columnBias ? 1 : 0);
  if (spec.rowVector === 'own') tables.addFeatures(Side.Row, data.rowFeatures);
  tables.addFeatures(Side.Column, data.columnFeatures);
  return tables;
}
