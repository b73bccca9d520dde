import type { CellType } from '../../notebook/cell';
import { lazyPart } from '../../ui/lazyPart';

export const cell: CellType = {
  id: 'dataset',
  order: 0,
  needs: [],
  title: ({ row, column }) => `The ${row.many} and their ${column.many}`,
  prose: ({ row, column }) =>
    `What a model can learn from is which ${row.many} have which ${column.many}. Drop a file anywhere on this page to use your own: works in JSON lines as museums and libraries publish them, a JSON list, or a CSV or TSV table of pairs, plain or gzip. It is read on this machine and is not sent anywhere.`,
  run: (actions) => actions.reload(),
  View: lazyPart(() => import('./View')),
};
