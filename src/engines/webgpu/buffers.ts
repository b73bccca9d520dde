import { InputError, logCause } from '../../errors';
import { DeviceLostError } from '../engine';

/** What is known of the device’s life, and where buffers are counted. */
export interface DeviceLife {
  /** Text when the device is gone. */
  lost(): string | null;
  /** Rejects when the device goes; never resolves. */
  readonly whenLost: Promise<never>;
  /** Buffers were made, or given back. */
  count(change: number): void;
}

/** Bytes that are copied at a time. */
const SLICE_BYTES = 1 << 24;

/** The buffers of a model: made, counted, written, read, and given back. */
export class Buffers {
  private readonly made = new Set<GPUBuffer>();

  constructor(
    readonly device: GPUDevice,
    private readonly life: DeviceLife,
    /** Bytes that a kernel looks at in one piece at most. */
    readonly maxBindingBytes: number,
  ) {}

  /** @throws InputError for more than the device lets a kernel look at */
  storage(name: string, bytes: number): GPUBuffer {
    if (bytes > this.maxBindingBytes) {
      throw new InputError(
        `expected at most ${megabytes(this.maxBindingBytes)} of ${name}, which is what this graphics device looks at in one piece, found ${megabytes(bytes)}: choose smaller batches or a smaller embedding size`,
      );
    }
    return this.make(name, bytes, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST);
  }

  uniform(name: string, bytes: number): GPUBuffer {
    return this.make(name, bytes, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  }

  /** A buffer that holds a list. */
  keep(name: string, list: Float32Array | Int32Array | Uint32Array): GPUBuffer {
    const buffer = this.storage(name, list.byteLength);
    this.write(buffer, 0, list);
    return buffer;
  }

  /** Gives buffers back; those that were already are passed over. */
  free(...buffers: readonly GPUBuffer[]): void {
    for (const buffer of buffers) {
      if (!this.made.delete(buffer)) continue;
      buffer.destroy();
      this.life.count(-1);
    }
  }

  /** Gives all of them back. */
  dispose(): void {
    this.free(...this.made);
  }

  write(buffer: GPUBuffer, from: number, data: ArrayBuffer | Float32Array | Int32Array | Uint32Array): void {
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    this.device.queue.writeBuffer(buffer, from, bytes as Uint8Array<ArrayBuffer>);
  }

  /** A copy of so many bytes of a buffer, as they are when all that was given to the device is done. @throws DeviceLostError */
  async read(buffer: GPUBuffer, from: number, bytes: number): Promise<ArrayBuffer> {
    const read = new Uint8Array(bytes);
    for (let start = 0; start < bytes; start += SLICE_BYTES) {
      const size = Math.min(SLICE_BYTES, bytes - start);
      read.set(await this.slice(buffer, from + start, size), start);
    }
    return read.buffer;
  }

  private async slice(buffer: GPUBuffer, from: number, bytes: number): Promise<Uint8Array> {
    const staging = this.make('copy', bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    try {
      const encoder = this.device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, from, staging, 0, bytes);
      this.device.queue.submit([encoder.finish()]);
      await this.awaited(staging.mapAsync(GPUMapMode.READ));
      return new Uint8Array(staging.getMappedRange(0, bytes).slice(0));
    } finally {
      this.free(staging);
    }
  }

  /** Waits for what only a device that lives can finish. @throws DeviceLostError */
  private async awaited<T>(work: Promise<T>): Promise<T> {
    try {
      return await Promise.race([work, this.life.whenLost]);
    } catch (error) {
      if (error instanceof DeviceLostError) throw error;
      logCause(error);
      throw new DeviceLostError(this.life.lost() ?? 'The graphics device failed.');
    }
  }

  private make(label: string, bytes: number, usage: number): GPUBuffer {
    // No buffer may be empty, and a kernel may see it as vec4Count of floats.
    const buffer = this.device.createBuffer({ label, size: Math.max(16, Math.ceil(bytes / 16) * 16), usage });
    this.made.add(buffer);
    this.life.count(1);
    return buffer;
  }
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MB`;
}
