import { type Csr, columnDegrees } from '../../data/csr';
import type { Baseline } from '../baseline';
import type { RankingScorer } from '../ranking';

/** Everyone is shown the most frequent columns: the least that a model has to beat. */
export function popular(train: Csr): RankingScorer {
  const degrees = Float32Array.from(columnDegrees(train));
  return (rows) => {
    const scores = new Float32Array(rows.length * train.columns);
    for (let b = 0; b < rows.length; b++) scores.set(degrees, b * train.columns);
    return scores;
  };
}

export const baseline: Baseline = {
  id: 'popular',
  title: 'Popular',
  order: 0,
  summary: 'Every {row} is shown the most frequent {columns}.',
  cost: (train) => ({ bytes: 8 * train.columns, operations: train.indices.length, refused: null }),
  fit: async (train) => popular(train),
};
