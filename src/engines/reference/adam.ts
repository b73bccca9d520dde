import type { AdamSpec } from '../../models/optimiser';
import type { StateTable } from '../engine';

/** One dense Adam step in place (Kingma and Ba, 2015, algorithm 1). `step` counts from 1. */
export function adamStep(table: StateTable, gradient: Float64Array, spec: AdamSpec, step: number, rate: number): void {
  const { values, first, second } = table;
  const scale = rate / (1 - spec.beta1 ** step);
  const correction = Math.sqrt(1 - spec.beta2 ** step);
  const coupled = spec.decoupled ? 0 : spec.weightDecay;
  const shrink = spec.decoupled ? rate * spec.weightDecay : 0;
  for (let i = 0; i < values.length; i++) {
    const g = gradient[i] + coupled * values[i];
    first[i] = spec.beta1 * first[i] + (1 - spec.beta1) * g;
    second[i] = spec.beta2 * second[i] + (1 - spec.beta2) * g * g;
    values[i] -= shrink * values[i] + (scale * first[i]) / (Math.sqrt(second[i]) / correction + spec.epsilon);
  }
}
