import { BlockBuffers } from './block-buffers';
import type { BlockNumbers, ListedBlock } from './block-lists';
import { blockStepCommands } from './block-passes';
import type { Buffers } from './buffers';
import type { ModelParts } from './model-parts';
import type { Command, Pipelines } from './pipelines';

/** Steps on blocks that go to the device together: enough to forget what a submission costs, few enough not to keep it waiting. */
const BLOCKS_PER_SUBMISSION = 8;

/** A step on a block whose lists the device has already. */
interface WaitingStep {
  readonly numbers: BlockNumbers;
  readonly rate: number;
}

/** Blocks on the device: their lists lie one behind the other until their steps are made. */
export class BlockQueue {
  private readonly room: BlockBuffers;
  private made: readonly Command[] | null = null;
  private waiting: WaitingStep[] = [];
  /** Words of the lists that were written. */
  private words = 0;

  constructor(
    private readonly buffers: Buffers,
    private readonly model: ModelParts,
    private readonly pipelines: Pipelines,
  ) {
    this.room = new BlockBuffers(buffers, model.shape, 'step');
  }

  get full(): boolean {
    return this.waiting.length >= BLOCKS_PER_SUBMISSION;
  }

  /** What a step on any of the blocks that wait goes through. */
  get commands(): readonly Command[] {
    if (!this.made) throw new TypeError('expected room for a block, found none');
    return this.made;
  }

  /** Whether a block fits in behind those that wait. */
  fits(block: ListedBlock): boolean {
    return this.made !== null && this.room.fits(block, this.words);
  }

  /** Makes room for a block, while none waits. @throws InputError for one that is too large for the device */
  grow(block: ListedBlock): void {
    this.made = null;
    this.room.grow(block, BLOCKS_PER_SUBMISSION);
    this.made = blockStepCommands(this.model, this.room, this.pipelines);
  }

  /** Gives the lists of a block to the device, behind those of the blocks that wait. */
  add({ words, numbers }: ListedBlock, rate: number): void {
    const first = this.words;
    this.buffers.write(this.room.get('lists'), 4 * first, words);
    this.words += words.length;
    const { rowsAt, columnsAt, columnNumbersAt, positivesAt, poolAt, spreadAt } = numbers;
    const placed = {
      ...numbers,
      rowsAt: first + rowsAt,
      columnsAt: first + columnsAt,
      columnNumbersAt: first + columnNumbersAt,
      positivesAt: first + positivesAt,
      poolAt: first + poolAt,
      spreadAt: first + spreadAt,
    };
    this.waiting.push({ numbers: placed, rate });
  }

  /** The steps that wait, in their order; none waits afterwards. */
  take(): readonly WaitingStep[] {
    const taken = this.waiting;
    this.waiting = [];
    this.words = 0;
    return taken;
  }
}
