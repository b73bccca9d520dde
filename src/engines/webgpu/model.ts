import { InputError } from '../../errors';
import type { FactorSpec } from '../../models/factor';
import type { Block, BlockInputs, EngineData, ModelState, PairBatch, PairSource, Pairs, StateTable } from '../engine';
import { BatchBuffers } from './batch-buffers';
import { BlockBuffers } from './block-buffers';
import { BlockLists, inputsOf, type ListedBlock } from './block-lists';
import { blockScoreCommands } from './block-passes';
import { BlockQueue } from './block-queue';
import { Buffers, type DeviceLife } from './buffers';
import { DeviceWatch } from './device-watch';
import { type ModelParts, makeParts, type PartBounds } from './model-parts';
import { type ComputePasses, catchUpCommands, computePasses } from './passes';
import type { Command, Pipelines } from './pipelines';
import { Results } from './results';
import { vec4sPerRow } from './shaders/block-cells.wgsl';
import { StepCounter } from './step-counter';
import { Submissions } from './submissions';

/** Steps of one command buffer at most: enough to forget what a submission costs. */
const STEPS_PER_SUBMISSION = 64;
/** Pairs that are asked about at a time, if no batch is larger. */
const PAIRS_PER_READ = 16384;
/** Cells that are scored at a time: they come back in one copy, so that no later step writes over them. */
const CELLS_PER_READ = 1 << 22;

/** Bounds of the device and our own; smaller ones make a small model behave as a large one does. */
export interface WebgpuBounds extends PartBounds {
  /** Bytes that a kernel looks at in one piece at most. */
  readonly bindingBytes: number;
  /** Workgroups in one dimension of a dispatch at most. */
  readonly workgroups: number;
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
 * phases (engines/wasm): draw, gather, score, loss, backward, optimiser step, finish; and nothing of it leaves the device.
 */
export class FusedModel {
  private readonly results: Results;
  private readonly buffers: Buffers;
  private readonly parts: ModelParts;
  private readonly catchUpPasses: readonly Command[];
  private readonly submissions: Submissions;
  private readonly counter: StepCounter;
  private readonly watch: DeviceWatch;
  /** Tables of the state, in their order. */
  private names: readonly string[] = [];
  private room: BatchBuffers | null = null;
  private passes: ComputePasses | null = null;
  private readonly blockLists: BlockLists;
  private readonly blocks: BlockQueue;

  /** @throws InputError for a model that is too large for the device */
  constructor(
    private readonly spec: FactorSpec,
    state: ModelState,
    private readonly data: EngineData,
    source: PairSource | undefined,
    private readonly host: WebgpuHost,
  ) {
    const { device, life, pipelines, bounds } = host;
    this.buffers = new Buffers(device, life, bounds.bindingBytes);
    const { buffers } = this;
    this.counter = new StepCounter(spec.optimiser);
    this.watch = new DeviceWatch(device);
    this.results = new Results(buffers);
    try {
      this.parts = this.watch.over(() => makeParts(spec, state, data, source, this.results.buffer, buffers, bounds));
      this.blockLists = new BlockLists(spec, data.columns);
      this.blocks = new BlockQueue(buffers, this.parts, pipelines);
      this.catchUpPasses = catchUpCommands(this.parts, pipelines);
      this.submissions = new Submissions(buffers, pipelines, STEPS_PER_SUBMISSION);
      this.load(state);
      if (this.parts.source) this.ensureCapacity(this.parts.source.batchPairs);
    } catch (error) {
      buffers.dispose();
      throw error;
    }
  }

  /** Whether batches can be drawn on the device. */
  get draws(): boolean {
    return this.parts.source !== null;
  }

  /** Steps of an epoch from `first` on, one for each rate, whose batches the device draws. */
  drawnSteps(epoch: number, first: number, rates: Float32Array): void {
    this.flush();
    const { source } = this.parts;
    if (!source) throw new TypeError('expected a model that can draw, found one whose pairs are too many');
    const { passes } = this.ensureCapacity(source.batchPairs);
    for (let done = 0; done < rates.length; done += STEPS_PER_SUBMISSION) {
      const some = rates.subarray(done, done + STEPS_PER_SUBMISSION);
      this.prepare(some.length);
      const numbers = Array.from(some, (rate, i) => ({
        ...source.numbers(epoch, first + done + i),
        ...this.counter.next(rate),
        result: this.results.next(true),
      }));
      this.submissions.submit(passes.drawn, numbers);
    }
  }

  pairStep({ rows, columns, targets, group }: PairBatch, rate: number): void {
    this.flush();
    const { room, passes } = this.ensureCapacity(rows.length);
    this.prepare(1);
    room.write({ rows, columns }, targets);
    const numbers = { pairs: rows.length, group, full: 1, ...this.counter.next(rate), result: this.results.next(true) };
    this.submissions.submit(passes.written, [numbers]);
  }

  /**
   * A step on a block goes to the device together with those after it, at the latest when something is asked for.
   * @throws InputError for a model that learns from pairs alone, and for a block that is too large for the device
   */
  blockStep(block: Block, rate: number): void {
    const { loss } = this.spec;
    if (loss !== 'bce' && loss !== 'softmax') {
      throw new InputError(`expected a loss of softmax or bce on a block, found ${loss}: it is learned from pairs`);
    }
    const listed = this.blockLists.write(block);
    this.ensureBlockCapacity(listed);
    this.blocks.add(listed, rate);
    if (this.blocks.full) this.flush();
  }

  /** Losses of the steps since they were last taken. @throws DeviceLostError */
  async losses(): Promise<Float32Array> {
    this.flush();
    await this.watch.sound();
    return this.results.takeLosses();
  }

  /** Metrics of the steps on pairs since they were last taken. @throws DeviceLostError */
  async metrics(): Promise<Float32Array> {
    this.flush();
    return this.results.takeMetrics();
  }

  /** Last numbers of pairs, after the link. @throws DeviceLostError */
  async logits({ rows, columns }: Pairs): Promise<Float32Array> {
    this.flush();
    await this.watch.sound();
    const found = new Float32Array(rows.length);
    for (let start = 0; start < rows.length; start += PAIRS_PER_READ) {
      const end = Math.min(rows.length, start + PAIRS_PER_READ);
      const { room, passes } = this.ensureCapacity(end - start);
      room.write({ rows: rows.subarray(start, end), columns: columns.subarray(start, end) }, null);
      this.submissions.submit(passes.logits, [{ pairs: end - start, group: 1, full: 1, ...this.counter.look() }]);
      const pairs = new Float32Array(await this.buffers.read(room.scores, 0, 8 * (end - start)));
      for (let n = start; n < end; n++) found[n] = pairs[2 * (n - start)];
    }
    return found;
  }

  /** Scores of rows against all columns, row by row; see `ModelTrainer.score`. @throws DeviceLostError */
  async score(rows: Int32Array, inputs: BlockInputs | null): Promise<Float32Array> {
    this.flush();
    await this.watch.sound();
    const { columns } = this.data;
    const scores = new Float32Array(rows.length * columns);
    const atOnce = Math.max(1, Math.floor(CELLS_PER_READ / columns));
    const room = new BlockBuffers(this.buffers, this.parts.shape, 'score');
    try {
      for (let start = 0; start < rows.length; start += atOnce) {
        const end = Math.min(rows.length, start + atOnce);
        const own = inputs && inputsOf(inputs, start, end);
        const block = this.blockLists.write({ ...NO_PAIRS, rows: rows.subarray(start, end), inputs: own });
        this.watch.over(() => room.grow(block, 1));
        this.buffers.write(room.get('lists'), 0, block.words);
        const commands = blockScoreCommands(this.parts, room, this.host.pipelines);
        this.submissions.submit(commands, [{ ...block.numbers, full: 1, ...this.counter.look() }]);
        const length = 4 * vec4sPerRow(columns);
        const found = new Float32Array(await this.buffers.read(room.get('scores'), 0, 4 * (end - start) * length));
        for (let b = start; b < end; b++) {
          const first = (b - start) * length;
          scores.set(found.subarray(first, first + columns), b * columns);
        }
      }
    } finally {
      room.dispose();
    }
    return scores;
  }

  /** The pairs that the device draws for a step: for tests. @throws DeviceLostError */
  async drawn(epoch: number, step: number): Promise<Pick<PairBatch, 'rows' | 'columns' | 'targets'>> {
    const { source } = this.parts;
    if (!source) throw new TypeError('expected a model that can draw, found one whose pairs are too many');
    const { room, passes } = this.ensureCapacity(source.batchPairs);
    const numbers = source.numbers(epoch, step);
    this.submissions.submit(passes.draw, [numbers]);
    return room.read(numbers.pairs);
  }

  /** @throws DeviceLostError */
  async save(): Promise<ModelState> {
    this.flush();
    await this.watch.sound();
    this.catchUp();
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
    this.blocks.take();
    this.restart(state.step);
    this.results.forget();
  }

  dispose(): void {
    this.results.forget();
    this.buffers.dispose();
  }

  /** Readies the device’s memory of losses and of the past for so many steps. */
  private prepare(steps: number): void {
    this.results.prepare(steps);
    if (this.counter.recordedSteps + steps > this.host.bounds.maxRecordedSteps) this.catchUp();
  }

  private catchUp(): void {
    if (this.catchUpPasses.length === 0 || this.counter.recordedSteps === 0) return;
    this.submissions.submit(this.catchUpPasses, [this.counter.look()]);
    this.restart(this.counter.made);
  }

  private restart(step: number): void {
    this.counter.restart(step);
    const { pendingSums } = this.parts.lazyAdam;
    if (pendingSums) this.buffers.write(pendingSums, 0, new Float32Array(4));
  }

  /** Makes the steps on blocks that wait. */
  private flush(): void {
    const waiting = this.blocks.take();
    if (waiting.length === 0) return;
    this.prepare(waiting.length);
    const steps = waiting.map(({ numbers, rate }) => ({
      ...numbers,
      ...this.counter.next(rate),
      result: this.results.next(false),
    }));
    this.submissions.submit(this.blocks.commands, steps);
  }

  private ensureBlockCapacity(block: ListedBlock): void {
    if (this.blocks.fits(block)) return;
    this.flush();
    if (this.blocks.fits(block)) return;
    this.watch.over(() => this.blocks.grow(block));
  }

  /** Room for a batch of so many pairs, and what can be done with it. */
  private ensureCapacity(pairs: number): { room: BatchBuffers; passes: ComputePasses } {
    // As the reference says it.
    if (this.spec.rowVector === 'pooled') throw new TypeError('expected the inputs of pooled rows, found none');
    if (this.room && this.passes && this.room.pairs >= pairs) return { room: this.room, passes: this.passes };
    return this.watch.over(() => {
      this.room?.dispose();
      this.room = null;
      const room = new BatchBuffers(this.buffers, this.parts.shape, pairs);
      const passes = computePasses(this.parts, room, this.host.pipelines);
      this.room = room;
      this.passes = passes;
      return { room, passes };
    });
  }
}

/** A block of all columns that is only scored. */
const NO_PAIRS = {
  kind: 'block',
  columns: null,
  positiveRows: new Int32Array(0),
  positiveColumns: new Int32Array(0),
  logChance: null,
} as const;
