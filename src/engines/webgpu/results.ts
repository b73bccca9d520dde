import type { Buffers } from './buffers';

/** Steps whose losses the device keeps before they are copied out. */
const KEPT = 1024;

/** Losses and figures of steps: on the device until they are asked for. */
export class Results {
  /** Two floats a step. */
  readonly buffer: GPUBuffer;
  private count = 0;
  private copies: Promise<ArrayBuffer>[] = [];
  private losses: number[] = [];
  private figures: number[] = [];

  constructor(private readonly buffers: Buffers) {
    this.buffer = buffers.storage('losses', 8 * KEPT);
  }

  /** Makes room for so many steps, at most as many as are kept, before any of them is given to the device. */
  prepare(steps: number): void {
    if (this.count + steps > KEPT) this.copy();
  }

  /** Where the next step writes its own. */
  next(): number {
    return this.count++;
  }

  /** Losses of the steps since they were last taken. @throws DeviceLostError */
  async takeLosses(): Promise<Float32Array> {
    await this.collect();
    const taken = Float32Array.from(this.losses);
    this.losses = [];
    return taken;
  }

  /** Figures of the steps since they were last taken. @throws DeviceLostError */
  async takeFigures(): Promise<Float32Array> {
    await this.collect();
    const taken = Float32Array.from(this.figures);
    this.figures = [];
    return taken;
  }

  forget(): void {
    this.count = 0;
    this.copies = [];
    this.losses = [];
    this.figures = [];
  }

  private async collect(): Promise<void> {
    if (this.count > 0) this.copy();
    const { copies } = this;
    this.copies = [];
    for (const bytes of await Promise.all(copies)) {
      const pairs = new Float32Array(bytes);
      for (let i = 0; i < pairs.length; i += 2) {
        this.losses.push(pairs[i]);
        this.figures.push(pairs[i + 1]);
      }
    }
  }

  private copy(): void {
    const copy = this.buffers.read(this.buffer, 0, 8 * this.count);
    // Whoever takes the losses hears of it.
    copy.catch(() => undefined);
    this.copies.push(copy);
    this.count = 0;
  }
}
