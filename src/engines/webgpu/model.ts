import type { FactorSpec } from '../../models/factor';
import {
  DeviceLostError,
  type EngineData,
  type ModelState,
  type PairBatch,
  type PairSource,
  type StateTable,
} from '../engine';
import { BatchRoom } from './batch-room';
import { Buffers, type DeviceLife } from './buffers';
import { DrawSource } from './draw-source';
import { bringUpCommands, type ModelParts, type Orders, ordersFor } from './orders';
import type { Command, Pipelines } from './pipelines';
import { Results } from './results';
import { powers } from './shaders/past.wgsl';
import { type ModelShape, shapeOf } from './shape';
import { Side } from './side';
import { StepCounter } from './step-counter';
import { STEP_BYTES, type StepNumbers, stepBytes } from './step-numbers';
import { DeviceTable } from './tables';

/** Steps of one command buffer at most: enough to forget what a submission costs. */
const STEPS_AT_ONCE = 64;
/** Pairs that are asked about at a time, if no batch is larger. */
const ASKED_AT_ONCE = 16384;

/** Bounds of the device and our own; smaller ones make a small model behave as a large one does. */
export interface WebgpuBounds {
  /** Bytes that a kernel looks at in one piece at most. */
  readonly bindingBytes: number;
  /** Bytes of a table that lie in one buffer at most. */
  readonly partBytes: number;
  /** Workgroups in one dimension of a dispatch at most. */
  readonly workgroups: number;
  /**
   * Steps after which all rows are brought up to date, so that what is remembered of the past stays small;
   * at least those of a command buffer.
   */
  readonly stepsRemembered: number;
}

/** What a model needs to know of the engine it belongs to. */
export interface WebgpuHost {
  readonly device: GPUDevice;
  readonly life: DeviceLife;
  readonly pipelines: Pipelines;
  readonly bounds: WebgpuBounds;
}

/**
 * A factor model on a graphics device. A step goes through kernels as one on the processor goes through its
 * phases (engines/wasm): draw, gather, score, judge, back, move, end; and nothing of it leaves the device.
 */
export class FusedModel {
  readonly results: Results;
  private readonly buffers: Buffers;
  private readonly parts: ModelParts;
  private readonly bringUpOrder: readonly Command[];
  private readonly steps: GPUBuffer;
  private readonly stepNumbers: GPUBindGroup;
  private readonly counter: StepCounter;
  private readonly problems: Promise<GPUError | null>[] = [];
  /** Tables of the state, in their order. */
  private names: readonly string[] = [];
  private room: BatchRoom | null = null;
  private orders: Orders | null = null;

  /** @throws RangeError for a model that is too large for the device */
  constructor(
    spec: FactorSpec,
    state: ModelState,
    data: EngineData,
    source: PairSource,
    private readonly host: WebgpuHost,
  ) {
    const { device, life, pipelines, bounds } = host;
    this.buffers = new Buffers(device, life, bounds.bindingBytes);
    const { buffers } = this;
    this.counter = new StepCounter(spec.optimiser);
    this.watch();
    try {
      const shape = shapeOf(spec);
      const link = state.tables.find(({ name }) => name === 'link');
      const span = link && ({ name: 'link', shape: link.shape, from: 0, width: 2 } as const);
      this.results = new Results(buffers);
      this.parts = {
        shape,
        sides: [
          new Side(buffers, shape, 'row', state, data, bounds.partBytes),
          new Side(buffers, shape, 'column', state, data, bounds.partBytes),
        ],
        link: span ? new DeviceTable(buffers, 1, 1, shape.kept, [span], Number.POSITIVE_INFINITY) : null,
        past: pastBuffers(buffers, shape, bounds.stepsRemembered),
        results: this.results.buffer,
        source: sourceOf(buffers, source),
      };
      this.bringUpOrder = bringUpCommands(this.parts, pipelines);
      this.steps = buffers.uniform('steps', STEP_BYTES * STEPS_AT_ONCE);
      this.stepNumbers = pipelines.stepNumbers(this.steps);
      this.load(state);
      if (this.parts.source) this.makeRoom(this.parts.source.batchPairs);
    } catch (error) {
      buffers.dispose();
      throw error;
    } finally {
      this.unwatch();
    }
  }

  /** Whether batches can be drawn on the device. */
  get draws(): boolean {
    return this.parts.source !== null;
  }

  /** Steps of an epoch from `first` on, one for each rate, whose batches the device draws. */
  drawnSteps(epoch: number, first: number, rates: Float32Array): void {
    const { source } = this.parts;
    if (!source) throw new TypeError('expected a model that can draw, found one whose pairs are too many');
    const { orders } = this.makeRoom(source.batchPairs);
    for (let done = 0; done < rates.length; done += STEPS_AT_ONCE) {
      const some = rates.subarray(done, done + STEPS_AT_ONCE);
      this.prepare(some.length);
      const numbers = Array.from(some, (rate, i) => ({
        ...source.numbers(epoch, first + done + i),
        ...this.counter.next(rate),
        result: this.results.next(),
      }));
      this.submit(orders.drawn, numbers);
    }
  }

  writtenStep({ rows, columns, targets, group }: PairBatch, rate: number): void {
    const { room, orders } = this.makeRoom(rows.length);
    this.prepare(1);
    room.write({ rows, columns }, targets);
    const numbers = { ...NO_DRAW, pairs: rows.length, group, ...this.counter.next(rate), result: this.results.next() };
    this.submit(orders.written, [numbers]);
  }

  /**
   * Scores of so many pairs, after the link or before it; `pairAt` tells row and column of each.
   * @throws DeviceLostError
   */
  async ask(count: number, pairAt: (n: number) => readonly [number, number], linked: boolean): Promise<Float32Array> {
    await this.sound();
    const scores = new Float32Array(count);
    for (let start = 0; start < count; start += ASKED_AT_ONCE) {
      const pairs = Math.min(ASKED_AT_ONCE, count - start);
      const rows = new Int32Array(pairs);
      const columns = new Int32Array(pairs);
      for (let n = 0; n < pairs; n++) [rows[n], columns[n]] = pairAt(start + n);
      const { room, orders } = this.makeRoom(pairs);
      room.write({ rows, columns }, null);
      const numbers = { ...NO_DRAW, pairs, group: 1, ...this.counter.look(), result: 0 };
      this.submit(linked ? orders.logits : orders.scores, [numbers]);
      const found = new Float32Array(await this.buffers.read(room.scores, 0, 8 * pairs));
      for (let n = 0; n < pairs; n++) scores[start + n] = found[2 * n];
    }
    return scores;
  }

  /** The pairs that the device draws for a step: for tests. @throws DeviceLostError */
  async drawn(epoch: number, step: number): Promise<Pick<PairBatch, 'rows' | 'columns' | 'targets'>> {
    const { source } = this.parts;
    if (!source) throw new TypeError('expected a model that can draw, found one whose pairs are too many');
    const { room, orders } = this.makeRoom(source.batchPairs);
    const numbers = { ...source.numbers(epoch, step), ...this.counter.look(), result: 0 };
    this.submit(orders.draw, [numbers]);
    return room.read(numbers.pairs);
  }

  /** @throws DeviceLostError */
  async save(): Promise<ModelState> {
    await this.sound();
    this.bringUp();
    const step = this.counter.made;
    const { sides, link } = this.parts;
    const found = new Map<string, StateTable>();
    for (const table of [...sides.flatMap(({ table, features }) => [table, features?.table]), link]) {
      for (const saved of table ? await table.save() : []) found.set(saved.name, saved);
    }
    return { step, tables: this.names.map((name) => found.get(name) as StateTable) };
  }

  load(state: ModelState): void {
    const tables = new Map(state.tables.map((table) => [table.name, table]));
    this.names = [...tables.keys()];
    for (const side of this.parts.sides) side.load(tables, state.step);
    this.parts.link?.load(tables);
    this.restart(state.step);
    this.results.forget();
  }

  dispose(): void {
    this.results.forget();
    this.buffers.dispose();
  }

  /** Waits for what the device says of what it was given so far. @throws DeviceLostError where it has no room for it */
  async sound(): Promise<void> {
    const found = await Promise.all(this.problems.splice(0));
    const problem = found.find((error) => error !== null);
    if (problem) throw new DeviceLostError(`The graphics device could not take the model: ${problem.message}`);
  }

  /** Readies the device’s memory of losses and of the past for so many steps. */
  private prepare(steps: number): void {
    this.results.prepare(steps);
    if (this.counter.remembered + steps > this.host.bounds.stepsRemembered) this.bringUp();
  }

  private bringUp(): void {
    if (this.bringUpOrder.length === 0 || this.counter.remembered === 0) return;
    this.submit(this.bringUpOrder, [{ ...NO_DRAW, pairs: 0, group: 1, ...this.counter.look(), result: 0 }]);
    this.restart(this.counter.made);
  }

  private restart(step: number): void {
    this.counter.restart(step);
    const { past } = this.parts.past;
    if (past) this.buffers.write(past, 0, new Float32Array(4));
  }

  private submit(commands: readonly Command[], steps: readonly StepNumbers[]): void {
    const { device, pipelines } = this.host;
    this.buffers.write(this.steps, 0, stepBytes(steps));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    steps.forEach(({ pairs, group }, s) => {
      pass.setBindGroup(0, this.stepNumbers, [STEP_BYTES * s]);
      for (const command of commands) pipelines.encode(pass, command, pairs, pairs / group);
    });
    pass.end();
    device.queue.submit([encoder.finish()]);
  }

  /** Room for a batch of so many pairs, and what can be done with it. */
  private makeRoom(pairs: number): { room: BatchRoom; orders: Orders } {
    if (this.room && this.orders && this.room.pairs >= pairs) return { room: this.room, orders: this.orders };
    this.watch();
    try {
      this.room?.dispose();
      this.room = null;
      const room = new BatchRoom(this.buffers, this.parts.shape, pairs);
      const orders = ordersFor(this.parts, room, this.host.pipelines);
      this.room = room;
      this.orders = orders;
      return { room, orders };
    } finally {
      this.unwatch();
    }
  }

  /** From here to `unwatch` the device keeps what it finds wrong: too little memory, above all. */
  private watch(): void {
    this.host.device.pushErrorScope('out-of-memory');
    this.host.device.pushErrorScope('validation');
  }

  private unwatch(): void {
    for (let scope = 0; scope < 2; scope++) {
      // A device that is lost says so elsewhere.
      this.problems.push(this.host.device.popErrorScope().catch(() => null));
    }
  }
}

const NO_DRAW = { orderKey: 0, negativesKey: 0, orderStart: 0, firstPlace: 0 };

function pastBuffers(buffers: Buffers, { spec, rest }: ModelShape, steps: number): ModelParts['past'] {
  const { optimiser } = spec;
  if (rest !== 'catchUp' || optimiser.kind !== 'adam') return {};
  return {
    past: buffers.storage('past', 16 * (steps + 1)),
    powers: buffers.keep('powers', powers(optimiser.beta1, optimiser.beta2)),
  };
}

/** Null where there are more pairs than the device looks at in one piece: they are then drawn elsewhere. */
function sourceOf(buffers: Buffers, source: PairSource): DrawSource | null {
  try {
    return new DrawSource(buffers, source);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
