import type { CellType } from '../../notebook/cell';
import { lazyPart } from '../../ui/lazyPart';

export const cell: CellType = {
  id: 'runs',
  // Between the evaluation and the predictions.
  order: 3.5,
  needs: ['training'],
  title: () => 'Runs',
  prose: () =>
    'The last 30 runs are kept, fewer if they are large, with their options and how good they were. Show an older one and the rest of the page follows it; tick two to see whether one is better than the other or only luckier. The list is lost when the page is closed or reloaded, or the data changes.',
  run: (actions) => actions.refreshRuns(),
  View: lazyPart(() => import('./View')),
};
