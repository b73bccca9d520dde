import { hash32 } from '../../data/counter-rng';
import { epochKeys, negativePool } from '../draw';
import type { PairSource } from '../engine';
import type { Buffers } from './buffers';
import type { Command, DispatchSize, Pipelines } from './pipelines';
import { drawKernel } from './shaders/draw.wgsl';
import type { SomeNumbers } from './step-numbers';

/** Numbers of a step about its draw. */
type DrawNumbers = SomeNumbers<'pairs' | 'group' | 'orderKey' | 'negativesKey' | 'orderStart' | 'firstPlace' | 'full'>;

/** What batches are drawn from, on the device. */
export class DrawSource {
  /** Pairs in a group. */
  readonly group: number;
  private readonly size: number;
  private readonly lists: Readonly<Record<string, GPUBuffer>>;

  /** @throws InputError where the training pairs are more than the device looks at in one piece */
  constructor(
    private readonly buffers: Buffers,
    private readonly source: PairSource,
  ) {
    const { train, values, rowOfPair, placeOfPair, spec } = source;
    const pool = negativePool(source);
    this.group = 1 + (spec.negatives?.perPositive ?? 0);
    this.size = Math.min(spec.batchPairs, rowOfPair.length);
    const mask = 2 ** (32 - Math.clz32(rowOfPair.length - 1)) - 1;
    const numbers = buffers.uniform('source', 16);
    buffers.write(numbers, 0, Uint32Array.of(rowOfPair.length, mask, pool.rows.length, pool.columns.length));
    const lists: Record<string, GPUBuffer> = { source: numbers };
    this.lists = lists;
    try {
      lists.rowOfPair = buffers.keep('rows of pairs', rowOfPair);
      lists.placeOfPair = buffers.keep('places of pairs', placeOfPair);
      lists.indices = buffers.keep('columns of pairs', train.indices);
      lists.offsets = buffers.keep('offsets of rows', train.offsets);
      lists.poolRows = buffers.keep('rows', pool.rows);
      lists.poolColumns = buffers.keep('columns', pool.columns);
      if (values) lists.values = buffers.keep('values of pairs', values);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** Pairs of the largest batch. */
  get batchPairs(): number {
    return this.size * this.group;
  }

  command(pipelines: Pipelines, items: DispatchSize, batch: GPUBuffer): Command {
    return pipelines.command(drawKernel(this.source.spec), items, { ...this.lists, batch });
  }

  /** How the batch of a step of an epoch is drawn; see engines/draw.ts. */
  numbers(epoch: number, step: number): DrawNumbers {
    const { seed, spec, rowOfPair } = this.source;
    const keys = epochKeys(seed, epoch);
    const shuffled = spec.order === 'shuffle';
    const firstPlace = step * this.size;
    const positives = shuffled ? Math.min(this.size, rowOfPair.length - firstPlace) : this.size;
    return {
      pairs: positives * this.group,
      group: this.group,
      orderKey: shuffled ? keys.order : hash32(keys.order + step),
      negativesKey: keys.negatives,
      orderStart: shuffled ? firstPlace : 0,
      firstPlace,
      full: 1,
    };
  }

  dispose(): void {
    this.buffers.free(...Object.values(this.lists));
  }
}
