import type { FactorSpec } from '../../models/factor';
import { updatesPerPair } from '../../models/optimiser';
import type { Block, BlockInputs, EngineData, ModelState, PairBatch, PairSource, Pairs } from '../engine';
import { STRATA } from '../strata';
import { Command, Plan, Side, Table } from './assembly/plan';
import { factorTables, writeFactorPlan } from './factor-plan';
import { KernelModel, STEPS_PER_COMMAND, type WasmHost } from './kernel-model';
import { four, type ParameterTables, tableBytes } from './parameter-tables';

/** A factor model in the memory of the kernels. */
export class FactorModel extends KernelModel {
  protected readonly tables: ParameterTables;
  protected readonly drawnCommand: Command;
  /** Whether parameters move after each pair. */
  private readonly descends: boolean;
  private readonly floats: number;

  constructor(
    spec: FactorSpec,
    state: ModelState,
    private readonly data: EngineData,
    source: PairSource | undefined,
    host: WasmHost,
  ) {
    super(tableBytes(state, spec.optimiser), host);
    // Without a source there may be blocks, whose scores have offsets.
    writeFactorPlan(spec, this.plan, this.arena, source === undefined);
    this.tables = factorTables(spec, state, data, this.arena, this.plan);
    this.floats = this.plan.get(Plan.Gathered);
    this.descends = updatesPerPair(spec.optimiser);
    this.drawnCommand = this.descends ? Command.DrawnDescent : Command.DrawnSteps;
    if (this.descends) {
      this.plan.set(Plan.Strata, STRATA);
      this.plan.set(Plan.StrataSumsAt, this.arena.take(16 * STRATA * STEPS_PER_COMMAND));
    }
    if (source) this.prepareDraws(source);
  }

  pairStep(batch: PairBatch, rate: number): void {
    if (this.descends) {
      this.descend(batch, rate);
      return;
    }
    this.writePairs(batch, batch.group);
    this.arena.floats(this.plan.get(Plan.TargetsAt), batch.targets.length).set(batch.targets);
    this.run(Command.PairStep, Float32Array.of(rate));
  }

  private descend({ rows, columns, targets }: PairBatch, rate: number): void {
    const { arena, plan } = this;
    const at = this.buffer('written', 3 * rows.length);
    const ints = arena.ints(at, 3 * rows.length);
    const floats = arena.floats(at, 3 * rows.length);
    rows.forEach((row, n) => {
      ints[3 * n] = row;
      ints[3 * n + 1] = columns[n];
      floats[3 * n + 2] = targets[n];
    });
    plan.set(Plan.Pairs, rows.length);
    plan.set(Plan.WrittenAt, at);
    this.run(Command.WrittenDescent, Float32Array.of(rate));
  }

  blockStep(block: Block, rate: number): void {
    const { arena, plan } = this;
    this.writeBlock(block.rows, block.columns, block.inputs);
    const P = block.positiveRows.length;
    plan.set(Plan.Positives, P);
    plan.set(Plan.PositiveRowsAt, this.buffer('positive rows', P));
    plan.set(Plan.PositiveColumnsAt, this.buffer('positive columns', P));
    arena.ints(plan.get(Plan.PositiveRowsAt), P).set(block.positiveRows);
    arena.ints(plan.get(Plan.PositiveColumnsAt), P).set(block.positiveColumns);
    this.writeLogChance(block.logChance);
    this.run(Command.BlockStep, Float32Array.of(rate));
  }

  scores(rows: Int32Array, inputs: BlockInputs | null): Float32Array {
    const { arena, plan } = this;
    const K = this.data.columns;
    this.writeBlock(rows, null, inputs);
    this.writeLogChance(null);
    this.runCommand(Command.BlockScores, 0);
    const length = plan.get(Plan.RowLength);
    const found = arena.floats(plan.get(Plan.ScoresAt), rows.length * length);
    const scores = new Float32Array(rows.length * K);
    for (let b = 0; b < rows.length; b++) scores.set(found.subarray(b * length, b * length + K), b * K);
    return scores;
  }

  logits(pairs: Pairs): Float32Array {
    this.writePairs(pairs, 1);
    this.runCommand(Command.PairScores, 0);
    return this.arena.floats(this.plan.get(Plan.LogitGradientsAt), pairs.rows.length).slice();
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
    plan.set(Plan.ScoresAt, this.buffer('scores', B * length));
    this.writeList(Side.Row, rowList);
    this.writeList(Side.Column, distinct);
    if (slots) {
      plan.set(Plan.ColumnSlotsAt, this.buffer('column slots', K));
      arena.ints(plan.get(Plan.ColumnSlotsAt), K).set(slots);
      plan.set(Plan.BlockVectorsAt, this.buffer('block vectors', K * this.floats));
      plan.set(Plan.BlockGradientsAt, this.buffer('block gradients', K * this.floats));
    } else {
      plan.set(Plan.ColumnSlotsAt, 0);
      plan.set(Plan.BlockVectorsAt, plan.getTable(Side.Column, Table.GatheredAt));
      plan.set(Plan.BlockGradientsAt, plan.getTable(Side.Column, Table.GradientAt));
    }
    if (inputs) this.writeInputs(B, inputs);
  }

  private writeList(side: Side, entries: Int32Array): void {
    const { arena, plan } = this;
    this.ensureGatherCapacity(side, entries.length, 1);
    plan.setTable(side, Table.GradientAt, this.buffer(`${side} gradients`, entries.length * this.floats));
    arena.ints(plan.getTable(side, Table.ListAt), entries.length).set(entries);
    arena.ints(plan.getTable(side, Table.ListLengthsAt), 1)[0] = entries.length;
  }

  private writeInputs(B: number, { pairRows, pairColumns, weights }: BlockInputs): void {
    const { arena, plan, floats } = this;
    const count = pairRows.length;
    plan.set(Plan.Inputs, count);
    plan.set(Plan.PooledAt, this.buffer('pooled', B * floats));
    plan.set(Plan.PooledGradientsAt, this.buffer('pooled gradients', B * floats));
    plan.set(Plan.PooledNormsAt, this.buffer('pooled norms', B));
    plan.set(Plan.InputRowsAt, this.buffer('input rows', count));
    plan.set(Plan.InputColumnsAt, this.buffer('input columns', count));
    plan.set(Plan.InputWeightsAt, this.buffer('input weights', count));
    plan.set(Plan.InputOffsetsAt, this.buffer('input offsets', B + 1));
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
      plan.set(Plan.LogChanceAt, this.buffer('log chances', logChance.length));
      arena.floats(plan.get(Plan.LogChanceAt), logChance.length).set(logChance);
    } else {
      plan.set(Plan.LogChanceAt, 0);
    }
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
