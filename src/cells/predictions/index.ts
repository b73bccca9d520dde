import { article } from '../../data/words';
import type { CellType } from '../../notebook/cell';
import { capital } from '../../notebook/format';
import { lazyPart } from '../../ui/lazyPart';

export const cell: CellType = {
  id: 'predictions',
  order: 4,
  needs: ['training'],
  title: ({ column }) => `Missing ${column.many}`,
  prose: ({ row, column }) =>
    `Pick ${article(row.one)} to see which ${column.many} are probably missing, or ${article(column.one)} to see which ${row.many} probably lack it. ${capital(article(column.one))} marked “held out” is known for that ${row.one} but was kept from training: the model found it by itself. One marked “new” is a suggestion for a person to check.`,
  run: (actions) => actions.predict(),
  View: lazyPart(() => import('./View')),
};
