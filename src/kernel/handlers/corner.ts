import { type Csr, pickRows, rowOf } from '../../data/csr';
import { finalVectors, scoreColumns, type Vectors } from '../../embedding/vectors';
import { completeOptions } from '../../models/option';
import { presetById } from '../../models/registry';
import { startValues } from '../../training/start-values';
import type { KernelMethods } from '../protocol';
import type { Handlers } from '../serve';
import type { Session } from '../session';

/** The first rows and columns of the predicted matrix, before or after training: the seed's demonstration. */
export function cornerHandlers(session: Session): Pick<Handlers<KernelMethods>, 'corner'> {
  return {
    corner({ preset: id, options: given, size, trained }) {
      const { matrix } = session.requireDataset().interactions;
      const rows = Math.min(size, matrix.rows);
      const columns = Math.min(size, matrix.columns);
      const head = pickRows(
        matrix,
        Int32Array.from({ length: rows }, (_, r) => r),
      );
      const vectors = trained ? session.requireRun().vectors : untrained(id, given, matrix, head);
      const scores = new Float32Array(rows * columns);
      const pairs: number[] = [];
      for (let r = 0; r < rows; r++) {
        scores.set(scoreColumns(vectors, r).subarray(0, columns), r * columns);
        for (const column of rowOf(head, r)) if (column < columns) pairs.push(r * columns + column);
      }
      return { rows, columns, scores, pairs: Uint32Array.from(pairs) };
    },
  };
}

/** Vectors of the first rows, and of all columns, as training would find them at its start. */
function untrained(id: string, given: Parameters<typeof completeOptions>[1], matrix: Csr, head: Csr): Vectors {
  const preset = presetById(id);
  const options = completeOptions(preset.options, given);
  const { model } = preset.specify(options, {
    rows: matrix.rows,
    columns: matrix.columns,
    pairs: matrix.indices.length,
  });
  return finalVectors(model, startValues(model, matrix.rows, matrix.columns, options.seed as number), head);
}
