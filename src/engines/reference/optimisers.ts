import type { AdagradSpec, AdamSpec, OptimiserSpec, SgdSpec } from '../../models/optimiser';
import type { StateTable } from '../engine';

/** Numbers of a table, from the first to before the last. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * One step of an optimiser in place. `step` counts from 1. Only `rows` of the table move, each once
 * however often it is named; null for all of them.
 */
export function optimiserStep(
  table: StateTable,
  gradient: Float64Array,
  spec: OptimiserSpec,
  step: number,
  rate: number,
  rows: Int32Array | null,
): void {
  const d = table.shape[1];
  const spans: Span[] = rows
    ? Array.from(new Set(rows), (row) => ({ from: row * d, to: (row + 1) * d }))
    : [{ from: 0, to: table.values.length }];
  for (const span of spans) {
    switch (spec.kind) {
      case 'adam':
        adam(table, gradient, spec, step, rate, span);
        break;
      case 'adagrad':
        adagrad(table, gradient, spec, rate, span);
        break;
      case 'sgd':
        descend(table, gradient, spec, rate, span);
        break;
      default:
        spec satisfies never;
    }
  }
}

/** Kingma and Ba (2015), algorithm 1. Rows that rest keep their moments; the corrections count every step. */
function adam(
  { values, m, v }: StateTable,
  gradient: Float64Array,
  spec: AdamSpec,
  step: number,
  rate: number,
  { from, to }: Span,
): void {
  const scale = rate / (1 - spec.beta1 ** step);
  const correction = Math.sqrt(1 - spec.beta2 ** step);
  const coupled = spec.decoupled ? 0 : spec.weightDecay;
  const shrink = spec.decoupled ? rate * spec.weightDecay : 0;
  for (let i = from; i < to; i++) {
    const g = gradient[i] + coupled * values[i];
    m[i] = spec.beta1 * m[i] + (1 - spec.beta1) * g;
    v[i] = spec.beta2 * v[i] + (1 - spec.beta2) * g * g;
    values[i] -= shrink * values[i] + (scale * m[i]) / (Math.sqrt(v[i]) / correction + spec.epsilon);
  }
}

/** Duchi, Hazan and Singer (2011), its diagonal form. */
function adagrad(
  { values, v }: StateTable,
  gradient: Float64Array,
  { epsilon, weightDecay }: AdagradSpec,
  rate: number,
  { from, to }: Span,
): void {
  for (let i = from; i < to; i++) {
    const g = gradient[i] + weightDecay * values[i];
    v[i] += g * g;
    values[i] -= (rate * g) / (Math.sqrt(v[i]) + epsilon);
  }
}

function descend(
  { values }: StateTable,
  gradient: Float64Array,
  { weightDecay }: SgdSpec,
  rate: number,
  { from, to }: Span,
): void {
  for (let i = from; i < to; i++) values[i] -= rate * (gradient[i] + weightDecay * values[i]);
}
