import { type OptimiserSpec, updatesTouchedRowsOnly } from '../../models/optimiser';
import type { EngineData, ModelState, StateTable } from '../engine';
import type { Arena } from './arena';
import {
  MOMENT_WINDOW_STEPS,
  Optimiser,
  PENDING_CACHE_ENTRY_BYTES,
  PENDING_CACHE_STEPS,
  Plan,
  SCRATCH_FLOATS,
  Side,
  Table,
  UntouchedRows,
} from './assembly/plan';
import type { PlanWriter } from './plan-writer';

/** Steps after which all rows are caught up, so that the recorded sums stay few. */
export const STEPS_RECORDED = 16384;

/** Floats of a cache line. */
const CACHE_LINE_FLOATS = 16;

type Part = 'values' | 'm' | 'v';

/** Parts of a parameter: its value, and what the optimiser keeps of it. */
export function partsOf(optimiser: OptimiserSpec): readonly Part[] {
  switch (optimiser.kind) {
    case 'adam':
      return ['values', 'm', 'v'];
    case 'adagrad':
      return ['values', 'v'];
    case 'sgd':
      return ['values'];
    default:
      return optimiser satisfies never;
  }
}

/** Bytes that a model's tables take in the memory of the kernels, about. */
export function tableBytes(state: ModelState, optimiser: OptimiserSpec): number {
  const parts = partsOf(optimiser).length;
  let bytes = 24 * STEPS_RECORDED + (1 << 20);
  for (const { shape } of state.tables) bytes += shape[0] * (4 * recordOf(shape[1], parts) + 8);
  return bytes;
}

/**
 * Where a table of the model's state lies: in the rows of a table of the kernels, from some number of a row
 * on, so that what a row needs lies together; or in one piece, its parts `apart` bytes from each other.
 */
export type Place =
  | { readonly name: string; readonly side: Side; readonly from: number }
  | { readonly name: string; readonly at: number; readonly partBytes: number };

/** The parameters of a model in the memory of the kernels, with what its optimiser keeps of them. */
export class ParameterTables {
  private readonly parts: readonly Part[];
  private readonly shapes: ReadonlyMap<string, readonly [number, number]>;
  private readonly pendingSumsAt: number;
  private readonly decayAt: number;
  private readonly pendingCacheAt: number;

  constructor(
    state: ModelState,
    private readonly places: readonly Place[],
    optimiser: OptimiserSpec,
    private readonly arena: Arena,
    private readonly plan: PlanWriter,
  ) {
    this.parts = partsOf(optimiser);
    this.shapes = new Map(state.tables.map(({ name, shape }) => [name, shape]));
    const untouchedRows = writeOptimiser(optimiser, plan);
    for (let side = 0; side < Side.Sides; side++) this.makeTable(side);
    const longest = Math.max(...[Side.Row, Side.Column].map((side) => plan.getTable(side, Table.Stride)));
    plan.set(Plan.ZerosAt, arena.take(4 * longest));
    plan.set(Plan.ScratchAt, arena.take(4 * plan.get(Plan.Threads) * SCRATCH_FLOATS));
    this.pendingSumsAt = untouchedRows === UntouchedRows.LazyExact ? arena.take(16 * (STEPS_RECORDED + 2)) : 0;
    plan.set(Plan.PendingSumsAt, this.pendingSumsAt);
    this.pendingCacheAt = this.pendingSumsAt ? arena.take(this.pendingCacheBytes) : 0;
    plan.set(Plan.PendingCacheAt, this.pendingCacheAt);
    const decays = optimiser.kind === 'adam' && optimiser.decoupled && optimiser.weightDecay > 0;
    this.decayAt = this.pendingSumsAt && decays ? arena.take(8 * (STEPS_RECORDED + 2)) : 0;
    plan.set(Plan.DecayAt, this.decayAt);
    if (optimiser.kind === 'adam' && this.pendingSumsAt) {
      plan.set(Plan.PowersAt, arena.keep(powers(optimiser.beta1, optimiser.beta2)));
    }
    this.load(state);
  }

  /** Lets the vectors of a table's features be added to its own. */
  addFeatures(side: Side.Row | Side.Column, features: EngineData['rowFeatures']): void {
    const { arena, plan } = this;
    const from = side === Side.Row ? Side.RowFeature : Side.ColumnFeature;
    if (!features || plan.getTable(from, Table.Count) === 0) return;
    plan.setTable(side, Table.FeatureOffsetsAt, arena.keep(features.offsets));
    plan.setTable(side, Table.FeatureIndicesAt, arena.keep(features.indices));
    const floats = plan.getTable(from, Table.Count) * plan.getTable(from, Table.Stride);
    plan.setTable(from, Table.GradientAt, arena.take(4 * plan.get(Plan.Threads) * floats));
  }

  private makeTable(side: Side): void {
    const { arena, plan } = this;
    const own = this.places.filter((place) => 'side' in place && place.side === side);
    if (own.length === 0) return;
    const count = this.shape(own[0].name)[0];
    const width = own.reduce((sum, { name }) => sum + this.shape(name)[1], 0);
    const stride = four(width);
    plan.setTable(side, Table.Count, count);
    plan.setTable(side, Table.Width, width);
    plan.setTable(side, Table.Stride, stride);
    const record = recordOf(width, this.parts.length);
    plan.setTable(side, Table.Record, record);
    plan.setTable(side, Table.At, arena.take(4 * count * record));
    const marksAt = arena.take(8 * count);
    arena.ints(marksAt, 2 * count).fill(-1);
    plan.setTable(side, Table.MarksAt, marksAt);
    plan.setTable(side, Table.PresentAt, arena.take(4 * plan.get(Plan.Threads) * Math.ceil(count / 32)));
  }

  private shape(name: string): readonly [number, number] {
    const shape = this.shapes.get(name);
    if (!shape) throw new TypeError(`expected a table “${name}”, found ${[...this.shapes.keys()].join(', ')}`);
    return shape;
  }

  /** Forgets the past: every row is up to date at this step. */
  restart(step: number): void {
    const { arena, plan } = this;
    plan.set(Plan.Step, step);
    plan.set(Plan.FirstStep, step);
    for (let side = 0; side < Side.Sides; side++) {
      const count = plan.getTable(side, Table.Count);
      const marks = arena.ints(plan.getTable(side, Table.MarksAt), 2 * count);
      for (let row = 0; row < count; row++) marks[2 * row + 1] = step;
    }
    if (this.pendingSumsAt) arena.floats(this.pendingSumsAt, 4).fill(0);
    if (this.decayAt) arena.doubles(this.decayAt, 1).fill(0);
    // No step has this number.
    if (this.pendingCacheAt) arena.ints(this.pendingCacheAt, this.pendingCacheBytes / 4).fill(-1);
  }

  private get pendingCacheBytes(): number {
    return this.plan.get(Plan.Threads) * PENDING_CACHE_STEPS * PENDING_CACHE_ENTRY_BYTES;
  }

  /** Steps made since rows were last caught up. */
  get recordedSteps(): number {
    return this.plan.get(Plan.Step) - this.plan.get(Plan.FirstStep);
  }

  load(state: ModelState): void {
    for (const table of state.tables) this.transfer(table, 'in');
    this.restart(state.step);
  }

  /** The parameters as they lie; rows have to be up to date. */
  save(): ModelState {
    const tables = Array.from(this.shapes, ([name, shape]): StateTable => {
      const room = (part: Part) => new Float32Array(this.parts.includes(part) ? shape[0] * shape[1] : 0);
      const table = { name, shape, values: room('values'), m: room('m'), v: room('v') };
      this.transfer(table, 'out');
      return table;
    });
    return { step: this.plan.get(Plan.Step), tables };
  }

  /** Copies a table of a state in or out. */
  private transfer(table: StateTable, way: 'in' | 'out'): void {
    const { arena, plan, parts } = this;
    const place = this.places.find(({ name }) => name === table.name);
    if (!place) throw new TypeError(`expected a place for the table “${table.name}”, found none`);
    const copy = (list: Float32Array, at: number, floats: Float32Array, from: number, count: number) => {
      if (way === 'in') floats.set(list.subarray(at, at + count), from);
      else list.set(floats.subarray(from, from + count), at);
    };
    const [count, width] = table.shape;
    parts.forEach((part, p) => {
      const list = table[part];
      // A model that is only used comes without moments.
      if (list.length === 0) return;
      if (!('side' in place)) {
        copy(list, 0, arena.floats(place.at + p * place.partBytes, count * width), 0, count * width);
        return;
      }
      const stride = plan.getTable(place.side, Table.Stride);
      const record = plan.getTable(place.side, Table.Record);
      const floats = arena.floats(plan.getTable(place.side, Table.At), count * record);
      for (let r = 0; r < count; r++) copy(list, r * width, floats, r * record + p * stride + place.from, width);
    });
  }
}

/** Writes how gradients move parameters; gives how rows outside the batch are treated. */
function writeOptimiser(optimiser: OptimiserSpec, plan: PlanWriter): UntouchedRows {
  const adam = optimiser.kind === 'adam' ? optimiser : null;
  const coupled = adam?.decoupled ? 0 : optimiser.weightDecay;
  const untouchedRows = updatesTouchedRowsOnly(optimiser)
    ? UntouchedRows.Frozen
    : coupled === 0
      ? UntouchedRows.LazyExact
      : UntouchedRows.Dense;
  const fields: [Plan, number][] = [
    [Plan.Optimiser, { adam: Optimiser.Adam, adagrad: Optimiser.Adagrad, sgd: Optimiser.Sgd }[optimiser.kind]],
    [Plan.UntouchedRows, untouchedRows],
    [Plan.Beta1, adam?.beta1 ?? 0],
    [Plan.Beta2, adam?.beta2 ?? 0],
    [Plan.Epsilon, optimiser.kind === 'sgd' ? 0 : optimiser.epsilon],
    [Plan.CoupledDecay, coupled],
    [Plan.DecoupledDecay, adam?.decoupled ? adam.weightDecay : 0],
  ];
  for (const [field, value] of fields) plan.set(field, value);
  return untouchedRows;
}

/** β₁^j, β₁^j / β₂^(j/2), β₁^j / β₂^j and β₂^j for j = MOMENT_WINDOW_STEPS … 1; see assembly/past.ts. */
function powers(beta1: number, beta2: number): Float32Array {
  const list = new Float32Array(4 * MOMENT_WINDOW_STEPS);
  for (let k = 0; k < MOMENT_WINDOW_STEPS; k++) {
    const j = MOMENT_WINDOW_STEPS - k;
    list.set([beta1 ** j, beta1 ** j / beta2 ** (j / 2), beta1 ** j / beta2 ** j, beta2 ** j], 4 * k);
  }
  return list;
}

/** Floats of a row of so many parameters, with their moments: whole cache lines, where that leaves little empty. */
function recordOf(width: number, parts: number): number {
  const floats = parts * four(width);
  const whole = Math.ceil(floats / CACHE_LINE_FLOATS) * CACHE_LINE_FLOATS;
  return 8 * (whole - floats) <= whole ? whole : floats;
}

/** The next multiple of four. */
export function four(count: number): number {
  return Math.ceil(count / 4) * 4;
}
