import { dimensionsOf } from '../../embedding/vectors';
import { InputError } from '../../errors';
import { categoriesOf, classify } from '../../evaluation/classifier';
import { comparePaired } from '../../evaluation/intervals';
import { changedOptions, type OptionValues } from '../../models/option';
import type { TaskContext } from '../../task';
import type { Comparison, KernelMethods, RunSummary } from '../protocol';
import type { Run } from '../run';
import type { Handlers } from '../serve';
import type { Session } from '../session';
import { signature } from './evaluate';

/** Kept runs: listed, described, compared; and what their vectors hold besides. */
export function runHandlers(
  session: Session,
): Pick<Handlers<KernelMethods>, 'runs' | 'runDetails' | 'compare' | 'classify'> {
  return {
    runs: () => session.history.map(rowOf),

    runDetails({ run: id }) {
      const { report, evaluation } = session.requireRun(id);
      return { report, evaluation };
    },

    async compare({ a: first, b: second }, task) {
      const [a, b] = [session.requireRun(first), session.requireRun(second)];
      const reason = incomparable(a, b);
      return {
        a: rowOf(a),
        b: rowOf(b),
        differences: differences(a, b),
        paired: reason === null ? await paired(a, b, { ...task, progress: () => undefined }) : null,
        reason,
      };
    },

    async classify({ run, side, field, seed }, task) {
      const dataset = session.requireDataset();
      const { vectors } = session.requireRun(run).learned;
      const metadata = side === 'row' ? dataset.interactions.row.metadata : dataset.columnMetadata;
      const column = metadata.find(({ name }) => name === field);
      if (!column) {
        const there = metadata.map(({ name }) => name).join(', ') || 'none';
        throw new InputError(`expected a field of ${there}, found “${field}”`);
      }
      const values = side === 'row' ? vectors.rows : vectors.columns;
      const { predictions: _, ...found } = await classify(
        values,
        dimensionsOf(vectors, side),
        categoriesOf(column),
        { seed },
        { ...task, progress: (share) => task.progress({ share }) },
      );
      return found;
    },
  };
}

function rowOf(run: Run): RunSummary {
  const { id, preset, options, report, evaluation } = run;
  return {
    run: id,
    preset: preset.id,
    title: preset.title,
    options,
    changed: changedOptions(preset, options),
    engine: report.engine,
    epochs: report.epochs,
    parameters: report.parameters,
    seconds: report.seconds,
    loss: report.history.at(-1)?.loss ?? null,
    heldOutLoss: report.history.find(({ epoch }) => epoch === report.restoredEpoch)?.heldOutLoss ?? null,
    quality: evaluation?.model ?? null,
    k: evaluation?.k ?? null,
    resumable: run.continuation !== null,
  };
}

function differences(a: Run, b: Run): Comparison['differences'] {
  const ids = new Set([...Object.keys(a.options), ...Object.keys(b.options)]);
  const value = (options: OptionValues, id: string) => options[id] ?? null;
  const list = [...ids]
    .filter((id) => a.options[id] !== b.options[id])
    .map((option) => ({ option, a: value(a.options, option), b: value(b.options, option) }));
  return a.preset === b.preset ? list : [{ option: 'preset', a: a.preset.id, b: b.preset.id }, ...list];
}

/** Why two runs were not tested on the same pairs, or null. */
function incomparable(a: Run, b: Run): string | null {
  if (!a.ranked || !b.ranked) return 'Both runs have to be measured by ranking first.';
  if (a.evaluation?.k !== b.evaluation?.k) return 'The two were measured with lists of different length.';
  if (signature(a) !== signature(b)) {
    return 'The two were not trained and tested on the same pairs: their hold-out options or seeds differ.';
  }
  return null;
}

async function paired(a: Run, b: Run, task: TaskContext): Promise<Comparison['paired']> {
  const [first, second] = [a.ranked?.perRow, b.ranked?.perRow];
  if (!first || !second) return null;
  const on = (metric: 'recall' | 'ndcg' | 'hit') =>
    comparePaired(
      { rows: first.rows, values: first[metric] },
      { rows: second.rows, values: second[metric] },
      { seed: a.options.seed as number },
      task,
    );
  return { recall: await on('recall'), ndcg: await on('ndcg'), hit: await on('hit') };
}
