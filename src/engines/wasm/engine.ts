import { PLAIN_FACTORS } from '../../models/factor';
import { type BlockScorer, DeviceLostError, type Engine, type EngineProbe, type ScoredColumns } from '../engine';
import { type Kernels, loadKernels } from './kernels';
import { type StartThread, ThreadPool } from './threads';
import { createWasmTrainer, FactorModel, type WasmHost } from './trainer';

/** Rows that a scorer takes at a time. */
const ROWS = 256;

/** What the engine is told of the machine. */
export interface WasmWorld {
  /** Threads that the processor can run at a time. */
  readonly cores: number;
  /** Starts a thread; null where memory cannot be shared, and there is one. */
  readonly startThread: StartThread | null;
  /** Trains networks, until the kernels do. */
  readonly networks: () => Promise<EngineProbe>;
}

/** More threads than this wait for each other longer than they work. */
const MOST_THREADS = 8;

/** The processor, by our own kernels in WebAssembly. */
export function probeWasm(world: WasmWorld): EngineProbe {
  return async () => {
    if (typeof WebAssembly === 'undefined') return { missing: 'This browser has no WebAssembly.' };
    const wanted = world.startThread ? Math.min(MOST_THREADS, Math.max(1, world.cores)) : 1;
    let pool: ThreadPool | null = null;
    if (wanted > 1 && world.startThread) {
      pool = await ThreadPool.start(wanted - 1, world.startThread).catch(() => null);
    }
    const kernels = await loadKernels(pool !== null);
    if (!kernels) return { missing: 'This browser’s WebAssembly has no SIMD.' };
    const networks = await (await world.networks())();
    if (!('engine' in networks)) return networks;
    return { engine: createWasmEngine(kernels, pool, networks.engine) };
  };
}

/** @param pool null for one thread */
export function createWasmEngine(kernels: Kernels, pool: ThreadPool | null, networks: Engine): Engine {
  let lost: string | null = null;
  let live = 0;
  const host: WasmHost = {
    kernels,
    pool,
    lost: () => lost,
    count: (change) => {
      live += change;
    },
  };
  const threads = pool?.size ?? 1;
  return {
    description: {
      engine: 'wasm',
      adapter: 'WebAssembly',
      reason: `WebAssembly with SIMD on the processor of this machine, in ${threads === 1 ? 'one thread' : `${threads} threads`}.`,
    },
    create(spec, state, data, source) {
      if (lost !== null) throw new DeviceLostError(lost);
      if (spec.family === 'network') return networks.create(spec, state, data, source);
      return createWasmTrainer(spec, state, data, source, host);
    },
    predictor(spec, tables, data) {
      if (spec.family === 'network') return networks.predictor(spec, tables, data);
      const none = new Float32Array(0);
      const state = { step: 0, tables: tables.map((table) => ({ ...table, first: none, second: none })) };
      const trainer = createWasmTrainer(
        { ...spec, optimiser: { kind: 'sgd', weightDecay: 0 } },
        state,
        data,
        undefined,
        host,
      );
      return { logits: (pairs) => trainer.logits(pairs), dispose: () => trainer.dispose() };
    },
    scorer: (columns) => createWasmScorer(columns, host),
    liveBuffers: () => live,
    dispose() {
      lost = 'The engine was given up.';
      pool?.dispose();
    },
  };
}

/** Keeps the column vectors in the memory of the kernels and multiplies blocks of rows with them. */
function createWasmScorer({ dimensions: d, columns, bias, temperature }: ScoredColumns, host: WasmHost): BlockScorer {
  const count = columns.length / d;
  const none = new Float32Array(0);
  const table = (name: string, values: Float32Array, width: number) => ({
    name,
    shape: [values.length / width, width] as const,
    values,
    first: none,
    second: none,
  });
  const block = new Float32Array(ROWS * d);
  const tables = [table('row', block, d), table('column', columns, d), ...(bias ? [table('columnBias', bias, 1)] : [])];
  const model = new FactorModel(
    {
      ...PLAIN_FACTORS,
      dimensions: d,
      temperature,
      columnBias: bias !== null,
      loss: 'bce',
      start: { kind: 'constant', value: 0 },
      optimiser: { kind: 'sgd', weightDecay: 0 },
    },
    { step: 0, tables },
    { rows: ROWS, columns: count, rowFeatures: null, columnFeatures: null },
    undefined,
    host,
  );
  host.count(1);
  return {
    async score(u) {
      const reason = host.lost();
      if (reason !== null) throw new DeviceLostError(reason);
      const rows = u.length / d;
      const scores = new Float32Array(rows * count);
      for (let start = 0; start < rows; start += ROWS) {
        const part = Math.min(ROWS, rows - start);
        block.fill(0).set(u.subarray(start * d, (start + part) * d));
        model.tables.load({ step: 0, tables: [tables[0]] });
        scores.set(
          model.scores(
            Int32Array.from({ length: part }, (_, i) => i),
            null,
          ),
          start * count,
        );
      }
      return scores;
    },
    dispose() {
      model.dispose();
      host.count(-1);
    },
  };
}
