import { columnDegrees, rowDegrees } from '../../data/csr';
import { principalComponents } from '../../embedding/components';
import { extremes } from '../../embedding/extremes';
import { topK } from '../../embedding/top-k';
import { dimensionsOf, pickVectors } from '../../embedding/vectors';
import type { KernelMethods } from '../protocol';
import type { Handlers } from '../serve';
import type { Session } from '../session';

/** The directions along which the embeddings of a side differ most, and who stands at their ends. */
export function componentHandlers(session: Session): Pick<Handlers<KernelMethods>, 'components'> {
  return {
    async components({ run, side, count, popular, transposed, ends }) {
      const { vectors } = session.requireRun(run).learned;
      const { matrix } = session.requireDataset().interactions;
      const all = side === 'row' ? vectors.rows : vectors.columns;
      const d = dimensionsOf(vectors, side);
      const degrees = side === 'row' ? rowDegrees(matrix) : columnDegrees(matrix);
      const members = popular !== null && popular < degrees.length ? topK(degrees, popular).sort() : null;
      const values = members ? pickVectors(all, d, members) : all;
      const { variance, coordinates } = await principalComponents(values, d, count, { transposed });
      const scored = (along: Float32Array, positions: Int32Array) =>
        Array.from(positions, (at) => ({ ...session.listed(side, members ? members[at] : at), score: along[at] }));
      return {
        variance,
        entries: values.length / d,
        ends: coordinates.map((along, component) => {
          const { high, low } = extremes(along, ends);
          return { component, high: scored(along, high), low: scored(along, low) };
        }),
      };
    },
  };
}
