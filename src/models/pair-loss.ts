import { type Output, predictionOf } from './output';

/** What a batch of pairs comes to: its loss, dL/dz of each logit z, and the metric that is reported beside it. */
export interface PairLoss {
  readonly loss: number;
  readonly logitGradients: Float64Array;
  readonly metric: number;
}

/** Pointwise loss: each pair alone, mean over the pairs of a batch; the metric is accuracy (bce) or mean absolute error (mse). */
export function pairLoss(z: Float64Array, targets: Float32Array, loss: 'bce' | 'mse', output: Output): PairLoss {
  const n = z.length;
  const logitGradients = new Float64Array(n);
  let sum = 0;
  let metric = 0;
  for (let i = 0; i < n; i++) {
    const y = targets[i];
    if (loss === 'bce') {
      sum += Math.max(z[i], 0) + Math.log1p(Math.exp(-Math.abs(z[i]))) - y * z[i];
      logitGradients[i] = (1 / (1 + Math.exp(-z[i])) - y) / n;
      metric += z[i] > 0 === y > 0.5 ? 1 : 0;
      continue;
    }
    const prediction = predictionOf(z[i], output);
    const error = prediction - y;
    sum += error * error;
    metric += Math.abs(error);
    let derivative = 1;
    if (output.curve === 'relu') derivative = z[i] > 0 ? 1 : 0;
    else if (output.curve === 'sigmoid') {
      const [low, high] = output.range ?? [0, 1];
      const share = (prediction - low) / (high - low);
      derivative = (high - low) * share * (1 - share);
    }
    logitGradients[i] = (2 * error * derivative) / n;
  }
  return { loss: sum / n, logitGradients, metric: metric / n };
}
