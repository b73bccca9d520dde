import type { RatingBaseline } from '../baseline';

/** The mean of `values`; 0 where there are none. */
export function globalMean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length > 0 ? sum / values.length : 0;
}

export const baseline: RatingBaseline = {
  id: 'globalMean',
  title: 'Mean of all ratings',
  order: 0,
  summary: 'Every rating is guessed to be the mean of all.',
  async fit({ values }) {
    const mean = globalMean(values);
    return (rows) => new Float32Array(rows.length).fill(mean);
  },
};
