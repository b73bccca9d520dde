import { Random } from '../data/random';
import type { FactorState } from '../engines/engine';
import { type FactorSpec, tableShapes } from '../models/factor';

/**
 * The state before the first step: normal start values from the seed (tfjs ignores the seed of its
 * own initialisers), biases and moments zero.
 */
export function startValues(spec: FactorSpec, rows: number, columns: number, seed: number): FactorState {
  return {
    step: 0,
    tables: tableShapes(spec, rows, columns).map(({ name, shape }) => {
      const length = shape[0] * shape[1];
      const values = new Float32Array(length);
      if (name !== 'bias') {
        const random = Random.derive(seed, 'start', name);
        for (let i = 0; i < length; i++) values[i] = spec.initialDeviation * random.normal();
      }
      return { name, shape, values, first: new Float32Array(length), second: new Float32Array(length) };
    }),
  };
}
