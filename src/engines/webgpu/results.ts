import type { Buffers } from './buffers';

/** Steps whose losses the device keeps before they are copied out. */
const KEPT = 1024;

/** Losses and figures of steps: on the device until they are asked for. */
export class Results {
  /** Two floats a step. */
  readonly buffer: GPUBuffer;
  /** Of each step whose numbers are there, whether it has a figure. */
  private figured: boolean[] = [];
  private copies: Promise<{ bytes: ArrayBuffer; figured: readonly boolean[] }>[] = [];
  private losses: number[] = [];
  private figures: number[] = [];

  constructor(private readonly buffers: Buffers) {
    this.buffer = buffers.storage('losses', 8 * KEPT);
  }

  /** Makes room for so many steps, at most as many as are kept, before any of them is given to the device. */
  prepare(steps: number): void {
    if (this.figured.length + steps > KEPT) this.copy();
  }

  /** Where the next step writes its own; steps on blocks have no figure. */
  next(figured: boolean): number {
    return this.figured.push(figured) - 1;
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
    this.figured = [];
    this.copies = [];
    this.losses = [];
    this.figures = [];
  }

  private async collect(): Promise<void> {
    if (this.figured.length > 0) this.copy();
    const { copies } = this;
    this.copies = [];
    for (const { bytes, figured } of await Promise.all(copies)) {
      const pairs = new Float32Array(bytes);
      figured.forEach((has, step) => {
        this.losses.push(pairs[2 * step]);
        if (has) this.figures.push(pairs[2 * step + 1]);
      });
    }
  }

  private copy(): void {
    const { figured } = this;
    const copy = this.buffers.read(this.buffer, 0, 8 * figured.length).then((bytes) => ({ bytes, figured }));
    // Whoever takes the losses hears of it.
    copy.catch(() => undefined);
    this.copies.push(copy);
    this.figured = [];
  }
}
