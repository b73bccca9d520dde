import type { CellType } from '../../notebook/cell';
import { lazyPart } from '../../ui/lazyPart';

export const cell: CellType = {
  id: 'components',
  order: 6,
  needs: ['training'],
  title: () => 'Directions',
  prose: ({ row, column }) =>
    `The dimensions of an embedding have no names. Principal components turn them so that the first direction is the one along which the ${column.many}, or the ${row.many}, differ most, the second the one along which they differ most after that, and so on. The entries at both ends of a direction may show what it is about. If a direction holds only a small share of the variance, its ends mean little.`,
  run: (actions) => actions.components(),
  View: lazyPart(() => import('./View')),
};
