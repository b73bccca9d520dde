import { pickRows, rowOf } from '../../data/csr';
import { toTrainedModel } from '../../embedding/trained-model';
import { completeOptions } from '../../models/option';
import { presetById } from '../../models/registry';
import { initialState } from '../../training/initial-state';
import type { KernelMethods, TrainParams } from '../protocol';
import type { Run } from '../run';
import { prepareRun } from '../run-setup';
import { type Handlers, transfer } from '../serve';
import type { Session } from '../session';

/** The first rows and columns of the predicted matrix, before or after training: the seed's demonstration. */
export function scorePreviewHandlers(session: Session): Pick<Handlers<KernelMethods>, 'scorePreview'> {
  return {
    async scorePreview({ of, size }) {
      const dataset = session.requireDataset();
      const { matrix } = dataset.interactions;
      const rows = Math.min(size, matrix.rows);
      const columns = Math.min(size, matrix.columns);
      const head = pickRows(
        matrix,
        Int32Array.from({ length: rows }, (_, r) => r),
      );
      const run = typeof of === 'number' ? session.requireRun(of) : untrained(session, of);
      const list = Int32Array.from({ length: columns }, (_, c) => c);
      const scores = new Float32Array(rows * columns);
      const pairs: number[] = [];
      for (let r = 0; r < rows; r++) {
        scores.set(await session.scoring.predictions(run, new Int32Array(columns).fill(r), list), r * columns);
        for (const column of rowOf(head, r)) if (column < columns) pairs.push(r * columns + column);
      }
      if (typeof of !== 'number') session.scoring.close();
      const known = Uint32Array.from(pairs);
      return transfer({ rows, columns, scores, pairs: known }, scores, known);
    },
  };
}

/** What a run knows before its first step. */
function untrained(session: Session, { preset: id, options }: TrainParams): Pick<Run, 'learned'> {
  const preset = presetById(id);
  const { model, data, seed } = prepareRun(session.requireDataset(), preset, completeOptions(preset.options, options));
  const { rows, columns } = data.train;
  return { learned: toTrainedModel(model, initialState(model, rows, columns, seed), data) };
}
