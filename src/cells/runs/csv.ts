import { csvLine } from '../../exchange/csv';
import type { RunSummary } from '../../kernel/protocol';

/** The list of runs as CSV: a line a run, with all its options, and what was measured of it. */
export function runsCsv(runs: readonly RunSummary[]): string {
  const options = [...new Set(runs.flatMap((run) => Object.keys(run.options)))];
  const header = [
    ...['run', 'preset', 'engine', 'epochs', 'parameters', 'seconds', 'loss', 'held_out_loss', 'k'],
    ...['recall', 'ndcg', 'hit', 'mrr', 'map', 'coverage', 'precision', 'novelty', 'gini', 'rmse', 'mae'],
    // Some options have the names of what is counted.
    ...options.map((id) => `option_${id}`),
  ];
  const lines = runs.map((run) => {
    const { ranking, ratings } = run.quality ?? { ranking: null, ratings: null };
    return csvLine([
      ...[run.run, run.preset, run.engine, run.epochs, run.parameters, run.seconds, run.loss, run.heldOutLoss, run.k],
      ...(['recall', 'ndcg', 'hit', 'mrr', 'map', 'coverage', 'precision', 'novelty', 'gini'] as const).map(
        (key) => ranking?.[key] ?? null,
      ),
      ...[ratings?.rmse ?? null, ratings?.mae ?? null],
      ...options.map((id) => run.options[id] ?? null),
    ]);
  });
  return [csvLine(header), ...lines].join('');
}
