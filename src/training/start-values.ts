import { Random } from '../data/random';
import type { ModelState } from '../engines/engine';
import { optimiserNumbers } from '../models/optimiser';
import { type ModelSpec, tableShapes } from '../models/spec';
import { drawStart } from '../models/start';

/**
 * The state before the first step: start values from the seed (tfjs ignores the seed of its own
 * initialisers), and zero in all that the optimiser keeps.
 */
export function startValues(spec: ModelSpec, rows: number, columns: number, seed: number): ModelState {
  const kept = optimiserNumbers(spec.optimiser);
  return {
    step: 0,
    tables: tableShapes(spec, rows, columns).map((table) => {
      const { name, shape } = table;
      const values = drawStart(table, Random.derive(seed, 'start', name));
      // A link that multiplies by nothing would never begin to learn.
      if (name === 'link') values[0] = 1;
      const zeros = (any: boolean) => new Float32Array(any ? values.length : 0);
      return { name, shape, values, first: zeros(kept.first), second: zeros(kept.second) };
    }),
  };
}
