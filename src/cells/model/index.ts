import type { CellType } from '../../notebook/cell';
import { lazyPart } from '../../ui/lazyPart';

export const cell: CellType = {
  id: 'model',
  order: 1,
  needs: ['dataset'],
  title: () => 'The model',
  prose: ({ row, column }) =>
    `The model gives every ${column.one} a list of numbers, its embedding, and from these a score for each ${row.one} and ${column.one}. Training changes the numbers until the pairs in the data score above the rest. The pairs that are missing but score high are its suggestions.`,
  run: (actions) => actions.specify(),
  View: lazyPart(() => import('./View')),
};
