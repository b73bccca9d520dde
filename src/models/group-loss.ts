import type { PairLoss } from './pair-loss';

/**
 * Loss of a batch that compares each pair that exists with its own negatives, `group` numbers with the
 * pair's first; dL/dz of each logit z; and the share of negatives scored below their pair. With z₀ of the pair:
 *
 *   softmax: −log(exp z₀ / Σ exp z_j), mean over groups
 *   bpr:     −log σ(z₀ − z_j), mean over negatives
 */
export function groupLoss(z: Float64Array, group: number, loss: 'bpr' | 'softmax'): PairLoss {
  const groups = z.length / group;
  const negatives = groups * (group - 1);
  const logitGradients = new Float64Array(z.length);
  let sum = 0;
  let below = 0;
  for (let start = 0; start < z.length; start += group) {
    const pair = z[start];
    const own = z.subarray(start, start + group);
    for (let j = 1; j < group; j++) if (own[j] < pair) below++;
    if (loss === 'softmax') {
      const maximum = own.reduce((a, b) => Math.max(a, b));
      const total = own.reduce((a, value) => a + Math.exp(value - maximum), 0);
      sum += (maximum + Math.log(total) - pair) / groups;
      for (let j = 0; j < group; j++) {
        logitGradients[start + j] = (Math.exp(own[j] - maximum) / total - (j === 0 ? 1 : 0)) / groups;
      }
      continue;
    }
    for (let j = 1; j < group; j++) {
      const apart = pair - own[j];
      // log(1 + e^−apart), which neither end makes overflow.
      sum += (Math.max(-apart, 0) + Math.log1p(Math.exp(-Math.abs(apart)))) / negatives;
      const gradient = 1 / (1 + Math.exp(apart)) / negatives;
      logitGradients[start + j] = gradient;
      logitGradients[start] -= gradient;
    }
  }
  return { loss: sum, logitGradients, metric: below / negatives };
}
