import type { EngineId } from '../engines/engine';
import type { StartThread } from '../engines/wasm/threads';
import { loadPart } from '../load-part';
import { Devices } from './devices';
import { benchmarkHandlers } from './handlers/benchmark';
import { componentHandlers } from './handlers/components';
import { evaluateHandlers } from './handlers/evaluate';
import { exchangeHandlers } from './handlers/exchange';
import { exploreHandlers } from './handlers/explore';
import { loadHandlers } from './handlers/load';
import { runHandlers } from './handlers/runs';
import { scorePreviewHandlers } from './handlers/score-preview';
import { trainHandlers } from './handlers/train';
import type { KernelMethods } from './protocol';
import type { Handlers } from './serve';
import { Session } from './session';

/** The machine that the kernel runs on. */
export interface KernelDependencies {
  /** Threads that the processor can run at a time. */
  readonly cores?: number;
  /** Starts a thread; left out where one is enough. */
  readonly startThread?: StartThread | null;
}

/** The kernel: everything that a page can ask of the training worker, without the worker. */
export function createKernel({ cores = 1, startThread = null }: KernelDependencies = {}): Handlers<KernelMethods> {
  const session = new Session(
    new Devices(async (engine: EngineId, userSelected: boolean) => {
      if (engine === 'reference') return (await loadPart(() => import('../engines/reference/engine'))).probe;
      const tfjs = () => loadPart(() => import('../engines/tfjs/engine'));
      switch (engine) {
        case 'webgpu':
          return (await loadPart(() => import('../engines/webgpu/probe'))).probeWebgpu(userSelected);
        case 'wasm': {
          const { probeWasm } = await loadPart(() => import('../engines/wasm/engine'));
          return probeWasm({ cores, startThread });
        }
        case 'webgl':
          return (await tfjs()).probeWebgl(userSelected);
        case 'cpu':
          return (await tfjs()).probeCpu;
        default:
          return engine satisfies never;
      }
    }),
  );
  return {
    ...loadHandlers(session),
    ...trainHandlers(session),
    ...benchmarkHandlers(session),
    ...evaluateHandlers(session),
    ...scorePreviewHandlers(session),
    ...exploreHandlers(session),
    ...componentHandlers(session),
    ...exchangeHandlers(session),
    ...runHandlers(session),
  };
}
