import { logCause } from '../../errors';
import { epochKeys, negativePool } from '../draw';
import { DeviceLostError, type ModelState, type PairSource, type Pairs } from '../engine';
import { Arena } from './arena';
import { CHUNK_LOCAL_ROWS_PER_PAIR, CHUNK_SUMS, Command, PAIRS_PER_CHUNK, Plan, Side, Table } from './assembly/plan';
import type { KernelExports, Kernels } from './kernels';
import { type ParameterTables, STEPS_RECORDED } from './parameter-tables';
import { PlanWriter } from './plan-writer';
import type { ThreadPool, ThreadPoolClient, ThreadTask } from './threads';

/** Steps of one command at most. */
export const STEPS_PER_COMMAND = 1024;
/** Floats that a thread has for packed operands: half a megabyte of the second cache, and a part of the left one. */
const PACKED_FLOATS = (1 << 17) + (1 << 14);

/** What a model needs to know of the engine it belongs to. */
export interface WasmHost {
  readonly kernels: Kernels;
  /** Null where there is one thread. */
  readonly pool: ThreadPool | null;
  /** Text when the engine was given up. */
  lost(): string | null;
  /** A model was made, or disposed of. */
  count(change: 1 | -1): void;
}

/** A model in the memory of the kernels, and what models of both families have in common. */
export abstract class KernelModel implements ThreadPoolClient {
  protected abstract readonly tables: ParameterTables;
  protected readonly arena: Arena;
  protected readonly plan: PlanWriter;
  protected readonly threads: number;
  private readonly exports: KernelExports;
  private readonly sumsAt: number;
  /** Seed and size of a group of what is drawn. */
  private seed = 0;
  private group = 1;
  /** Pairs, pairs of one list and gathered rows of each table that there is room for. */
  private pairCapacity = 0;
  private listCapacity = 0;
  private readonly gatherCapacity = new Array<number>(Side.Sides).fill(0);
  /** Places of a thread for rows that only one chunk of pairs has. */
  private chunkLocalCapacity = 0;
  private readonly buffers = new Map<string, { readonly at: number; readonly size: number }>();

  constructor(
    bytes: number,
    private readonly host: WasmHost,
  ) {
    const { kernels, pool } = host;
    this.threads = pool?.size ?? 1;
    this.arena = new Arena(bytes, kernels.threads);
    const instance = new WebAssembly.Instance(kernels.module, { env: { memory: this.arena.memory } });
    this.exports = instance.exports as unknown as KernelExports;
    this.plan = new PlanWriter(this.arena);
    this.exports.usePlan(this.plan.at);
    this.plan.set(Plan.Threads, this.threads);
    this.plan.set(Plan.RatesAt, this.arena.take(4 * STEPS_PER_COMMAND));
    this.sumsAt = this.arena.take(8 * (2 + this.threads) * STEPS_PER_COMMAND);
    this.plan.set(Plan.SumsAt, this.sumsAt);
    this.plan.set(Plan.PackedCapacity, PACKED_FLOATS);
    this.plan.set(Plan.PackedAt, this.arena.take(4 * PACKED_FLOATS * this.threads));
  }

  /** Steps of an epoch from `first` on, drawn by the kernels. */
  drawnSteps(epoch: number, first: number, rates: Float32Array): void {
    const { plan } = this;
    const keys = epochKeys(this.seed, epoch);
    plan.set(Plan.OrderKey, keys.order);
    plan.set(Plan.NegativesKey, keys.negatives);
    plan.set(Plan.DropoutKey, keys.dropout);
    plan.set(Plan.EpochStep, first);
    // Pairs that were scored meanwhile were groups of their own.
    plan.set(Plan.Group, this.group);
    this.ensurePairCapacity(plan.get(Plan.BatchPairs), this.group);
    this.run(this.drawnCommand, rates);
  }

  /** The command that draws pairs and makes steps with them. */
  protected abstract readonly drawnCommand: Command;

  load(state: ModelState): void {
    this.tables.load(state);
  }

  save(): ModelState {
    this.catchUpAll();
    return this.tables.save();
  }

  /** Losses and metrics of the last command’s steps. */
  sums(steps: number): { losses: number[]; metrics: number[] } {
    const width = 2 + this.threads;
    const sums = this.arena.doubles(this.sumsAt, width * steps);
    const losses: number[] = [];
    const metrics: number[] = [];
    for (let i = 0; i < steps; i++) {
      let loss = sums[width * i];
      for (let t = 0; t < this.threads; t++) loss += sums[width * i + 2 + t];
      losses.push(loss);
      metrics.push(sums[width * i + 1]);
    }
    return { losses, metrics };
  }

  dispose(): void {
    this.host.pool?.detach(this);
  }

  task(thread: number): ThreadTask {
    const { module } = this.host.kernels;
    return {
      kind: 'task',
      module,
      memory: this.arena.memory,
      plan: this.plan.at,
      thread,
      seen: this.exports.commandCount(),
    };
  }

  release(): void {
    this.exports.runCommand(Command.Quit, 0);
  }

  protected run(command: Command, rates: Float32Array): void {
    if (this.tables.recordedSteps + rates.length > STEPS_RECORDED) this.catchUpAll();
    this.arena.floats(this.plan.get(Plan.RatesAt), rates.length).set(rates);
    this.runCommand(command, rates.length);
  }

  private catchUpAll(): void {
    this.runCommand(Command.Flush, 0);
    this.tables.restart(this.plan.get(Plan.Step));
  }

  protected runCommand(command: Command, argument: number): void {
    this.host.pool?.attach(this);
    try {
      this.exports.runCommand(command, argument);
    } catch (error) {
      logCause(error);
      throw new DeviceLostError('A thread of the processor failed.');
    }
  }

  /** Readies what pairs are drawn from. */
  protected prepareDraws(source: PairSource): void {
    const { arena, plan } = this;
    this.seed = source.seed;
    this.group = 1 + (source.spec.negatives?.perPositive ?? 0);
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
      [Plan.StrataAt, source.strata ? arena.keep(source.strata) : 0],
      [Plan.BatchPairs, Math.min(spec.batchPairs, rowOfPair.length)],
      [Plan.Shuffled, spec.order === 'shuffle' ? 1 : 0],
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

  protected writePairs({ rows, columns }: Pairs, group: number): void {
    const { arena, plan } = this;
    this.ensurePairCapacity(rows.length / group, group);
    plan.set(Plan.Pairs, rows.length);
    plan.set(Plan.Group, group);
    arena.ints(plan.get(Plan.RowsAt), rows.length).set(rows);
    arena.ints(plan.get(Plan.ColumnsAt), columns.length).set(columns);
  }

  /** Room for a batch of so many groups of pairs. */
  protected ensurePairCapacity(groups: number, group: number): void {
    const { plan, threads } = this;
    const pairs = groups * group;
    const share = Math.ceil(groups / threads) * group;
    const chunk = Math.max(1, Math.floor(PAIRS_PER_CHUNK / group)) * group;
    if (pairs <= this.pairCapacity && share <= this.listCapacity && chunk <= this.chunkLocalCapacity) return;
    this.pairCapacity = Math.max(pairs, this.pairCapacity);
    this.listCapacity = Math.max(share, this.listCapacity);
    this.chunkLocalCapacity = Math.max(chunk, this.chunkLocalCapacity);
    for (const [field, name] of [
      [Plan.RowsAt, 'rows'],
      [Plan.ColumnsAt, 'columns'],
      [Plan.TargetsAt, 'targets'],
      [Plan.LogitGradientsAt, 'logit gradients'],
      [Plan.RowSlotsAt, 'row slots'],
      [Plan.ColumnSlotsOfPairsAt, 'column slots of pairs'],
    ] as const) {
      plan.set(field, this.buffer(name, this.pairCapacity));
    }
    // A chunk has at least one group, and half of PAIRS_PER_CHUNK where groups are small.
    const chunks = Math.ceil(this.pairCapacity / Math.min(PAIRS_PER_CHUNK / 2, this.pairCapacity)) + 1;
    plan.set(Plan.ChunkSumsAt, this.buffer('chunk sums', 2 * CHUNK_SUMS * chunks));
    for (const side of [Side.Row, Side.Column]) {
      plan.setTable(side, Table.PairListCapacity, this.listCapacity);
      plan.setTable(side, Table.PairListsAt, this.buffer(`${side} pair lists`, threads * threads * this.listCapacity));
      plan.setTable(side, Table.PairListLengthsAt, this.buffer(`${side} pair list lengths`, threads * threads));
      plan.setTable(side, Table.MembersAt, this.buffer(`${side} members`, 2 * this.pairCapacity));
      plan.setTable(side, Table.ChunkLocalCapacity, this.chunkLocalCapacity);
      plan.setTable(
        side,
        Table.ChunkLocalMembersAt,
        this.buffer(`${side} alone members`, 2 * threads * this.chunkLocalCapacity),
      );
      plan.setTable(side, Table.CarriedCapacity, this.carriedCapacity(side));
      // Their places lie behind those of the lists, which move.
      this.gatherCapacity[side] = 0;
      this.ensureGatherCapacity(side, this.pairCapacity, threads);
    }
  }

  /** Room for `each` gathered rows of a table in each of some lists. */
  protected ensureGatherCapacity(side: Side, each: number, lists: number): void {
    const { plan, threads } = this;
    const rows = lists * Math.min(each, plan.getTable(side, Table.Count));
    if (rows <= this.gatherCapacity[side]) return;
    this.gatherCapacity[side] = rows;
    const chunkLocal = rows + threads * this.chunkLocalCapacity;
    plan.setTable(side, Table.ListCapacity, Math.floor(rows / threads));
    plan.setTable(side, Table.ChunkLocalFrom, rows);
    plan.setTable(side, Table.CarriedFrom, chunkLocal);
    for (const [field, name, size] of [
      [Table.ListAt, 'list', chunkLocal],
      [Table.FirstMemberAt, 'first members', chunkLocal],
      [Table.NextMemberAt, 'next members', chunkLocal],
      [Table.NormsAt, 'norms', chunkLocal],
      [Table.GatheredAt, 'gathered', (chunkLocal + threads * this.carriedCapacity(side)) * plan.get(Plan.Gathered)],
    ] as const) {
      plan.setTable(side, field, this.buffer(`${side} ${name}`, size));
    }
    plan.setTable(side, Table.ListLengthsAt, this.buffer(`${side} lengths`, threads));
  }

  /** Vectors of rows that only one chunk has, and that a thread keeps for later at most. */
  private carriedCapacity(side: Side): number {
    // A thread has whole chunks, one of which may be more than its share; and the table is so much larger than the batch.
    return Math.min(
      this.listCapacity + 2 * this.chunkLocalCapacity,
      Math.floor(this.plan.getTable(side, Table.Count) / CHUNK_LOCAL_ROWS_PER_PAIR),
    );
  }

  /** Room for so many numbers under a name: what was given before, if it is enough, or half as much again as asked. */
  protected buffer(name: string, numbers: number): number {
    const had = this.buffers.get(name);
    if (had && had.size >= numbers) return had.at;
    const size = had ? Math.ceil(1.5 * numbers) : numbers;
    // Four more: vectors are read whole.
    const at = this.arena.take(4 * (size + 4));
    this.buffers.set(name, { at, size });
    return at;
  }
}
