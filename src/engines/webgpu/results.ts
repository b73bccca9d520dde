import type { Buffers } from './buffers';

/** Steps whose losses the device keeps before they are copied out. */
const RESULT_CAPACITY = 1024;

/** Losses and metrics of steps: on the device until they are asked for. */
export class Results {
  /** Two floats a step. */
  readonly buffer: GPUBuffer;
  /** Of each step whose numbers are there, whether it has a metric. */
  private hasMetric: boolean[] = [];
  private copies: Promise<{ bytes: ArrayBuffer; hasMetric: readonly boolean[] }>[] = [];
  private losses: number[] = [];
  private metrics: number[] = [];

  constructor(private readonly buffers: Buffers) {
    this.buffer = buffers.storage('losses', 8 * RESULT_CAPACITY);
  }

  /** Makes room for so many steps, at most as many as are kept, before any of them is given to the device. */
  prepare(steps: number): void {
    if (this.hasMetric.length + steps > RESULT_CAPACITY) this.copy();
  }

  /** Where the next step writes its own; steps on blocks have no metric. */
  next(hasMetric: boolean): number {
    return this.hasMetric.push(hasMetric) - 1;
  }

  /** Losses of the steps since they were last taken. @throws DeviceLostError */
  async takeLosses(): Promise<Float32Array> {
    await this.collect();
    const taken = Float32Array.from(this.losses);
    this.losses = [];
    return taken;
  }

  /** Metrics of the steps since they were last taken. @throws DeviceLostError */
  async takeMetrics(): Promise<Float32Array> {
    await this.collect();
    const taken = Float32Array.from(this.metrics);
    this.metrics = [];
    return taken;
  }

  forget(): void {
    this.hasMetric = [];
    this.copies = [];
    this.losses = [];
    this.metrics = [];
  }

  private async collect(): Promise<void> {
    if (this.hasMetric.length > 0) this.copy();
    const { copies } = this;
    this.copies = [];
    for (const { bytes, hasMetric } of await Promise.all(copies)) {
      const pairs = new Float32Array(bytes);
      hasMetric.forEach((has, step) => {
        this.losses.push(pairs[2 * step]);
        if (has) this.metrics.push(pairs[2 * step + 1]);
      });
    }
  }

  private copy(): void {
    const { hasMetric } = this;
    const copy = this.buffers.read(this.buffer, 0, 8 * hasMetric.length).then((bytes) => ({ bytes, hasMetric }));
    // Whoever takes the losses hears of it.
    copy.catch(() => undefined);
    this.copies.push(copy);
    this.hasMetric = [];
  }
}
