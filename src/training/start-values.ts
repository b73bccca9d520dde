import { Random } from '../data/random';
import type { ModelState } from '../engines/engine';
import { type ModelSpec, tableShapes } from '../models/spec';
import { drawStart } from '../models/start';

/**
 * The state before the first step: start values from the seed (tfjs ignores the seed of its own
 * initialisers), moments zero.
 */
export function startValues(spec: ModelSpec, rows: number, columns: number, seed: number): ModelState {
  return {
    step: 0,
    tables: tableShapes(spec, rows, columns).map((table) => {
      const { name, shape } = table;
      const values = drawStart(table, Random.derive(seed, 'start', name));
      // A link that multiplies by nothing would never begin to learn.
      if (name === 'link') values[0] = 1;
      return { name, shape, values, first: new Float32Array(values.length), second: new Float32Array(values.length) };
    }),
  };
}
