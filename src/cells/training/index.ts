import type { CellType } from '../../notebook/cell';
import { lazyPart } from '../../ui/lazyPart';

export const cell: CellType = {
  id: 'training',
  order: 2,
  needs: ['model'],
  title: () => 'Training',
  prose: ({ row, column }) =>
    `At each step the model looks at a batch of ${row.many}, and the loss says how badly it guessed their ${column.many}. The thin line is the loss of each step, the thick one its moving average, and the dots are the loss on pairs it has never seen. Where both fall, the model learns; where only the first falls, it memorises. Stop keeps what was learned and can be resumed; Discard throws the run away.`,
  run: (actions) => actions.train(),
  endsItself: true,
  View: lazyPart(() => import('./View')),
};
