import type { ProjectionMethod } from '../projection';

/** Principal component analysis by the eigenvectors of the d × d covariance. */
export const method: ProjectionMethod = {
  id: 'pca',
  title: 'PCA',
  order: 1,
  help: 'The two directions along which the vectors differ most. Distances are true; most dimensions are lost.',
  options: [],
  async project({ values, dimensions: d }, _options, { onProgress }) {
    const count = values.length / d;
    if (count < 3) throw new RangeError(`expected at least three points to project, found ${count}`);
    const { EigenvalueDecomposition, Matrix } = await import('ml-matrix');
    const mean = new Float64Array(d);
    for (let n = 0; n < count; n++) for (let i = 0; i < d; i++) mean[i] += values[n * d + i] / count;
    const covariance = Matrix.zeros(d, d);
    const centred = new Float64Array(d);
    for (let n = 0; n < count; n++) {
      for (let i = 0; i < d; i++) centred[i] = values[n * d + i] - mean[i];
      for (let i = 0; i < d; i++) {
        for (let j = i; j < d; j++) covariance.set(i, j, covariance.get(i, j) + (centred[i] * centred[j]) / count);
      }
    }
    for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) covariance.set(i, j, covariance.get(j, i));
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
    const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
    const total = realEigenvalues.reduce((sum, value) => sum + Math.max(0, value), 0);
    const axis = (rank: number) =>
      d > rank ? steady(eigenvectorMatrix.getColumn(order[rank])) : new Array<number>(d).fill(0);
    const [first, second] = [axis(0), axis(1)];
    const x = new Float32Array(count);
    const y = new Float32Array(count);
    for (let n = 0; n < count; n++) {
      for (let i = 0; i < d; i++) {
        x[n] += (values[n * d + i] - mean[i]) * first[i];
        y[n] += (values[n * d + i] - mean[i]) * second[i];
      }
    }
    onProgress({ share: 1, stage: 'done', positions: null });
    const share = (rank: number) => (d > rank && total > 0 ? Math.max(0, realEigenvalues[order[rank]]) / total : 0);
    return { x, y, variance: [share(0), share(1)] };
  },
};

/** An eigenvector's sign is free: its largest part is made positive, so that maps do not flip. */
function steady(vector: number[]): number[] {
  let largest = 0;
  for (const part of vector) if (Math.abs(part) > Math.abs(largest)) largest = part;
  return largest < 0 ? vector.map((part) => -part) : vector;
}
