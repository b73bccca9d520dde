import type { EngineId } from '../engines/engine';
import type { WasmPaths } from '../engines/tfjs/engine';
import { Devices } from './devices';
import { componentHandlers } from './handlers/components';
import { cornerHandlers } from './handlers/corner';
import { evaluateHandlers } from './handlers/evaluate';
import { exchangeHandlers } from './handlers/exchange';
import { exploreHandlers } from './handlers/explore';
import { loadHandlers } from './handlers/load';
import { runHandlers } from './handlers/runs';
import { trainHandlers } from './handlers/train';
import type { KernelMethods } from './protocol';
import type { Handlers } from './serve';
import { Session } from './session';

/** The kernel: everything that a page can ask of the training worker, without the worker. */
export function createKernel(world: { clock: () => number; wasmPaths: WasmPaths | null }): Handlers<KernelMethods> {
  const session = new Session(
    new Devices(async (engine: EngineId, byHand: boolean) => {
      if (engine === 'reference') return (await import('../engines/reference/engine')).probe;
      const tfjs = await import('../engines/tfjs/engine');
      switch (engine) {
        case 'webgpu':
          return tfjs.probeWebgpu(byHand);
        case 'wasm':
          return tfjs.probeWasm(world.wasmPaths);
        case 'webgl':
          return tfjs.probeWebgl(byHand);
        case 'cpu':
          return tfjs.probeCpu;
        default:
          return engine satisfies never;
      }
    }),
  );
  return {
    ...loadHandlers(session, world.clock),
    ...trainHandlers(session, world.clock),
    ...evaluateHandlers(session),
    ...cornerHandlers(session),
    ...exploreHandlers(session),
    ...componentHandlers(session),
    ...exchangeHandlers(session),
    ...runHandlers(session),
  };
}
