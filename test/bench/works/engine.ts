import type { Engine } from '../../../src/engines/engine';
import { probeWasm } from '../../../src/engines/wasm/engine';
import type { Place } from '../row';

/**
 * This app's engine on the processor, with the threads that the place lends it.
 * @throws Error when it cannot run, or not in so many threads
 */
export async function processorEngine({
  threads,
  startThread,
}: Pick<Place, 'threads' | 'startThread'>): Promise<Engine> {
  let failure: unknown = null;
  const found = await probeWasm({
    cores: threads,
    startThread:
      threads === 1
        ? null
        : () =>
            startThread().catch((error: unknown) => {
              failure = error;
              throw error;
            }),
  })();
  if (!('engine' in found)) throw new Error(found.missing);
  if (failure !== null) throw new Error(`a thread did not start: ${String(failure)}`);
  return found.engine;
}
