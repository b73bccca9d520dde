import type { CellType } from '../../notebook/cell';
import { article } from '../../notebook/format';
import { lazyPart } from '../../ui/lazyPart';

export const cell: CellType = {
  id: 'predictions',
  order: 4,
  needs: ['training'],
  title: ({ column }) => `Missing ${column.many}`,
  prose: ({ row, column }) =>
    `Pick ${article(row.one)} to see which ${column.many} it probably misses, or ${article(column.one)} to see which ${row.many} probably miss it. A ${column.one} marked “held out” belongs to the ${row.one} but was kept from training: the model found it by itself. One marked “new” is a suggestion for a person to judge.`,
  run: (actions) => actions.predict(),
  View: lazyPart(() => import('./View')),
};
