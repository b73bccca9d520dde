import type { Csr } from '../../data/csr';
import type { FactorTable } from '../../models/factor';
import type { EngineData, ModelState, StateTable } from '../engine';
import type { Buffers } from './buffers';
import { SLOT_BYTES } from './shaders/kernel';
import type { Axis, ModelShape } from './shape';
import { DeviceTable, type Span } from './tables';

/** What the device keeps of the features of a side. */
interface SideFeatures {
  readonly table: DeviceTable;
  /** Number of rows, their offsets, and their features. */
  readonly csr: GPUBuffer;
  /** What each feature will be given in a step, and the sums of it. */
  readonly slots: GPUBuffer;
  readonly sums: GPUBuffer;
}

/** Number that stands for no pair. */
const NONE = 0xffffffff;

/** The rows of a model (or inputs of pooled ones), or its columns, on the device: their table, what marks them, and their features. */
export class SideBuffers {
  readonly table: DeviceTable;
  /** Of each row its owner in the batch, and the step at which it was last caught up. */
  readonly marks: GPUBuffer;
  readonly features: SideFeatures | null;

  constructor(
    private readonly buffers: Buffers,
    shape: ModelShape,
    readonly name: Axis,
    state: ModelState,
    data: EngineData,
    partBytes: number,
  ) {
    const { stride, pooled, bias, features } = shape.sides[name];
    const { dimensions } = shape.spec;
    const spanOf = (table: FactorTable, from: number, width: number): Span => {
      const found = state.tables.find((one) => one.name === table);
      if (!found) throw new TypeError(`expected a table “${table}” in the state, found none`);
      return { name: table, shape: found.shape, from, width };
    };
    const own = spanOf(pooled ? 'input' : name, 0, dimensions);
    const spans = bias === null ? [own] : [own, spanOf(`${name}Bias`, bias, 1)];
    this.table = new DeviceTable(buffers, own.shape[0], stride, shape.parameterParts, spans, partBytes);
    this.marks = buffers.storage('marks', 8 * own.shape[0]);
    const csr = data[`${name}Features`];
    if (features === 0 || !csr) {
      this.features = null;
      return;
    }
    const span = spanOf(`${name}Feature`, 0, dimensions);
    const count = span.shape[0];
    this.features = {
      table: new DeviceTable(buffers, count, features, shape.parameterParts, [span], Number.POSITIVE_INFINITY),
      csr: buffers.keep('features', listed(csr)),
      slots: buffers.storage('feature slots', SLOT_BYTES * count),
      sums: buffers.storage('feature gradients', 16 * features * count),
    };
  }

  /** Puts a state in: every row is up to date, and none in a batch. */
  load(state: ReadonlyMap<string, StateTable>, step: number): void {
    this.table.load(state);
    this.features?.table.load(state);
    const marks = new Uint32Array(2 * this.table.rows);
    for (let row = 0; row < this.table.rows; row++) {
      marks[2 * row] = NONE;
      marks[2 * row + 1] = step;
    }
    this.buffers.write(this.marks, 0, marks);
  }
}

function listed({ rows, offsets, indices }: Csr): Uint32Array {
  const list = new Uint32Array(2 + rows + indices.length);
  list[0] = rows;
  list.set(offsets, 1);
  list.set(indices, 2 + rows);
  return list;
}
