import type { CellType } from '../../notebook/cell';
import { lazyPart } from '../../ui/lazyPart';

export const cell: CellType = {
  id: 'map',
  order: 5,
  needs: ['training'],
  title: () => 'The map',
  prose: ({ row, column }) =>
    `Every ${column.one} and every ${row.one} is now a point in a space of many dimensions. The map lays them out in two, so that what lies close together is, as far as the model could learn, alike. Zoom and drag, click a point to select it, draw a lasso around some to list them, double-click to see all.`,
  run: (actions) => actions.project(),
  View: lazyPart(() => import('./View')),
};
