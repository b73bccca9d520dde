import { baseOf } from '../../embedding/vectors';
import { topOf } from '../../engines/best-columns';
import { InputError } from '../../errors';
import { topColumns } from '../../evaluation/scorer';
import { csvLine } from '../../exchange/csv';
import { predictionOf } from '../../models/output';
import { checkpoint, type TaskContext } from '../../task';
import type { KernelMethods } from '../protocol';
import type { Session } from '../session';

/** Rows between two looks at whether it is still wanted. */
const ROWS_PER_BLOCK = 256;
/** A network takes its time for each row. */
const NETWORK_ROWS_PER_BLOCK = 4;
const LONGEST_LIST = 1000;

/**
 * All suggestions as a long CSV table, one a line: ids and labels of the row and the column, the score (a model of
 * ratings: the rating that it stands for) and the place in the row's list, from 1. Columns that a row has in training
 * are left out, unless the preset ranks them.
 * @throws InputError for a length or a choice of rows that is none, or where no row was tested
 */
export async function exportPredictions(
  session: Session,
  { run: id, k, rows: choice }: KernelMethods['exportPredictions']['params'],
  task: TaskContext<[{ share: number }]>,
): Promise<Blob> {
  const { interactions, roles, rowLabels, columnLabels } = session.requireDataset();
  const run = session.requireRun(id);
  if (!(Number.isInteger(k) && k >= 1 && k <= LONGEST_LIST)) {
    throw new InputError(`expected a list of 1 to ${LONGEST_LIST}, found ${k}`);
  }
  if (choice !== 'tested' && choice !== 'all') {
    throw new InputError(`expected the rows “tested” or “all”, found “${String(choice)}”`);
  }
  const { train, heldOut } = run.split;
  const wanted: number[] = [];
  for (let r = 0; r < train.rows; r++) {
    if (choice === 'all' || heldOut.offsets[r + 1] > heldOut.offsets[r]) wanted.push(r);
  }
  if (wanted.length === 0) throw new InputError(`expected ${roles.row.many} with held-out pairs, found none`);
  const excludeSeen = run.preset.excludesSeen?.(run.options) ?? true;
  const { network, output, vectors } = run.learned;
  const value = (score: number) => (run.preset.learns === 'ratings' ? predictionOf(score, output) : score);
  const atOnce = network ? NETWORK_ROWS_PER_BLOCK : ROWS_PER_BLOCK;
  const [row, column] = [roles.row.one, roles.column.one];
  const encoder = new TextEncoder();
  // Bytes rather than text, which takes twice the memory.
  const parts = [encoder.encode(csvLine([`${row} id`, row, `${column} id`, column, 'score', 'rank']))];
  await session.scoring.withScorer(run, async (scorer) => {
    // On a device that took the place of a lost one the work begins anew.
    parts.length = 1;
    for (let start = 0; start < wanted.length; start += atOnce) {
      const block = Int32Array.from(wanted.slice(start, start + atOnce));
      const top = await topColumns(scorer, {
        rows: block,
        columns: train.columns,
        k,
        seen: excludeSeen ? train : null,
      });
      let text = '';
      block.forEach((r, b) => {
        const names = [interactions.row.ids.get(r), rowLabels.get(r)];
        const base = network ? 0 : baseOf(vectors, r);
        topOf(top, b).forEach((c, i) => {
          // As many digits as numbers of 32 bits have.
          const shown = Number(value(base + top.scores[b * top.width + i]).toPrecision(7));
          text += csvLine([...names, interactions.column.ids.get(c), columnLabels.get(c), shown, i + 1]);
        });
      });
      parts.push(encoder.encode(text));
      await checkpoint(task, { share: (start + block.length) / wanted.length });
    }
  });
  return new Blob(parts, { type: 'text/csv' });
}
