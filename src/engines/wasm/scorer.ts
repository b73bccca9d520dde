import { logCause } from '../../errors';
import { topByRows } from '../best-columns';
import { DeviceLostError, type ItemScorer, type ScoredColumns, type Skip, type TopColumns } from '../engine';
import { Arena } from './arena';
import { COLUMNS_PER_PANEL, Command, Plan, ROWS_PER_TILE } from './assembly/plan';
import type { WasmHost } from './kernel-model';
import type { KernelExports } from './kernels';
import { PlanWriter } from './plan-writer';
import type { ThreadPoolClient, ThreadTask } from './threads';

/** Rows whose best columns are looked for at a time. */
const ROWS_PER_PASS = 1024;
/** Scores that are there at a time when all are asked for. */
const SCORES_PER_PASS = 1 << 22;
/** Numbers of the columns that are looked at together, which stay in the second cache: an eighth of a megabyte. */
const FLOATS_PER_PASS = 1 << 15;
const MAX_COLUMNS_PER_PASS = 256;

/** Scores rows against columns, which lie packed in a memory of their own. */
export class WasmScorer implements ItemScorer, ThreadPoolClient {
  private readonly dimensions: number;
  private readonly temperature: number;
  private readonly count: number;
  private readonly arena: Arena;
  private readonly plan: PlanWriter;
  private readonly exports: KernelExports;
  private readonly buffers = new Map<Plan, { readonly at: number; readonly size: number }>();

  constructor(
    { dimensions, columns, bias, temperature, unknown }: ScoredColumns,
    private readonly host: WasmHost,
  ) {
    const { kernels, pool } = host;
    this.dimensions = dimensions;
    this.temperature = temperature;
    this.count = columns.length / dimensions;
    const padded = Math.ceil(this.count / COLUMNS_PER_PANEL) * COLUMNS_PER_PANEL;
    const together = Math.min(MAX_COLUMNS_PER_PASS, Math.floor(FLOATS_PER_PASS / dimensions));
    const fields: [Plan, number][] = [
      [Plan.Threads, pool?.size ?? 1],
      [Plan.Dimensions, dimensions],
      [Plan.BlockColumns, padded],
      [Plan.ColumnsAtOnce, Math.max(COLUMNS_PER_PANEL, together - (together % COLUMNS_PER_PANEL))],
    ];
    this.arena = new Arena(4 * padded * (dimensions + 1), kernels.threads);
    const instance = new WebAssembly.Instance(kernels.module, { env: { memory: this.arena.memory } });
    this.exports = instance.exports as unknown as KernelExports;
    this.plan = new PlanWriter(this.arena);
    this.exports.usePlan(this.plan.at);
    for (const [field, value] of fields) this.plan.set(field, value);
    pack(columns, dimensions, COLUMNS_PER_PANEL, this.buffer(Plan.PanelsAt, padded * dimensions), 1);
    const added = this.buffer(Plan.AddedAt, padded);
    added.fill(Number.NaN, this.count);
    if (bias) added.set(bias);
    for (const column of Array.from(unknown ?? [])) added[column] = Number.NaN;
    this.buffer(Plan.TileScoresAt, (pool?.size ?? 1) * ROWS_PER_TILE * MAX_COLUMNS_PER_PASS);
    host.count(1);
  }

  async score(u: Float32Array): Promise<Float32Array> {
    const { dimensions: d, count } = this;
    const rows = u.length / d;
    const padded = Math.ceil(count / COLUMNS_PER_PANEL) * COLUMNS_PER_PANEL;
    const atOnce = Math.max(ROWS_PER_TILE, Math.floor(SCORES_PER_PASS / padded));
    const scores = new Float32Array(rows * count);
    for (let start = 0; start < rows; start += atOnce) {
      const part = Math.min(atOnce, rows - start);
      this.writeRows(u.subarray(start * d, (start + part) * d));
      this.buffer(Plan.ScoresAt, part * padded);
      this.runCommand(Command.RowScores);
      const found = this.buffer(Plan.ScoresAt, part * padded);
      for (let b = 0; b < part; b++) {
        scores.set(found.subarray(b * padded, b * padded + count), (start + b) * count);
      }
    }
    return scores;
  }

  top(u: Float32Array, k: number, skip: Skip | null): Promise<TopColumns> {
    const { dimensions, count: columns } = this;
    return topByRows({ u, dimensions, columns, k, skip }, ROWS_PER_PASS, (part, own) => this.topOfRows(part, k, own));
  }

  dispose(): void {
    this.host.pool?.detach(this);
    this.host.count(-1);
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

  private topOfRows(u: Float32Array, k: number, skip: Skip | null): TopColumns {
    const rows = u.length / this.dimensions;
    const width = Math.max(0, Math.min(k, this.count));
    const none = { width, positions: new Int32Array(rows * width).fill(-1), scores: new Float32Array(rows * width) };
    none.scores.fill(Number.NaN);
    if (width === 0) return none;
    this.writeRows(u);
    this.writeSkip(skip, rows);
    this.plan.set(Plan.TopWidth, width);
    for (const field of [Plan.TopScoresAt, Plan.TopPositionsAt]) this.buffer(field, rows * width);
    this.buffer(Plan.TopUsedAt, rows);
    this.runCommand(Command.TopColumns);
    const used = asInts(this.buffer(Plan.TopUsedAt, rows));
    const scores = this.buffer(Plan.TopScoresAt, rows * width);
    const positions = asInts(this.buffer(Plan.TopPositionsAt, rows * width));
    used.forEach((found, row) => {
      const start = row * width;
      none.scores.set(scores.subarray(start, start + found), start);
      none.positions.set(positions.subarray(start, start + found), start);
    });
    return none;
  }

  private writeRows(u: Float32Array): void {
    this.plan.set(Plan.BlockRows, u.length / this.dimensions);
    const tiles = Math.ceil(u.length / this.dimensions / ROWS_PER_TILE);
    pack(
      u,
      this.dimensions,
      ROWS_PER_TILE,
      this.buffer(Plan.ScoredRowsAt, tiles * ROWS_PER_TILE * this.dimensions),
      this.temperature,
    );
  }

  private writeSkip(skip: Skip | null, rows: number): void {
    if (!skip) {
      this.plan.set(Plan.SkipOffsetsAt, 0);
      return;
    }
    const first = skip.offsets[0];
    const count = skip.offsets[rows] - first;
    asInts(this.buffer(Plan.SkipIndicesAt, count)).set(skip.indices.subarray(first, first + count));
    const offsets = asInts(this.buffer(Plan.SkipOffsetsAt, 2 * rows));
    for (let row = 0; row < rows; row++) {
      offsets[2 * row] = skip.offsets[row] - first;
      offsets[2 * row + 1] = skip.offsets[row + 1] - first;
    }
  }

  /** Room for so many numbers, whose address is written to the plan. What was given before is given again, if it is enough. */
  private buffer(field: Plan, numbers: number): Float32Array {
    const had = this.buffers.get(field);
    const room = had && had.size >= numbers ? had : { at: this.arena.take(4 * numbers), size: numbers };
    this.buffers.set(field, room);
    this.plan.set(field, room.at);
    return this.arena.floats(room.at, numbers);
  }

  private runCommand(command: Command): void {
    const reason = this.host.lost();
    if (reason !== null) throw new DeviceLostError(reason);
    this.host.pool?.attach(this);
    try {
      this.exports.runCommand(command, 0);
    } catch (error) {
      logCause(error);
      throw new DeviceLostError('A thread of the processor failed.');
    }
  }
}

/** Vectors in groups, times a factor: of each group the first numbers, then the second ones, and so on. */
function pack(vectors: Float32Array, d: number, group: number, into: Float32Array, factor: number): void {
  const count = vectors.length / d;
  let to = 0;
  for (let start = 0; start < count; start += group) {
    const members = Math.min(group, count - start);
    for (let i = 0; i < d; i++, to += group) {
      for (let member = 0; member < members; member++) into[to + member] = factor * vectors[(start + member) * d + i];
    }
  }
}

function asInts({ buffer, byteOffset, length }: Float32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}
