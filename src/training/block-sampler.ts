import { columnDegrees, rowOf } from '../data/csr';
import { Random } from '../data/random';
import type { Block, BlockInputs } from '../engines/engine';
import { pooledInputs } from '../engines/pooled-inputs';
import { stepsPerEpoch } from '../models/cost';
import type { ModelSpec } from '../models/spec';
import type { BlockSpec } from '../models/training';
import type { TrainingData } from './training-data';

/**
 * Draws the blocks of an epoch. The blocks of epoch e depend on the seed and e alone, so that a run
 * that goes on from a checkpoint sees what it would have seen.
 */
export class BlockSampler {
  private readonly degrees: Uint32Array;
  /** Position of a column in the block at hand, or -1. */
  private readonly position: Int32Array;
  private readonly inputPosition: Int32Array;
  /** Share of the columns outside the block's rows that were drawn at random. */
  private drawnShare = 0;

  constructor(
    private readonly data: TrainingData,
    private readonly model: ModelSpec,
    private readonly batches: BlockSpec,
    private readonly seed: number,
  ) {
    const { columns } = data.train;
    this.degrees = columnDegrees(data.train);
    this.position = new Int32Array(columns).fill(-1);
    this.inputPosition = new Int32Array(columns + (data.rowFeatures?.columns ?? 0)).fill(-1);
  }

  get stepsPerEpoch(): number {
    return stepsPerEpoch(this.batches, { rows: this.data.train.rows, pairs: this.data.train.indices.length });
  }

  /** Pairs that exist in an average step. */
  get pairsPerStep(): number {
    return this.data.train.indices.length / this.stepsPerEpoch;
  }

  *epoch(epoch: number): Generator<Block> {
    const random = Random.derive(this.seed, 'epoch', epoch);
    const order = random.shuffle(Int32Array.from({ length: this.data.train.rows }, (_, r) => r));
    const steps = this.stepsPerEpoch;
    let start = 0;
    for (let step = 0; step < steps; step++) {
      const end = this.blockEnd(step, steps, start);
      yield this.block(order.slice(start, end), random);
      start = end;
    }
  }

  /** numpy.array_split: the first rows % steps blocks have one row more. */
  private blockEnd(step: number, steps: number, start: number): number {
    const { rows } = this.data.train;
    if (this.batches.blocks === 'plain') return Math.min(rows, start + this.batches.batchRows);
    return start + Math.floor(rows / steps) + (step < rows % steps ? 1 : 0);
  }

  private block(rows: Int32Array, random: Random): Block {
    const { blockColumns } = this.batches;
    const inputs = this.inputs(rows, random);
    let pairs = 0;
    for (const row of rows) pairs += this.data.train.offsets[row + 1] - this.data.train.offsets[row];
    const positiveRows = new Int32Array(pairs);
    const positiveColumns = new Int32Array(pairs);
    const columns =
      blockColumns === 'all'
        ? null
        : blockColumns === 'batch-repeated'
          ? this.repeated(rows, pairs)
          : this.distinct(rows, random);
    let at = 0;
    for (let b = 0; b < rows.length; b++) {
      for (const column of rowOf(this.data.train, rows[b])) {
        positiveRows[at] = b;
        positiveColumns[at++] = columns ? this.position[column] : column;
      }
    }
    const logChance = blockColumns === 'sampled' && columns ? this.logChances(columns, rows.length) : null;
    if (columns) for (const column of columns) this.position[column] = -1;
    return { kind: 'block', rows, columns, positiveRows, positiveColumns, logChance, inputs };
  }

  /** The columns of the rows, each once; with `sampled`, random others up to the limit. */
  private distinct(rows: Int32Array, random: Random): Int32Array {
    const { position } = this;
    const columns: number[] = [];
    const add = (column: number) => {
      if (position[column] >= 0) return;
      position[column] = columns.length;
      columns.push(column);
    };
    for (const row of rows) for (const column of rowOf(this.data.train, row)) add(column);
    if (this.batches.blockColumns === 'sampled') {
      const limit = Math.min(this.batches.sampledColumns, this.data.train.columns);
      const rest = this.data.train.columns - columns.length;
      this.drawnShare = rest > 0 ? Math.max(0, limit - columns.length) / rest : 1;
      while (columns.length < limit) add(random.integer(this.data.train.columns));
    }
    return Int32Array.from(columns);
  }

  /** A column once for each row that has it; its first copy carries all the labels (the seed's `index`). */
  private repeated(rows: Int32Array, pairs: number): Int32Array {
    const columns = new Int32Array(pairs);
    let at = 0;
    for (const row of rows) {
      for (const column of rowOf(this.data.train, row)) {
        if (this.position[column] < 0) this.position[column] = at;
        columns[at++] = column;
      }
    }
    return columns;
  }

  /** log of the chance that a column is in a block: through one of its rows, or drawn at random. */
  private logChances(columns: Int32Array, blockRows: number): Float32Array {
    const share = blockRows / this.data.train.rows;
    return Float32Array.from(columns, (column) => {
      const absent = (1 - share) ** this.degrees[column] * (1 - this.drawnShare);
      return Math.log(Math.max(1e-9, 1 - absent));
    });
  }

  /** What the vectors of pooled rows are made of, null for own rows; with `random` some of it is left out, as in training. */
  inputs(rows: Int32Array, random: Random | null): BlockInputs | null {
    if (this.model.family !== 'factor' || this.model.rowVector !== 'pooled') return null;
    const { train, rowFeatures } = this.data;
    const dropout = random ? this.batches.inputDropout : 0;
    return pooledInputs(train, rows, this.inputPosition, rowFeatures, dropout, random);
  }
}
