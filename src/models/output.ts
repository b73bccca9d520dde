import type { ModelSpec } from './spec';

/** What comes after the last number z of a model. */
export interface Output {
  readonly curve: 'linear' | 'relu' | 'sigmoid';
  /** Bounds that a sigmoid is stretched to; null for (0, 1). */
  readonly range: readonly [number, number] | null;
}

/** How a model's last number becomes its prediction: a probability (bce) or a value (mse). */
export function outputOf(spec: ModelSpec): Output {
  const { range } = spec;
  if (spec.loss === 'bce' || range) return { curve: 'sigmoid', range };
  return { curve: spec.family === 'network' ? spec.output : 'linear', range };
}

/** Prediction from z. */
export function predictionOf(z: number, { curve, range }: Output): number {
  if (curve === 'linear') return z;
  if (curve === 'relu') return Math.max(0, z);
  const share = 1 / (1 + Math.exp(-z));
  return range ? range[0] + (range[1] - range[0]) * share : share;
}
