import { type Csr, columnDegrees } from '../../data/csr';
import type { Scorer } from '../ranking';

/** Everyone is shown the most frequent columns: the least that a model has to beat. */
export function popular(train: Csr): Scorer {
  const degrees = Float32Array.from(columnDegrees(train));
  return (rows) => {
    const scores = new Float32Array(rows.length * train.columns);
    for (let b = 0; b < rows.length; b++) scores.set(degrees, b * train.columns);
    return scores;
  };
}
