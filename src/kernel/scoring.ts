import { columnDegrees, rowDegrees } from '../data/csr';
import type { LearnedNetwork } from '../embedding/trained-model';
import { scoreColumns, scorePairs, scoreRows, type Vectors } from '../embedding/vectors';
import { DeviceLostError, type Engine, type PairPredictor } from '../engines/engine';
import type { Factors, RankingScorer } from '../evaluation/scorer';
import { remembered } from '../memo';
import { predictionOf } from '../models/output';
import { engineDataOf } from '../training/training-data';
import type { Devices } from './devices';
import type { Run } from './run';

/** Pairs that a network scores at once. */
const PAIRS_PER_READ = 8192;

/** Scores of a trained model: by its vectors, or by its network on the engine in use. */
export class ModelScorer {
  private open: {
    readonly network: LearnedNetwork;
    readonly engine: Engine;
    readonly predictor: PairPredictor;
  } | null = null;

  constructor(private readonly devices: Devices) {}

  /** Scores of one row against all columns; NaN for columns that the model knows nothing of. */
  async columns(run: Run, row: number): Promise<Float32Array> {
    const { learned, split } = run;
    const { columns } = split.train;
    const scores = learned.network
      ? await this.network(learned.network, new Int32Array(columns).fill(row), countUp(columns))
      : scoreColumns(learned.vectors, row);
    return withoutUnknown(scores, unknownColumns(run));
  }

  /** Scores of one column against all rows; NaN for rows that the model knows nothing of. */
  async rows(run: Run, column: number): Promise<Float32Array> {
    const { learned, split } = run;
    const { rows } = split.train;
    const scores = learned.network
      ? await this.network(learned.network, countUp(rows), new Int32Array(rows).fill(column))
      : scoreRows(learned.vectors, column);
    return withoutUnknown(scores, unknownRows(run));
  }

  /** Predictions of pairs: probabilities, or values. */
  async predictions({ learned }: Pick<Run, 'learned'>, rows: Int32Array, columns: Int32Array): Promise<Float32Array> {
    const scores = learned.network
      ? await this.network(learned.network, rows, columns)
      : scorePairs(learned.vectors, rows, columns);
    return scores.map((score) => predictionOf(score, learned.output));
  }

  /** Works with a scorer of blocks of rows, on this engine or, when its device is lost, on the next. */
  async withScorer<T>(run: Run, work: (scorer: RankingScorer) => Promise<T>): Promise<T> {
    const { learned, split } = run;
    const unknown = unknownColumns(run);
    const count = split.train.columns;
    if (learned.network) {
      const { network } = learned;
      return work(async (rows) => {
        const scores = new Float32Array(rows.length * count);
        const columns = countUp(count);
        for (let b = 0; b < rows.length; b++) {
          const row = await this.network(network, new Int32Array(count).fill(rows[b]), columns);
          scores.set(withoutUnknown(row, unknown), b * count);
        }
        return scores;
      });
    }
    return this.withVectors(learned.vectors, unknown, work);
  }

  /** The same with the products of factors. */
  withFactors<T>(factors: Factors, work: (scorer: RankingScorer) => Promise<T>): Promise<T> {
    return this.withVectors({ ...factors, bias: null, temperature: 1 }, [], work);
  }

  private withVectors<T>(
    vectors: Pick<Vectors, 'dimensions' | 'rows' | 'columns' | 'bias' | 'temperature'>,
    unknown: readonly number[],
    work: (scorer: RankingScorer) => Promise<T>,
  ): Promise<T> {
    const count = vectors.columns.length / vectors.dimensions;
    return this.surviving(async (engine) => {
      const scorer = engine.scorer({ ...vectors, unknown });
      const blockOf = (rows: Int32Array) => rowBlock(vectors.rows, vectors.dimensions, rows);
      const scoresOf: RankingScorer = async (rows) => {
        const scores = await scorer.score(blockOf(rows));
        for (let b = 0; b < rows.length; b++) withoutUnknown(scores.subarray(b * count, (b + 1) * count), unknown);
        return scores;
      };
      const top: RankingScorer['top'] = (rows, k, skip) => scorer.top(blockOf(rows), k, skip);
      try {
        return await work(Object.assign(scoresOf, { top }));
      } finally {
        scorer.dispose();
      }
    });
  }

  /** Gives back what a network holds on the device. */
  close(): void {
    this.open?.predictor.dispose();
    this.open = null;
  }

  private network(network: LearnedNetwork, rows: Int32Array, columns: Int32Array): Promise<Float32Array> {
    return this.surviving(async (engine) => {
      const predictor = this.predictorOn(engine, network);
      const scores = new Float32Array(rows.length);
      for (let start = 0; start < rows.length; start += PAIRS_PER_READ) {
        const end = start + PAIRS_PER_READ;
        const pairs = { rows: rows.subarray(start, end), columns: columns.subarray(start, end) };
        scores.set(await predictor.logits(pairs), start);
      }
      return scores;
    });
  }

  private predictorOn(engine: Engine, network: LearnedNetwork): PairPredictor {
    if (this.open?.network === network && this.open.engine === engine) return this.open.predictor;
    this.close();
    const predictor = engine.predictor(network.spec, network.tables, engineDataOf(network.inputs));
    this.open = { network, engine, predictor };
    return predictor;
  }

  private async surviving<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    const engine = await this.devices.current();
    try {
      return await work(engine);
    } catch (error) {
      if (!(error instanceof DeviceLostError)) throw error;
      this.open = null;
      const next = await this.devices.replace(engine, error.message);
      if (!next) throw error;
      return work(next);
    }
  }
}

/** Columns without a training pair and without features: their numbers are none that training gave. */
const unknownColumns = remembered(({ learned: { vectors }, split: { train } }: Run): readonly number[] => {
  const d = vectors.columnDimensions;
  return zeroAmong(columnDegrees(train), (c) => isZero(vectors.columns, c * d, d));
});

const unknownRows = remembered(({ learned: { vectors }, split: { train } }: Run): readonly number[] => {
  const d = vectors.dimensions;
  return zeroAmong(rowDegrees(train), (r) => isZero(vectors.rows, r * d, d));
});

function zeroAmong(degrees: Uint32Array, empty: (entry: number) => boolean): readonly number[] {
  const found: number[] = [];
  degrees.forEach((degree, entry) => {
    if (degree === 0 && empty(entry)) found.push(entry);
  });
  return found;
}

function isZero(values: Float32Array, start: number, length: number): boolean {
  for (let i = start; i < start + length; i++) if (values[i] !== 0) return false;
  return true;
}

function withoutUnknown(scores: Float32Array, unknown: readonly number[]): Float32Array {
  for (const entry of unknown) scores[entry] = Number.NaN;
  return scores;
}

function countUp(count: number): Int32Array {
  const list = new Int32Array(count);
  for (let i = 0; i < count; i++) list[i] = i;
  return list;
}

/** Vectors of the rows, one after another. */
function rowBlock(vectors: Float32Array, d: number, rows: Int32Array): Float32Array {
  const block = new Float32Array(rows.length * d);
  rows.forEach((row, b) => {
    block.set(vectors.subarray(row * d, (row + 1) * d), b * d);
  });
  return block;
}
