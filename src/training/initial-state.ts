import { Random } from '../data/random';
import type { ModelState } from '../engines/engine';
import { initialize } from '../models/initializer';
import { momentsOf } from '../models/optimiser';
import { type ModelSpec, tableShapes } from '../models/spec';

/**
 * The state before the first step: start values from the seed (tfjs ignores the seed of its own
 * initialisers), and zero in all that the optimiser keeps.
 */
export function initialState(spec: ModelSpec, rows: number, columns: number, seed: number): ModelState {
  const kept = momentsOf(spec.optimiser);
  return {
    step: 0,
    tables: tableShapes(spec, rows, columns).map((table) => {
      const { name, shape } = table;
      const values = initialize(table, Random.derive(seed, 'start', name));
      // A link that multiplies by nothing would never begin to learn.
      if (name === 'link') values[0] = 1;
      const zeros = (any: boolean) => new Float32Array(any ? values.length : 0);
      return { name, shape, values, m: zeros(kept.m), v: zeros(kept.v) };
    }),
  };
}
