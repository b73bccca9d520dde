import { Random } from '../data/random';
import { completeOptions } from '../models/option';
import { methodById } from '../projection/registry';
import type { ProjectorMethods } from './protocol';
import { breathe, type Port, serve } from './serve';

serve<ProjectorMethods>(globalThis as unknown as Port, {
  project({ values, dimensions, method: id, options, seed }, { signal, report }) {
    const method = methodById(id);
    return method.project({ values, dimensions }, completeOptions(method.options, options), {
      random: Random.derive(seed, 'projection', id),
      clock: () => performance.now(),
      breathe,
      signal,
      onProgress: report,
    });
  },
});
