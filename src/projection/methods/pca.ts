import { principalComponents } from '../../embedding/components';
import { InputError } from '../../errors';
import type { ProjectionMethod } from '../projection';

/** Principal component analysis by the eigenvectors of the d × d covariance. */
export const method: ProjectionMethod = {
  id: 'pca',
  title: 'PCA',
  order: 1,
  help: 'The two directions along which the vectors differ most. What lies far apart here is far apart; what lies close may differ in the dimensions that are lost.',
  options: [],
  bounded: false,
  async project({ values, dimensions }, _options, task) {
    const count = values.length / dimensions;
    if (count < 3) throw new InputError(`expected at least three points to project, found ${count}`);
    const { variance, coordinates } = await principalComponents(values, dimensions, 2);
    task.progress(1, 'done', null);
    // Vectors of one number lie on a line.
    return {
      x: coordinates[0],
      y: coordinates[1] ?? new Float32Array(count),
      variance: [variance[0], variance[1] ?? 0],
      recall: null,
    };
  },
};
