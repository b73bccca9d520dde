import type { CellType } from '../../notebook/cell';
import { lazyPart } from '../../ui/lazyPart';

export const cell: CellType = {
  id: 'exercises',
  order: 100,
  needs: ['model'],
  title: () => 'Exercises',
  prose: ({ row, column }) =>
    `Exercises from the tutorials, on these ${row.many} and ${column.many}. Most train models of their own and compare them; afterwards your model and your options are as they were. Two change the data, and say so: earlier runs are lost then.`,
  manualRun: true,
  // Each exercise is started by its own button: none is worth its minutes unasked.
  run: (actions) => actions.offerExercises(),
  View: lazyPart(() => import('./View')),
};
