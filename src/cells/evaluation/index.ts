import type { CellType } from '../../notebook/cell';
import { lazyPart } from '../../ui/lazyPart';

export const cell: CellType = {
  id: 'evaluation',
  order: 3,
  needs: ['training'],
  title: () => 'How good is it?',
  prose: ({ row, column }) =>
    `Some pairs were kept from training. For each ${row.one} that has such pairs, all ${column.many} it is not known to have are ranked, and the kept ones are looked for at the top of the list; a model of ratings is asked for their values, too. Beside it stand simple ways that it has to beat: Popular shows everyone the most frequent ${column.many}, and ItemKNN adds up how often ${column.many} occur together.`,
  run: (actions) => actions.evaluate(),
  View: lazyPart(() => import('./View')),
};
