import type { OptionSpec } from '../../models/option';
import { methods } from '../../projection/registry';

/** How many points a slow method lays out at most: the page's own option, beside the method's. */
const LIMIT: OptionSpec = {
  kind: 'number',
  id: 'limit',
  title: 'Points at most',
  help: 'Of more, the most frequent are laid out. Twice the points take two to four times as long.',
  group: 'model',
  unit: 'points',
  default: 8000,
  minimum: 100,
  maximum: 1_000_000,
  step: 1000,
  integer: true,
};

/** The form of each projection. */
export const projectionForms = Object.fromEntries(
  methods.map(({ id, title, help, options, bounded }) => [
    id,
    { title, help, options: bounded ? [...options, LIMIT] : options },
  ]),
) as Record<string, { title: string; help: string; options: readonly OptionSpec[] }>;
