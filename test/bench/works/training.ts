import type { Batch, Engine, ModelTrainer, PairSource } from '../../../src/engines/engine';
import { completeOptions, type OptionValues } from '../../../src/models/option';
import { presetById } from '../../../src/models/registry';
import type { ModelSpec } from '../../../src/models/spec';
import type { TrainingSpec } from '../../../src/models/training';
import { initialState } from '../../../src/training/initial-state';
import { createSampler, type Sampler } from '../../../src/training/sampler';
import { type Advance, Stepper } from '../../../src/training/stepper';
import { engineDataOf, type TrainingData } from '../../../src/training/training-data';
import type { Sizes, Spent, Work } from '../row';

/** Losses are read as often as the page reads them, in milliseconds. */
const READ_EVERY = 60;

/** A training assembled as the page assembles it. */
export interface Assembled {
  readonly model: ModelSpec;
  readonly training: TrainingSpec;
  readonly data: TrainingData;
  readonly sampler: Sampler;
}

/** A preset with its own settings but for `options`. */
export function assembled(preset: string, options: OptionValues, data: TrainingData): Assembled {
  const { specify, options: specs } = presetById(preset);
  const { train, trainValues } = data;
  const { model, training } = specify(completeOptions(specs, options), {
    rows: train.rows,
    columns: train.columns,
    pairs: train.indices.length,
    values: trainValues && { mean: 3, minimum: 1, maximum: 5 },
    rowFeatures: 0,
    columnFeatures: 0,
  });
  return { model, training, data, sampler: createSampler(data, model, training, 1) };
}

/** Steps of a training without end, made by the page's own sampler and stepper. */
export class TrainingWork implements Work {
  readonly sizes: Sizes;
  private readonly trainer: ModelTrainer;
  private readonly stepper: Stepper;
  private readonly stepsPerEpoch: number;
  /** Units of an average step, where the engine draws by itself. */
  private readonly drawn: number | null;
  /** Units of the batches handed over. */
  private counted = 0;
  private epoch = -1;
  private left = 0;
  private advance: Advance = () => 0;

  /** `unitsOf` counts a batch; pairs by default. */
  constructor(
    engine: Engine,
    { model, training, data, sampler }: Assembled,
    unitsOf: (batch: Batch) => number = pairsOf,
  ) {
    const { rows, columns } = data.train;
    const { source } = sampler;
    this.trainer = engine.create(model, initialState(model, rows, columns, 1), engineDataOf(data), source);
    this.stepsPerEpoch = sampler.stepsPerEpoch;
    this.drawn = this.trainer.draw && source ? sizeOfEpoch(source) / sampler.stepsPerEpoch : null;
    const clock = () => performance.now();
    this.stepper = new Stepper(this.trainer, this.counting(sampler, unitsOf), () => training.learningRate, clock);
    this.sizes = sizesOf({ model, training, data });
  }

  async run(seconds: number): Promise<Spent> {
    const start = performance.now();
    const before = this.counted;
    let steps = 0;
    let read = start;
    let now = start;
    do {
      steps += this.some();
      now = performance.now();
      if (this.stepper.full || now - read >= READ_EVERY) {
        await this.read();
        read = performance.now();
      }
    } while (now - start < 1000 * seconds);
    await this.read();
    const units = this.drawn === null ? this.counted - before : steps * this.drawn;
    return { seconds: (performance.now() - start) / 1000, units };
  }

  /** Exactly so many steps. */
  async steps(count: number): Promise<void> {
    for (let made = 0; made < count; ) made += this.some(true);
    await this.read();
  }

  /** The next steps, of this epoch or of the next. */
  private some(alone = false): number {
    if (this.left === 0) {
      this.advance = this.stepper.epoch(++this.epoch);
      this.left = this.stepsPerEpoch;
    }
    const made = this.advance(alone);
    this.left -= made;
    return made;
  }

  private async read(): Promise<void> {
    await this.trainer.losses();
    this.stepper.waited();
    await this.trainer.metrics();
  }

  private counting(sampler: Sampler, unitsOf: (batch: Batch) => number): Sampler {
    const count = (batch: Batch) => {
      this.counted += unitsOf(batch);
      return batch;
    };
    return {
      stepsPerEpoch: sampler.stepsPerEpoch,
      pairsPerStep: sampler.pairsPerStep,
      source: sampler.source,
      *epoch(epoch) {
        for (const batch of sampler.epoch(epoch)) yield count(batch);
      },
    };
  }
}

/** Cells of the rectangle that a block scores. */
export function cellsOf(columns: number): (batch: Batch) => number {
  return (batch) => (batch.kind === 'block' ? batch.rows.length * (batch.columns?.length ?? columns) : 0);
}

/** Pairs that an epoch scores. */
function sizeOfEpoch({ spec, rowOfPair }: PairSource): number {
  const size = Math.min(spec.batchPairs, rowOfPair.length);
  const used = spec.order === 'sample' ? rowOfPair.length - (rowOfPair.length % size) : rowOfPair.length;
  return used * (1 + (spec.negatives?.perPositive ?? 0));
}

function pairsOf(batch: Batch): number {
  return batch.kind === 'pairs' ? batch.rows.length : batch.positiveRows.length;
}

/** What a peer needs to know of a training. */
function sizesOf({ model, training, data }: Pick<Assembled, 'model' | 'training' | 'data'>): Sizes {
  const { batches } = training;
  const { train } = data;
  return {
    rows: train.rows,
    columns: train.columns,
    pairs: train.indices.length,
    dimensions: model.family === 'factor' ? model.dimensions : model.rowDimensions,
    batch: batches.kind === 'pairs' ? batches.batchPairs : batches.batchRows,
    negatives: batches.kind === 'pairs' ? (batches.negatives?.perPositive ?? 0) : 0,
    optimiser: model.optimiser.kind,
  };
}
