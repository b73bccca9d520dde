import { PLAIN_DESCENT } from '../../models/optimiser';
import { DeviceLostError, type Engine, type EngineProbe, type OneThread } from '../engine';
import type { WasmHost } from './kernel-model';
import { type Kernels, loadKernels } from './kernels';
import { WasmScorer } from './scorer';
import { NoThreadsError, type StartThread, ThreadPool } from './threads';
import { createWasmTrainer } from './trainer';

/** The machine that the engine runs on. */
export interface WasmDependencies {
  /** Threads that the processor can run at a time. */
  readonly cores: number;
  /** Starts a thread; null where one is enough. */
  readonly startThread: StartThread | null;
}

/** More threads than this wait for each other longer than they work. */
const MAX_THREADS = 8;

/** The processor, by our own kernels in WebAssembly. */
export function probeWasm(dependencies: WasmDependencies): EngineProbe {
  return async () => {
    if (typeof WebAssembly === 'undefined') return { missing: 'This browser has no WebAssembly.' };
    const wanted = dependencies.startThread ? Math.min(MAX_THREADS, Math.max(1, dependencies.cores)) : 1;
    let pool: ThreadPool | null = null;
    let oneThread: OneThread | undefined;
    if (wanted > 1 && dependencies.startThread) {
      pool = await ThreadPool.start(wanted - 1, dependencies.startThread).catch((error: unknown) => {
        oneThread = error instanceof NoThreadsError ? error.reason : 'no-answer';
        return null;
      });
    }
    const kernels = await loadKernels(pool !== null);
    if (!kernels) return { missing: 'This browser’s WebAssembly has no SIMD.' };
    return { engine: createWasmEngine(kernels, pool, oneThread) };
  };
}

/** @param pool null for one thread; `oneThread` is why, where the processor has more */
export function createWasmEngine(kernels: Kernels, pool: ThreadPool | null, oneThread?: OneThread): Engine {
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
      threads,
      oneThread,
    },
    refuses: () => null,
    create(spec, state, data, source) {
      if (lost !== null) throw new DeviceLostError(lost);
      return createWasmTrainer(spec, state, data, source, host);
    },
    predictor(spec, tables, data) {
      const none = new Float32Array(0);
      const state = { step: 0, tables: tables.map((table) => ({ ...table, m: none, v: none })) };
      const trainer = createWasmTrainer({ ...spec, optimiser: PLAIN_DESCENT }, state, data, undefined, host);
      return { logits: (pairs) => trainer.logits(pairs), dispose: () => trainer.dispose() };
    },
    scorer: (columns) => new WasmScorer(columns, host),
    liveBuffers: () => live,
    dispose() {
      lost = 'The engine was given up.';
      pool?.dispose();
    },
  };
}
