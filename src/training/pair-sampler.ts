import { Random } from '../data/random';
import { drawPairs, type NegativePool, negativePool } from '../engines/draw';
import type { PairBatch, PairSource } from '../engines/engine';
import { stratify } from '../engines/strata';
import { InputError } from '../errors';
import { stepsPerEpoch } from '../models/cost';
import type { PairSpec } from '../models/training';
import type { TrainingData } from './training-data';

/**
 * Gives batches of pairs and their negatives. The batches of epoch e depend on the seed and e alone,
 * so that a run that goes on from a checkpoint sees what it would have seen.
 */
export class PairSampler {
  readonly source: PairSource;
  /** What negatives are drawn from. */
  readonly pool: NegativePool;

  /** @throws InputError where values are asked for and the data has none */
  constructor(data: TrainingData, spec: PairSpec, seed: number) {
    const { train, trainValues, trainRepeats } = data;
    if (spec.target === 'value' && !trainValues) {
      throw new InputError('expected pairs with values, such as ratings, found pairs without');
    }
    const repeats = spec.repeats ? trainRepeats : null;
    const count = repeats ? repeats.reduce((sum, times) => sum + times, 0) : train.indices.length;
    const rowOfPair = new Uint32Array(count);
    const placeOfPair = new Uint32Array(count);
    let at = 0;
    for (let r = 0; r < train.rows; r++) {
      for (let i = train.offsets[r]; i < train.offsets[r + 1]; i++) {
        for (let times = repeats ? repeats[i] : 1; times > 0; times--) {
          rowOfPair[at] = r;
          placeOfPair[at++] = i;
        }
      }
    }
    const values = spec.target === 'value' ? trainValues : null;
    const pairs =
      spec.order === 'strata'
        ? stratify(train, rowOfPair, placeOfPair, Random.derive(seed, 'strata'))
        : { rowOfPair, placeOfPair, strata: null };
    this.source = { train, values, ...pairs, spec, seed };
    this.pool = negativePool(this.source);
  }

  get stepsPerEpoch(): number {
    const { spec, train, rowOfPair } = this.source;
    return stepsPerEpoch(spec, { rows: train.rows, pairs: rowOfPair.length });
  }

  /** Pairs scored in an average step, with those that do not exist. */
  get pairsPerStep(): number {
    const { spec, rowOfPair } = this.source;
    return Math.min(spec.batchPairs, rowOfPair.length) * (1 + (spec.negatives?.perPositive ?? 0));
  }

  *epoch(epoch: number): Generator<PairBatch> {
    const steps = this.stepsPerEpoch;
    for (let step = 0; step < steps; step++) yield drawPairs(this.source, this.pool, epoch, step);
  }
}
