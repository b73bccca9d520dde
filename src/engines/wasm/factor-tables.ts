import type { FactorSpec, FactorTable } from '../../models/factor';
import { movesOnlyBatch } from '../../models/optimiser';
import { outputOf } from '../../models/output';
import type { EngineData, ModelState, ParameterTable, StateTable } from '../engine';
import type { Arena } from './arena';
import { Curve, Loss, Optimiser, Plan, Rest, SCRATCH, Side, Table, WINDOW } from './assembly/plan';
import type { PlanWriter } from './plan-writer';

/** Steps after which all rows are brought up to date, so that what is remembered of the past stays small. */
export const STEPS_REMEMBERED = 16384;

/** Parts of a row of a table: values, and what the optimiser keeps of each. */
function partsOf({ optimiser }: FactorSpec): ('values' | 'first' | 'second')[] {
  switch (optimiser.kind) {
    case 'adam':
      return ['values', 'first', 'second'];
    case 'adagrad':
      return ['values', 'second'];
    case 'sgd':
      return ['values'];
    default:
      return optimiser satisfies never;
  }
}

/** Which tables of the model's state lie in a table of the kernels, and from which number of a row on. */
const PLACES: Readonly<Record<Exclude<FactorTable, 'link'>, readonly [Side, 'vector' | 'bias']>> = {
  row: [Side.Row, 'vector'],
  input: [Side.Row, 'vector'],
  rowBias: [Side.Row, 'bias'],
  column: [Side.Column, 'vector'],
  columnBias: [Side.Column, 'bias'],
  rowFeature: [Side.RowFeature, 'vector'],
  columnFeature: [Side.ColumnFeature, 'vector'],
};

const LOSSES: Readonly<Record<FactorSpec['loss'], Loss>> = {
  bce: Loss.CrossEntropy,
  mse: Loss.SquaredError,
  bpr: Loss.Bpr,
  softmax: Loss.Softmax,
};

/** Bytes that a model's tables take in the memory of the kernels. */
export function tableBytes(spec: FactorSpec, state: readonly ParameterTable[]): number {
  const parts = partsOf(spec).length;
  let bytes = 0;
  for (const { shape, name } of state) {
    if (!name.endsWith('Bias')) bytes += shape[0] * (4 * parts * (four(shape[1]) + 4) + 8);
  }
  return bytes + 24 * STEPS_REMEMBERED + (1 << 18);
}

/** The parameters of a factor model in the memory of the kernels, row by row with their moments and biases. */
export class FactorTables {
  private readonly parts: ('values' | 'first' | 'second')[];
  private readonly shapes: readonly { readonly name: FactorTable; readonly shape: readonly [number, number] }[];
  private readonly linkAt: number;
  private readonly pastAt: number;
  private readonly decayAt: number;

  constructor(
    private readonly spec: FactorSpec,
    state: ModelState,
    data: EngineData,
    private readonly arena: Arena,
    private readonly plan: PlanWriter,
    threads: number,
    /** Whether blocks will be scored with log chances. */
    sampled: boolean,
  ) {
    this.parts = partsOf(spec);
    this.shapes = state.tables.map(({ name, shape }) => ({ name: name as FactorTable, shape }));
    const d = spec.dimensions;
    const extended = sampled || spec.rowBias || spec.columnBias || spec.offset !== 0;
    const { optimiser } = spec;
    const adam = optimiser.kind === 'adam' ? optimiser : null;
    const coupled = adam?.decoupled ? 0 : optimiser.weightDecay;
    const rest = movesOnlyBatch(optimiser) ? Rest.Stay : coupled === 0 ? Rest.CatchUp : Rest.Move;
    const { curve, range } = outputOf(spec);
    const fields: [Plan, number][] = [
      [Plan.Threads, threads],
      [Plan.Dimensions, d],
      [Plan.Gathered, four(extended ? d + 2 : d)],
      [Plan.Extended, extended ? 1 : 0],
      [Plan.Cosine, spec.score === 'cosine' ? 1 : 0],
      [Plan.Pooled, spec.rowVector === 'pooled' ? 1 : 0],
      [Plan.Temperature, spec.temperature],
      [Plan.Offset, spec.offset],
      [Plan.Loss, LOSSES[spec.loss]],
      [Plan.Output, { linear: Curve.Linear, relu: Curve.Relu, sigmoid: Curve.Sigmoid }[curve]],
      [Plan.RangeFrom, range?.[0] ?? 0],
      [Plan.RangeTo, range?.[1] ?? 1],
      [Plan.Regularisation, spec.regularisation],
      [Plan.Optimiser, { adam: Optimiser.Adam, adagrad: Optimiser.Adagrad, sgd: Optimiser.Sgd }[optimiser.kind]],
      [Plan.Rest, rest],
      [Plan.Beta1, adam?.beta1 ?? 0],
      [Plan.Beta2, adam?.beta2 ?? 0],
      [Plan.Epsilon, optimiser.kind === 'sgd' ? 0 : optimiser.epsilon],
      [Plan.CoupledDecay, coupled],
      [Plan.DecoupledDecay, adam?.decoupled ? adam.weightDecay : 0],
    ];
    for (const [field, value] of fields) plan.set(field, value);
    for (const { name, shape } of this.shapes) {
      if (name === 'link') continue;
      const [side, part] = PLACES[name];
      if (part === 'bias') plan.setTable(side, Table.HasBias, 1);
      else
        this.makeTable(
          side,
          shape,
          this.shapes.some((other) => other.name === `${name}Bias`),
        );
    }
    for (const [side, from, features] of [
      [Side.Row, Side.RowFeature, spec.rowVector === 'own' ? data.rowFeatures : null],
      [Side.Column, Side.ColumnFeature, data.columnFeatures],
    ] as const) {
      if (!features || plan.getTable(from, Table.Count) === 0) continue;
      plan.setTable(side, Table.FeatureOffsetsAt, arena.keep(features.offsets));
      plan.setTable(side, Table.FeatureIndicesAt, arena.keep(features.indices));
      const floats = plan.getTable(from, Table.Count) * plan.getTable(from, Table.Stride);
      plan.setTable(from, Table.GradientAt, arena.take(4 * threads * floats));
    }
    this.linkAt = spec.link === 'affine' ? arena.take(4 * 16) : 0;
    plan.set(Plan.LinkAt, this.linkAt);
    const longest = Math.max(...this.shapes.map(({ shape }) => four(shape[1] + 1)));
    plan.set(Plan.ZerosAt, arena.take(4 * longest));
    plan.set(Plan.ScratchAt, arena.take(4 * threads * SCRATCH));
    this.pastAt = rest === Rest.CatchUp ? arena.take(16 * (STEPS_REMEMBERED + 2)) : 0;
    plan.set(Plan.PastAt, this.pastAt);
    this.decayAt = this.pastAt && adam?.decoupled && adam.weightDecay > 0 ? arena.take(8 * (STEPS_REMEMBERED + 4)) : 0;
    plan.set(Plan.DecayAt, this.decayAt);
    if (adam && rest === Rest.CatchUp) plan.set(Plan.PowersAt, arena.keep(powers(adam.beta1, adam.beta2)));
    this.load(state);
  }

  private makeTable(side: Side, [count, width]: readonly [number, number], bias: boolean): void {
    const { arena, plan } = this;
    const stride = four(width + (bias ? 1 : 0));
    plan.setTable(side, Table.Count, count);
    plan.setTable(side, Table.Width, width);
    plan.setTable(side, Table.Stride, stride);
    plan.setTable(side, Table.Parts, this.parts.length);
    plan.setTable(side, Table.At, arena.take(4 * count * stride * this.parts.length));
    plan.setTable(side, Table.LastAt, arena.take(4 * count));
    const slotAt = arena.take(4 * count);
    arena.ints(slotAt, count).fill(-1);
    plan.setTable(side, Table.SlotAt, slotAt);
    plan.setTable(side, Table.PresentAt, arena.take(4 * this.plan.get(Plan.Threads) * Math.ceil(count / 32)));
  }

  /** Forgets the past: every row is up to date at this step. */
  restart(step: number): void {
    const { arena, plan } = this;
    plan.set(Plan.Step, step);
    plan.set(Plan.FirstStep, step);
    for (let side = 0; side < Side.Sides; side++) {
      const count = plan.getTable(side, Table.Count);
      if (count > 0) arena.ints(plan.getTable(side, Table.LastAt), count).fill(step);
    }
    if (this.pastAt) arena.floats(this.pastAt, 4).fill(0);
    if (this.decayAt) arena.doubles(this.decayAt, 1).fill(0);
  }

  /** Steps made since rows were last brought up to date. */
  get remembered(): number {
    return this.plan.get(Plan.Step) - this.plan.get(Plan.FirstStep);
  }

  load(state: ModelState): void {
    for (const table of state.tables) this.transfer(table, 'in');
    this.restart(state.step);
  }

  /** The parameters as they lie; rows have to be up to date. */
  save(): ModelState {
    const tables = this.shapes.map(({ name, shape }): StateTable => {
      const room = (part: 'values' | 'first' | 'second') =>
        new Float32Array(this.parts.includes(part) ? shape[0] * shape[1] : 0);
      const table = { name, shape, values: room('values'), first: room('first'), second: room('second') };
      this.transfer(table, 'out');
      return table;
    });
    return { step: this.plan.get(Plan.Step), tables };
  }

  /** Copies a table of a state in or out. */
  private transfer(table: StateTable, way: 'in' | 'out'): void {
    const { arena, plan, parts } = this;
    const copy = (list: Float32Array, at: number, floats: Float32Array, from: number, count: number) => {
      if (way === 'in') floats.set(list.subarray(at, at + count), from);
      else list.set(floats.subarray(from, from + count), at);
    };
    if (table.name === 'link') {
      const floats = arena.floats(this.linkAt, 16);
      parts.forEach((part, p) => {
        copy(table[part], 0, floats, 4 * p, 2);
      });
      return;
    }
    const [side, place] = PLACES[table.name as Exclude<FactorTable, 'link'>];
    const stride = plan.getTable(side, Table.Stride);
    const [count, width] = table.shape;
    const from = place === 'bias' ? this.spec.dimensions : 0;
    const floats = arena.floats(plan.getTable(side, Table.At), count * stride * parts.length);
    parts.forEach((part, p) => {
      const list = table[part];
      // A model that is only used comes without moments.
      if (list.length === 0) return;
      for (let r = 0; r < count; r++) copy(list, r * width, floats, (r * parts.length + p) * stride + from, width);
    });
  }
}

/** β₁^j, β₁^j / β₂^(j/2), β₁^j / β₂^j and nothing for j = WINDOW … 1; see assembly/past.ts. */
function powers(beta1: number, beta2: number): Float32Array {
  const list = new Float32Array(4 * WINDOW);
  for (let k = 0; k < WINDOW; k++) {
    const j = WINDOW - k;
    list.set([beta1 ** j, beta1 ** j / beta2 ** (j / 2), beta1 ** j / beta2 ** j], 4 * k);
  }
  return list;
}

/** The next multiple of four. */
export function four(count: number): number {
  return Math.ceil(count / 4) * 4;
}
