import type { FactorSpec } from '../../models/factor';
import { epochKeys, negativePool } from '../draw';
import {
  type Batch,
  type Block,
  type BlockInputs,
  DeviceLostError,
  type EngineData,
  type ModelState,
  type ModelTrainer,
  type PairBatch,
  type PairSource,
  type Pairs,
} from '../engine';
import { Arena } from './arena';
import { CHUNK, CHUNK_SUMS, Order, Plan, Side, Table } from './assembly/plan';
import { FactorTables, four, STEPS_REMEMBERED, tableBytes } from './factor-tables';
import type { KernelExports, Kernels } from './kernels';
import { PlanWriter } from './plan-writer';
import type { Employer, ThreadPool } from './threads';

/** Steps of one order at most. */
const STEPS_AT_ONCE = 1024;
/** Floats of a packed right operand: half a megabyte of the second cache. */
const PACKED = 1 << 17;

/** What a trainer needs to know of the engine it belongs to. */
export interface WasmHost {
  readonly kernels: Kernels;
  /** Null where there is one thread. */
  readonly pool: ThreadPool | null;
  /** Text when the engine was given up. */
  lost(): string | null;
  /** A trainer was made, or disposed of. */
  count(change: 1 | -1): void;
}

/** Trains a factor model with the fused kernels. */
export function createWasmTrainer(
  spec: FactorSpec,
  start: ModelState,
  data: EngineData,
  source: PairSource | undefined,
  host: WasmHost,
): ModelTrainer {
  const model = new FactorModel(spec, start, data, source, host);
  host.count(1);
  const alive = () => {
    const reason = host.lost();
    if (reason !== null) throw new DeviceLostError(reason);
  };
  let losses: number[] = [];
  let figures: number[] = [];
  const take = (steps: number, withFigures: boolean) => {
    const sums = model.sums(steps);
    losses.push(...sums.losses);
    if (withFigures) figures.push(...sums.figures);
  };
  const trainer: ModelTrainer = {
    step(batch: Batch, rate: number) {
      alive();
      if (batch.kind === 'block') model.blockStep(batch, rate);
      else model.pairStep(batch, rate);
      take(1, batch.kind === 'pairs');
    },
    async losses() {
      alive();
      const taken = Float32Array.from(losses);
      losses = [];
      return taken;
    },
    async figures() {
      const taken = Float32Array.from(figures);
      figures = [];
      return taken;
    },
    async score(rows, inputs) {
      alive();
      return model.scores(rows, inputs);
    },
    async logits(pairs) {
      alive();
      return model.logits(pairs);
    },
    async save() {
      alive();
      return model.save();
    },
    load(state) {
      model.tables.load(state);
      losses = [];
      figures = [];
    },
    dispose() {
      model.dispose();
      host.count(-1);
    },
  };
  if (!source) return trainer;
  return {
    ...trainer,
    draw(epoch, first, rates) {
      alive();
      for (let done = 0; done < rates.length; done += STEPS_AT_ONCE) {
        const part = rates.subarray(done, done + STEPS_AT_ONCE);
        model.drawnSteps(epoch, first + done, part);
        take(part.length, true);
      }
    },
  };
}

/** A factor model in the memory of the kernels, and the orders that it takes. */
export class FactorModel implements Employer {
  readonly tables: FactorTables;
  private readonly arena: Arena;
  private readonly plan: PlanWriter;
  private readonly exports: KernelExports;
  private readonly threads: number;
  private readonly floats: number;
  private readonly sumsAt: number;
  private readonly seed: number;
  /** Pairs, pairs of one list and gathered rows of each table that there is room for. */
  private pairRoom = 0;
  private listRoom = 0;
  private readonly gatherRoom = new Array<number>(Side.Sides).fill(0);
  private readonly rooms = new Map<string, { readonly at: number; readonly size: number }>();

  constructor(
    spec: FactorSpec,
    state: ModelState,
    private readonly data: EngineData,
    source: PairSource | undefined,
    private readonly host: WasmHost,
  ) {
    const { kernels, pool } = host;
    this.threads = pool?.size ?? 1;
    this.arena = new Arena(tableBytes(spec, state.tables), kernels.threads);
    const instance = new WebAssembly.Instance(kernels.module, { env: { memory: this.arena.memory } });
    this.exports = instance.exports as unknown as KernelExports;
    this.plan = new PlanWriter(this.arena);
    this.exports.usePlan(this.plan.at);
    this.tables = new FactorTables(spec, state, data, this.arena, this.plan, this.threads, source === undefined);
    this.floats = this.plan.get(Plan.Gathered);
    this.plan.set(Plan.RatesAt, this.arena.take(4 * STEPS_AT_ONCE));
    this.sumsAt = this.arena.take(8 * (2 + this.threads) * STEPS_AT_ONCE);
    this.plan.set(Plan.SumsAt, this.sumsAt);
    this.plan.set(Plan.PackedRoom, PACKED);
    this.plan.set(Plan.PackedAt, this.arena.take(4 * PACKED * this.threads));
    this.seed = source?.seed ?? 0;
    if (source) this.prepareDraws(source);
  }

  /** Steps of an epoch from `first` on, drawn by the kernels. */
  drawnSteps(epoch: number, first: number, rates: Float32Array): void {
    const { plan } = this;
    const keys = epochKeys(this.seed, epoch);
    plan.set(Plan.OrderKey, keys.order);
    plan.set(Plan.NegativesKey, keys.negatives);
    plan.set(Plan.EpochStep, first);
    this.makePairRoom(plan.get(Plan.BatchPairs), plan.get(Plan.Group));
    this.run(Order.DrawnSteps, rates);
  }

  pairStep(batch: PairBatch, rate: number): void {
    this.writePairs(batch, batch.group);
    this.arena.floats(this.plan.get(Plan.TargetsAt), batch.targets.length).set(batch.targets);
    this.run(Order.PairStep, Float32Array.of(rate));
  }

  blockStep(block: Block, rate: number): void {
    const { arena, plan } = this;
    this.writeBlock(block.rows, block.columns, block.inputs);
    const P = block.positiveRows.length;
    plan.set(Plan.Positives, P);
    plan.set(Plan.PositiveRowsAt, this.room('positive rows', P));
    plan.set(Plan.PositiveColumnsAt, this.room('positive columns', P));
    arena.ints(plan.get(Plan.PositiveRowsAt), P).set(block.positiveRows);
    arena.ints(plan.get(Plan.PositiveColumnsAt), P).set(block.positiveColumns);
    this.writeLogChance(block.logChance);
    this.run(Order.BlockStep, Float32Array.of(rate));
  }

  scores(rows: Int32Array, inputs: BlockInputs | null): Float32Array {
    const { arena, plan } = this;
    const K = this.data.columns;
    this.writeBlock(rows, null, inputs);
    this.writeLogChance(null);
    this.order(Order.BlockScores, 0);
    const length = plan.get(Plan.RowLength);
    const found = arena.floats(plan.get(Plan.ScoresAt), rows.length * length);
    const scores = new Float32Array(rows.length * K);
    for (let b = 0; b < rows.length; b++) scores.set(found.subarray(b * length, b * length + K), b * K);
    return scores;
  }

  logits(pairs: Pairs): Float32Array {
    this.writePairs(pairs, 1);
    this.order(Order.PairScores, 0);
    return this.arena.floats(this.plan.get(Plan.SlopesAt), pairs.rows.length).slice();
  }

  save(): ModelState {
    this.bringUp();
    return this.tables.save();
  }

  /** Losses and figures of the last order's steps. */
  sums(steps: number): { losses: number[]; figures: number[] } {
    const width = 2 + this.threads;
    const sums = this.arena.doubles(this.sumsAt, width * steps);
    const losses: number[] = [];
    const figures: number[] = [];
    for (let i = 0; i < steps; i++) {
      let loss = sums[width * i];
      for (let t = 0; t < this.threads; t++) loss += sums[width * i + 2 + t];
      losses.push(loss);
      figures.push(sums[width * i + 1]);
    }
    return { losses, figures };
  }

  dispose(): void {
    this.host.pool?.leave(this);
  }

  task(thread: number) {
    const { module } = this.host.kernels;
    return { module, memory: this.arena.memory, plan: this.plan.at, thread, seen: this.exports.orders() };
  }

  release(): void {
    this.exports.command(Order.Quit, 0);
  }

  private run(order: Order, rates: Float32Array): void {
    if (this.tables.remembered + rates.length > STEPS_REMEMBERED) this.bringUp();
    this.arena.floats(this.plan.get(Plan.RatesAt), rates.length).set(rates);
    this.order(order, rates.length);
  }

  private bringUp(): void {
    this.order(Order.Flush, 0);
    this.tables.restart(this.plan.get(Plan.Step));
  }

  private order(order: Order, argument: number): void {
    this.host.pool?.workFor(this);
    try {
      this.exports.command(order, argument);
    } catch (error) {
      throw new DeviceLostError(`A thread of the processor failed: ${String(error)}`);
    }
  }

  private prepareDraws(source: PairSource): void {
    const { arena, plan } = this;
    const { train, rowOfPair, spec } = source;
    const { negatives } = spec;
    const pool = negativePool(source);
    const indicesAt = arena.take(train.indices.byteLength + 64);
    arena.ints(indicesAt, train.indices.length).set(train.indices);
    const fields: [Plan, number][] = [
      [Plan.PairCount, rowOfPair.length],
      [Plan.PairsAt, this.keepPairs(source)],
      [Plan.Valued, spec.target === 'value' ? 1 : 0],
      [Plan.OffsetsAt, arena.keep(train.offsets)],
      [Plan.IndicesAt, indicesAt],
      [Plan.BatchPairs, Math.min(spec.batchPairs, rowOfPair.length)],
      [Plan.Shuffled, spec.order === 'shuffle' ? 1 : 0],
      [Plan.Group, 1 + (negatives?.perPositive ?? 0)],
      [Plan.PoolRows, pool.rows.length],
      [Plan.PoolRowsAt, arena.keep(pool.rows)],
      [Plan.PoolColumns, pool.columns.length],
      [Plan.PoolColumnsAt, pool.columns === train.indices ? indicesAt : arena.keep(pool.columns)],
      [Plan.NegativePairs, negatives?.draw === 'pair' ? 1 : 0],
      [Plan.Reject, negatives?.reject ? 1 : 0],
      [Plan.NegativeTarget, negatives?.target ?? 0],
    ];
    for (const [field, value] of fields) plan.set(field, value);
  }

  /** Pairs side by side with their columns and values: a draw then reads one place. */
  private keepPairs({ train, values, rowOfPair, placeOfPair, spec }: PairSource): number {
    const { arena } = this;
    const width = spec.target === 'value' ? 3 : 2;
    const at = arena.take(4 * width * rowOfPair.length);
    const ints = arena.ints(at, width * rowOfPair.length);
    const floats = arena.floats(at, width * rowOfPair.length);
    for (let i = 0; i < rowOfPair.length; i++) {
      ints[width * i] = rowOfPair[i];
      ints[width * i + 1] = train.indices[placeOfPair[i]];
      if (width === 3 && values) floats[width * i + 2] = values[placeOfPair[i]];
    }
    return at;
  }

  private writePairs({ rows, columns }: Pairs, group: number): void {
    const { arena, plan } = this;
    this.makePairRoom(rows.length / group, group);
    plan.set(Plan.Pairs, rows.length);
    plan.set(Plan.Group, group);
    arena.ints(plan.get(Plan.RowsAt), rows.length).set(rows);
    arena.ints(plan.get(Plan.ColumnsAt), columns.length).set(columns);
  }

  /** Room for a batch of so many groups of pairs. */
  private makePairRoom(groups: number, group: number): void {
    const { plan, threads } = this;
    const pairs = groups * group;
    const share = Math.ceil(groups / threads) * group;
    if (pairs <= this.pairRoom && share <= this.listRoom) return;
    this.pairRoom = Math.max(pairs, this.pairRoom);
    this.listRoom = Math.max(share, this.listRoom);
    for (const [field, name] of [
      [Plan.RowsAt, 'rows'],
      [Plan.ColumnsAt, 'columns'],
      [Plan.TargetsAt, 'targets'],
      [Plan.SlopesAt, 'slopes'],
      [Plan.RowSlotsAt, 'row slots'],
      [Plan.ColumnSlotsOfPairsAt, 'column slots of pairs'],
    ] as const) {
      plan.set(field, this.room(name, this.pairRoom));
    }
    // A chunk has at least one group, and half of CHUNK where groups are small.
    const chunks = Math.ceil(this.pairRoom / Math.min(CHUNK / 2, this.pairRoom)) + 1;
    plan.set(Plan.ChunkSumsAt, this.room('chunk sums', 2 * CHUNK_SUMS * chunks));
    for (const side of [Side.Row, Side.Column]) {
      plan.setTable(side, Table.PairListRoom, this.listRoom);
      plan.setTable(side, Table.PairListsAt, this.room(`${side} pair lists`, threads * threads * this.listRoom));
      plan.setTable(side, Table.PairListLengthsAt, this.room(`${side} pair list lengths`, threads * threads));
      plan.setTable(side, Table.MembersAt, this.room(`${side} members`, 2 * this.pairRoom));
      this.makeGatherRoom(side, pairs, threads);
    }
  }

  /** Room for `each` gathered rows of a table in each of some lists. */
  private makeGatherRoom(side: Side, each: number, lists: number): void {
    const { plan, threads } = this;
    const rows = lists * Math.min(each, plan.getTable(side, Table.Count));
    if (rows <= this.gatherRoom[side]) return;
    this.gatherRoom[side] = rows;
    plan.setTable(side, Table.ListRoom, Math.floor(rows / threads));
    for (const [field, name, size] of [
      [Table.ListAt, 'list', 1],
      [Table.FirstMemberAt, 'first members', 1],
      [Table.NextMemberAt, 'next members', 1],
      [Table.NormsAt, 'norms', 1],
      [Table.GatheredAt, 'gathered', this.floats],
    ] as const) {
      plan.setTable(side, field, this.room(`${side} ${name}`, rows * size));
    }
    plan.setTable(side, Table.ListLengthsAt, this.room(`${side} lengths`, threads));
  }

  private writeBlock(rows: Int32Array, columns: Int32Array | null, inputs: BlockInputs | null): void {
    const { arena, plan } = this;
    const B = rows.length;
    const K = columns?.length ?? this.data.columns;
    const length = four(K);
    const rowList = inputs ? inputs.columns : rows;
    const { distinct, slots } = distinctOf(columns ?? countUp(K));
    plan.set(Plan.BlockRows, B);
    plan.set(Plan.BlockColumns, K);
    plan.set(Plan.RowLength, length);
    plan.set(Plan.ScoresAt, this.room('scores', B * length));
    this.writeList(Side.Row, rowList);
    this.writeList(Side.Column, distinct);
    if (slots) {
      plan.set(Plan.ColumnSlotsAt, this.room('column slots', K));
      arena.ints(plan.get(Plan.ColumnSlotsAt), K).set(slots);
      plan.set(Plan.BlockVectorsAt, this.room('block vectors', K * this.floats));
      plan.set(Plan.BlockGradientsAt, this.room('block gradients', K * this.floats));
    } else {
      plan.set(Plan.ColumnSlotsAt, 0);
      plan.set(Plan.BlockVectorsAt, plan.getTable(Side.Column, Table.GatheredAt));
      plan.set(Plan.BlockGradientsAt, plan.getTable(Side.Column, Table.GradientAt));
    }
    if (inputs) this.writeInputs(B, inputs);
  }

  private writeList(side: Side, entries: Int32Array): void {
    const { arena, plan } = this;
    this.makeGatherRoom(side, entries.length, 1);
    plan.setTable(side, Table.GradientAt, this.room(`${side} gradients`, entries.length * this.floats));
    arena.ints(plan.getTable(side, Table.ListAt), entries.length).set(entries);
    arena.ints(plan.getTable(side, Table.ListLengthsAt), 1)[0] = entries.length;
  }

  private writeInputs(B: number, { pairRows, pairColumns, weights }: BlockInputs): void {
    const { arena, plan, floats } = this;
    const count = pairRows.length;
    plan.set(Plan.Inputs, count);
    plan.set(Plan.PooledAt, this.room('pooled', B * floats));
    plan.set(Plan.PooledGradientsAt, this.room('pooled gradients', B * floats));
    plan.set(Plan.PooledNormsAt, this.room('pooled norms', B));
    plan.set(Plan.InputRowsAt, this.room('input rows', count));
    plan.set(Plan.InputColumnsAt, this.room('input columns', count));
    plan.set(Plan.InputWeightsAt, this.room('input weights', count));
    plan.set(Plan.InputOffsetsAt, this.room('input offsets', B + 1));
    arena.ints(plan.get(Plan.InputRowsAt), count).set(pairRows);
    arena.ints(plan.get(Plan.InputColumnsAt), count).set(pairColumns);
    arena.floats(plan.get(Plan.InputWeightsAt), count).set(weights);
    // The pairs lie in the order of their rows.
    const offsets = arena.ints(plan.get(Plan.InputOffsetsAt), B + 1);
    let p = 0;
    for (let b = 0; b <= B; b++) {
      while (p < count && pairRows[p] < b) p++;
      offsets[b] = p;
    }
  }

  private writeLogChance(logChance: Float32Array | null): void {
    const { arena, plan } = this;
    if (logChance) {
      plan.set(Plan.LogChanceAt, this.room('log chances', logChance.length));
      arena.floats(plan.get(Plan.LogChanceAt), logChance.length).set(logChance);
    } else {
      plan.set(Plan.LogChanceAt, 0);
    }
  }

  /** Room for so many numbers under a name: what was given before, if it is enough, or half as much again as asked. */
  private room(name: string, numbers: number): number {
    const had = this.rooms.get(name);
    if (had && had.size >= numbers) return had.at;
    const size = had ? Math.ceil(1.5 * numbers) : numbers;
    // Four more: vectors are read whole.
    const at = this.arena.take(4 * (size + 4));
    this.rooms.set(name, { at, size });
    return at;
  }
}

/** Each entry once, and the place of each among these; null for places where all are distinct. */
function distinctOf(entries: Int32Array): { distinct: Int32Array; slots: Int32Array | null } {
  const places = new Map<number, number>();
  for (const entry of entries) if (!places.has(entry)) places.set(entry, places.size);
  if (places.size === entries.length) return { distinct: entries, slots: null };
  return {
    distinct: Int32Array.from(places.keys()),
    slots: entries.map((entry) => places.get(entry) as number),
  };
}

function countUp(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => i);
}
