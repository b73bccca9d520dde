import { unattended } from '../task';
import { invertPositive, paddedSize } from './linear-algebra';

/** Columns of the matrix that is inverted: some tens of milliseconds, and long enough for the code to be compiled. */
const SIZE = 384;
const REPEATS = 2;

/**
 * Multiplications and additions a second that baselines reach on this machine: the better of two inversions of a
 * small matrix, each of size³ / 2. An estimate, good to a factor of two or three.
 * @param clock milliseconds
 */
export async function arithmeticSpeed(clock: () => number): Promise<number> {
  const stride = paddedSize(SIZE);
  let best = 0;
  for (let turn = 0; turn < REPEATS; turn++) {
    const matrix = new Float32Array(stride * stride);
    for (let i = 0; i < SIZE; i++) {
      for (let j = 0; j <= i; j++) matrix[i * stride + j] = i === j ? SIZE : 1 / (1 + i - j);
    }
    const started = clock();
    await invertPositive(matrix, SIZE, unattended(clock));
    const seconds = Math.max(1e-6, (clock() - started) / 1000);
    best = Math.max(best, SIZE ** 3 / 2 / seconds);
  }
  return best;
}
