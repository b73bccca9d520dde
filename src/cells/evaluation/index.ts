import type { CellType } from '../../notebook/cell';
import { lazyPart } from '../../ui/lazyPart';

export const cell: CellType = {
  id: 'evaluation',
  order: 3,
  needs: ['training'],
  title: () => 'How good is it?',
  prose: ({ row, column }) =>
    `Some pairs were kept from training. For each ${row.one} with such pairs, all ${column.many} that are not among the training pairs are ranked, and the held-out ones should come near the top; a model of ratings also predicts their values. The model has to beat simple methods: Popular shows everyone the most frequent ${column.many}, and ItemKNN adds up how often ${column.many} occur together.`,
  run: (actions) => actions.evaluate(),
  View: lazyPart(() => import('./View')),
};
