import type { ListedBlock } from './block-lists';
import type { Buffers } from './buffers';
import { chunkCount } from './shaders/block-backward.wgsl';
import { partsOfRow, vec4sPerRow } from './shaders/block-cells.wgsl';
import type { ModelShape } from './shape';

/** What the device keeps of a block that is scored, by name, and of one that a step is made on. */
const SCORE_BUFFERS = ['lists', 'rows', 'pooled', 'columns', 'rowNorms', 'columnNorms', 'scores'] as const;
const STEP_BUFFERS = [
  ...SCORE_BUFFERS,
  'peaks',
  'shares',
  'totals',
  'rowGradients',
  'inputGradients',
  'columnGradients',
] as const;

type Name = (typeof STEP_BUFFERS)[number];

/** What a buffer has more than is asked for, as a share of it: blocks are of nearly the same size. */
const GROWTH = 0.25;

/** Room on the device for a block; it grows with what it is to hold. */
export class BlockBuffers {
  private readonly made = new Map<Name, { readonly buffer: GPUBuffer; readonly bytes: number }>();
  private readonly names: readonly Name[];

  constructor(
    private readonly buffers: Buffers,
    private readonly shape: ModelShape,
    /** What is done with the blocks. */
    purpose: 'step' | 'score',
  ) {
    this.names = purpose === 'step' ? STEP_BUFFERS : SCORE_BUFFERS;
  }

  get(name: Name): GPUBuffer {
    const made = this.made.get(name);
    if (!made) throw new TypeError(`expected room for ${name}, found none`);
    return made.buffer;
  }

  /** Whether a block fits in, behind so many words of others. */
  fits(block: ListedBlock, before: number): boolean {
    const bytes = this.bytesOf(block, before + block.words.length);
    return this.names.every((name) => (this.made.get(name)?.bytes ?? -1) >= bytes[name]);
  }

  /** Makes room for a block and the lists of `together` like it. @throws InputError for one that is too large for the device */
  grow(block: ListedBlock, together: number): void {
    const { maxBindingBytes } = this.buffers;
    const { length } = block.words;
    const bytes = this.bytesOf(block, Math.max(length, Math.min(together * length, maxBindingBytes / 4)));
    for (const name of this.names) {
      const made = this.made.get(name);
      if (made && made.bytes >= bytes[name]) continue;
      // What is too large is refused as it was asked for.
      const roomy =
        bytes[name] > maxBindingBytes ? bytes[name] : Math.min(maxBindingBytes, Math.ceil((1 + GROWTH) * bytes[name]));
      const buffer = this.buffers.storage(`${name} of a block`, roomy);
      this.made.set(name, { buffer, bytes: roomy });
      if (made) this.buffers.free(made.buffer);
    }
  }

  dispose(): void {
    this.buffers.free(...Array.from(this.made.values(), ({ buffer }) => buffer));
    this.made.clear();
  }

  private bytesOf({ numbers }: ListedBlock, words: number): Readonly<Record<Name, number>> {
    const { blockRows, rowEntries, columnEntries } = numbers;
    const vector = 16 * this.shape.gathered;
    const { pooled } = this.shape.sides.row;
    return {
      lists: 4 * words,
      rows: vector * rowEntries,
      pooled: pooled ? vector * blockRows : 0,
      columns: vector * columnEntries,
      rowNorms: 4 * blockRows,
      columnNorms: 4 * columnEntries,
      scores: 16 * blockRows * vec4sPerRow(columnEntries),
      peaks: 8 * blockRows * partsOfRow(columnEntries),
      shares: 8 * blockRows,
      totals: 16 * blockRows * (1 + partsOfRow(columnEntries)),
      rowGradients: vector * blockRows * chunkCount('row', columnEntries),
      inputGradients: pooled ? vector * rowEntries : 0,
      columnGradients: vector * columnEntries * chunkCount('column', blockRows),
    };
  }
}
