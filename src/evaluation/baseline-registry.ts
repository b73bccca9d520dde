import { InputError } from '../errors';
import { oneOfEach } from '../one-of-each';
import type { Baseline, RatingBaseline } from './baseline';

/** Every baseline of rankings, in the order in which they are shown. @throws Error on a doubled id */
export const baselines: readonly Baseline[] = oneOfEach(
  'baseline',
  Object.values(import.meta.glob<Baseline>('./baselines/*.ts', { eager: true, import: 'baseline' })),
);

/** Every baseline of ratings, in the order in which they are shown. @throws Error on a doubled id */
export const ratingBaselines: readonly RatingBaseline[] = oneOfEach(
  'baseline',
  Object.values(import.meta.glob<RatingBaseline>('./rating-baselines/*.ts', { eager: true, import: 'baseline' })),
);

/** @throws InputError that names the baselines there are */
export function baselineById(id: string): Baseline {
  const baseline = baselines.find((candidate) => candidate.id === id);
  if (!baseline)
    throw new InputError(`expected a baseline of ${baselines.map((known) => known.id).join(', ')}, found “${id}”`);
  return baseline;
}
