import type { Pairs } from '../engine';
import type { Buffers } from './buffers';
import { SLOT_BYTES } from './shaders/kernel';
import { LOSS_WORKGROUP } from './shaders/loss.wgsl';
import type { ModelShape } from './shape';

/** Bytes of a pair: row, column and what the model should say of it. */
const PAIR_BYTES = 12;

/** What the device keeps of one side of a batch; of each row it stands at the row's owner. */
interface BatchSideBuffers {
  readonly slots: GPUBuffer;
  readonly gathered: GPUBuffer;
  /** Gradients as whole numbers; zero between steps. */
  readonly sums: GPUBuffer;
}

/** Room on the device for a batch of so many pairs. */
export class BatchBuffers {
  readonly batch: GPUBuffer;
  readonly scores: GPUBuffer;
  /** Loss sums, one a workgroup. */
  readonly totals: GPUBuffer;
  readonly row: BatchSideBuffers;
  readonly column: BatchSideBuffers;

  /** @throws InputError for a batch that is too large for the device */
  constructor(
    private readonly buffers: Buffers,
    { gathered }: ModelShape,
    readonly pairs: number,
  ) {
    const side = (): BatchSideBuffers => ({
      gathered: buffers.storage('vectors of a batch', 16 * gathered * pairs),
      sums: buffers.storage('gradients of a batch', 16 * gathered * pairs),
      slots: buffers.storage('slots', SLOT_BYTES * pairs),
    });
    this.row = side();
    this.column = side();
    this.batch = buffers.storage('pairs', PAIR_BYTES * pairs);
    this.scores = buffers.storage('scores', 8 * pairs);
    this.totals = buffers.storage('totals', 16 * Math.ceil(pairs / LOSS_WORKGROUP));
  }

  write({ rows, columns }: Pairs, targets: Float32Array | null): void {
    const bytes = new ArrayBuffer(PAIR_BYTES * rows.length);
    const ints = new Int32Array(bytes);
    const floats = new Float32Array(bytes);
    for (let n = 0; n < rows.length; n++) {
      ints[3 * n] = rows[n];
      ints[3 * n + 1] = columns[n];
      floats[3 * n + 2] = targets ? targets[n] : 0;
    }
    this.buffers.write(this.batch, 0, bytes);
  }

  /** The first pairs of the batch as the device has them. @throws DeviceLostError */
  async read(count: number): Promise<{ rows: Int32Array; columns: Int32Array; targets: Float32Array }> {
    const bytes = await this.buffers.read(this.batch, 0, PAIR_BYTES * count);
    const ints = new Int32Array(bytes);
    const floats = new Float32Array(bytes);
    const every = { length: count };
    return {
      rows: Int32Array.from(every, (_, n) => ints[3 * n]),
      columns: Int32Array.from(every, (_, n) => ints[3 * n + 1]),
      targets: Float32Array.from(every, (_, n) => floats[3 * n + 2]),
    };
  }

  dispose(): void {
    for (const { slots, gathered, sums } of [this.row, this.column]) this.buffers.free(slots, gathered, sums);
    this.buffers.free(this.batch, this.scores, this.totals);
  }
}
