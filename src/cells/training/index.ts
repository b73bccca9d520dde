import type { CellType } from '../../notebook/cell';
import { lazyPart } from '../../ui/lazyPart';

export const cell: CellType = {
  id: 'training',
  order: 2,
  needs: ['model'],
  title: () => 'Training',
  prose: ({ row, column }) =>
    `At each step the model looks at a batch of ${row.many}, and the loss says how badly it guessed their ${column.many}. The thin line is the loss of each step, the thick one the mean of the last hundred, and the dots are pairs it has never seen. A loss that falls on both learns; one that falls on the first alone learns by heart.`,
  run: (actions) => actions.train(),
  View: lazyPart(() => import('./View')),
};
