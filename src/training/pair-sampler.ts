import { Random } from '../data/random';
import type { PairBatch } from '../engines/engine';
import { featureInputs } from '../engines/pooled-inputs';
import { stepsPerEpoch } from '../models/cost';
import type { PairSpec } from '../models/training';
import { NegativeSampler } from './negative-sampler';
import type { TrainingData } from './training-data';

/**
 * Draws batches of pairs and their negatives. The batches of epoch e depend on the seed and e alone,
 * so that a run that goes on from a checkpoint sees what it would have seen.
 */
export class PairSampler {
  /** Row of each training pair, and its place among the pairs of the matrix; repeats stand several times. */
  private readonly rowOfPair: Uint32Array;
  private readonly placeOfPair: Uint32Array;
  private readonly negatives: NegativeSampler | null;

  constructor(
    private readonly data: TrainingData,
    private readonly batches: PairSpec,
    private readonly seed: number,
  ) {
    const { train, trainRepeats } = data;
    if (batches.target === 'value' && !data.trainValues) {
      throw new RangeError('expected pairs with values, such as ratings, found pairs without');
    }
    this.negatives = batches.negatives && new NegativeSampler(train, batches.negatives);
    const repeats = batches.repeats ? trainRepeats : null;
    const count = repeats ? repeats.reduce((sum, times) => sum + times, 0) : train.indices.length;
    this.rowOfPair = new Uint32Array(count);
    this.placeOfPair = new Uint32Array(count);
    let at = 0;
    for (let r = 0; r < train.rows; r++) {
      for (let i = train.offsets[r]; i < train.offsets[r + 1]; i++) {
        for (let times = repeats ? repeats[i] : 1; times > 0; times--) {
          this.rowOfPair[at] = r;
          this.placeOfPair[at++] = i;
        }
      }
    }
  }

  get stepsPerEpoch(): number {
    return stepsPerEpoch(this.batches, { rows: this.data.train.rows, pairs: this.placeOfPair.length });
  }

  /** Pairs scored in an average step, with those that do not exist. */
  get pairsPerStep(): number {
    return (
      Math.min(this.batches.batchPairs, this.placeOfPair.length) * (1 + (this.batches.negatives?.perPositive ?? 0))
    );
  }

  *epoch(epoch: number): Generator<PairBatch> {
    const random = Random.derive(this.seed, 'epoch', epoch);
    const count = this.placeOfPair.length;
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    if (this.batches.order === 'shuffle') random.shuffle(order);
    const steps = this.stepsPerEpoch;
    for (let step = 0; step < steps; step++) {
      const size = Math.min(this.batches.batchPairs, count);
      const chosen =
        this.batches.order === 'shuffle'
          ? order.subarray(step * size, Math.min(count, (step + 1) * size))
          : drawn(order, size, random);
      const positives = Uint32Array.from(chosen, (i) => this.placeOfPair[i]);
      const rows = Uint32Array.from(chosen, (i) => this.rowOfPair[i]);
      yield this.batch(rows, positives, random, (epoch * steps + step) ^ Math.imul(this.seed, 0x9e3779b1));
    }
  }

  private batch(rows: Uint32Array, places: Uint32Array, random: Random, dropoutSeed: number): PairBatch {
    const { train, trainValues } = this.data;
    const { target } = this.batches;
    const known = {
      rows: Int32Array.from(rows),
      columns: Int32Array.from(places, (i) => train.indices[i]),
      targets: Float32Array.from(places, (i) => (target === 'value' && trainValues ? trainValues[i] : 1)),
    };
    const pairs = this.negatives ? this.negatives.extend(known, random) : known;
    return { kind: 'pairs', ...pairs, ...this.features(pairs.rows, pairs.columns), dropoutSeed };
  }

  /** Features of both sides of pairs. */
  features(rows: Int32Array, columns: Int32Array): Pick<PairBatch, 'rowFeatures' | 'columnFeatures'> {
    const { rowFeatures, columnFeatures } = this.data;
    return {
      rowFeatures: rowFeatures ? featureInputs(rowFeatures, rows) : null,
      columnFeatures: columnFeatures ? featureInputs(columnFeatures, columns) : null,
    };
  }
}

/** `size` of the pairs without replacement: the beginning of a shuffle, done in place. */
function drawn(order: Uint32Array, size: number, random: Random): Uint32Array {
  for (let i = 0; i < size; i++) {
    const j = i + random.integer(order.length - i);
    const value = order[i];
    order[i] = order[j];
    order[j] = value;
  }
  return order.subarray(0, size);
}
