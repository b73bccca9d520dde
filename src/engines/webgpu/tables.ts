import type { FactorTable } from '../../models/factor';
import type { StateTable } from '../engine';
import type { Buffers } from './buffers';
import type { ParameterPart } from './shape';

/** Bytes that are put together at a time on their way to or from the device. */
const SLICE_BYTES = 1 << 24;

/** Which numbers of a row of a device's table belong to a table of the model's state. */
export interface Span {
  readonly name: FactorTable;
  /** Shape as the state has it. */
  readonly shape: readonly [number, number];
  /** First float of the row, and how many. */
  readonly from: number;
  readonly width: number;
}

/** Rows of a table that lie in one buffer. */
export interface TablePart {
  readonly first: number;
  readonly rows: number;
  readonly buffer: GPUBuffer;
  /** The same two numbers for kernels. */
  readonly numbers: GPUBuffer;
}

/**
 * A table on the device, row after row: the values of a row with its bias, then what the optimiser keeps of
 * them. A table larger than a kernel can look at in one piece lies in several parts, and kernels go over them
 * one after another.
 */
export class DeviceTable {
  readonly parts: readonly TablePart[];
  private readonly record: number;

  constructor(
    private readonly buffers: Buffers,
    readonly rows: number,
    /** Fours from one of the kept numbers of a row to the next. */
    private readonly stride: number,
    private readonly kept: readonly ParameterPart[],
    private readonly spans: readonly Span[],
    /** Bytes of a part at most. */
    partBytes: number,
  ) {
    this.record = 4 * stride * kept.length;
    const perPart = Math.max(1, Math.floor(partBytes / (4 * this.record)));
    const parts: TablePart[] = [];
    for (let first = 0; first < rows; first += perPart) {
      const count = Math.min(perPart, rows - first);
      const numbers = buffers.uniform('part', 8);
      buffers.write(numbers, 0, Uint32Array.of(first, count));
      parts.push({ first, rows: count, buffer: buffers.storage('table', 4 * this.record * count), numbers });
    }
    this.parts = parts;
  }

  /** The only part of a table that has to lie in one piece. */
  get whole(): GPUBuffer {
    return this.parts[0].buffer;
  }

  /** Writes what the state has of this table; a model that is only used comes without what the optimiser keeps. */
  load(state: ReadonlyMap<string, StateTable>): void {
    this.eachSlice((part, first, count) => {
      const floats = new Float32Array(count * this.record);
      for (const { name, from, width } of this.spans) {
        const table = state.get(name);
        if (!table) throw new TypeError(`expected a table “${name}” in the state, found none`);
        this.kept.forEach((kept, k) => {
          const list = table[kept];
          if (list.length === 0) return;
          for (let r = 0; r < count; r++) {
            const at = (part.first + first + r) * width;
            floats.set(list.subarray(at, at + width), r * this.record + 4 * k * this.stride + from);
          }
        });
      }
      this.buffers.write(part.buffer, 4 * first * this.record, floats);
    });
  }

  /** The tables of the state that lie here. @throws DeviceLostError */
  async save(): Promise<StateTable[]> {
    const tables = this.spans.map(({ name, shape }): StateTable => {
      const room = (kept: ParameterPart) => new Float32Array(this.kept.includes(kept) ? shape[0] * shape[1] : 0);
      return { name, shape, values: room('values'), m: room('m'), v: room('v') };
    });
    const slices: (readonly [TablePart, number, number])[] = [];
    this.eachSlice((...slice) => slices.push(slice));
    for (const [part, first, count] of slices) {
      const bytes = 4 * this.record;
      const floats = new Float32Array(await this.buffers.read(part.buffer, first * bytes, count * bytes));
      this.spans.forEach(({ from, width }, t) => {
        this.kept.forEach((kept, k) => {
          for (let r = 0; r < count; r++) {
            const at = r * this.record + 4 * k * this.stride + from;
            tables[t][kept].set(floats.subarray(at, at + width), (part.first + first + r) * width);
          }
        });
      });
    }
    return tables;
  }

  private eachSlice(action: (part: TablePart, first: number, count: number) => void): void {
    const most = Math.max(1, Math.floor(SLICE_BYTES / (4 * this.record)));
    for (const part of this.parts) {
      for (let first = 0; first < part.rows; first += most) action(part, first, Math.min(most, part.rows - first));
    }
  }
}
