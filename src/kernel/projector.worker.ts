import { Random } from '../data/random';
import { completeOptions } from '../models/option';
import { projectionQuality } from '../projection/quality';
import { methodById } from '../projection/registry';
import type { ProjectorMethods } from './protocol';
import { breathe, type Port, serve } from './serve';

serve<ProjectorMethods>(globalThis as unknown as Port, {
  async project({ values, dimensions, method: id, options, seed }, { signal, report }) {
    const method = methodById(id);
    const output = await method.project({ values, dimensions }, completeOptions(method.options, options), {
      random: Random.derive(seed, 'projection', id),
      clock: () => performance.now(),
      breathe,
      signal,
      onProgress: report,
    });
    const random = Random.derive(seed, 'quality');
    return { ...output, quality: projectionQuality(values, dimensions, output, random) };
  },
});
