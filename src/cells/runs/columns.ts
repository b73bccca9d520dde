import type { RunSummary } from '../../kernel/protocol';

/** A number of a run, by which the list can be sorted. */
export interface RunColumn {
  readonly id: 'run' | 'epochs' | 'seconds' | 'loss' | 'heldOutLoss' | 'recall' | 'ndcg' | 'rmse';
  readonly value: (run: RunSummary) => number | null;
  /** The end at which the best, or the latest, stands: first when one sorts by it. */
  readonly first: 'high' | 'low';
}

export const RUN_COLUMNS: readonly RunColumn[] = [
  { id: 'run', value: ({ run }) => run, first: 'high' },
  { id: 'epochs', value: ({ epochs }) => epochs, first: 'high' },
  { id: 'seconds', value: ({ seconds }) => seconds, first: 'low' },
  { id: 'loss', value: ({ loss }) => loss, first: 'low' },
  { id: 'heldOutLoss', value: ({ heldOutLoss }) => heldOutLoss, first: 'low' },
  { id: 'recall', value: ({ quality }) => quality?.ranking?.recall ?? null, first: 'high' },
  { id: 'ndcg', value: ({ quality }) => quality?.ranking?.ndcg ?? null, first: 'high' },
  { id: 'rmse', value: ({ quality }) => quality?.ratings?.rmse ?? null, first: 'low' },
];

export function columnById(id: RunColumn['id']): RunColumn {
  return RUN_COLUMNS.find((column) => column.id === id) as RunColumn;
}

/** By what the list is sorted. */
export interface RunOrder {
  readonly column: RunColumn['id'];
  /** True when the end that is first comes last. */
  readonly reversed: boolean;
}

/** Runs in an order; those without the number come last, and of equals the earlier first. */
export function sortRuns(runs: readonly RunSummary[], { column: id, reversed }: RunOrder): RunSummary[] {
  const { value, first } = columnById(id);
  const sign = (first === 'high' ? -1 : 1) * (reversed ? -1 : 1);
  return runs.toSorted((a, b) => {
    const [x, y] = [missing(value(a)), missing(value(b))];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || a.run - b.run;
    return sign * (x - y) || a.run - b.run;
  });
}

/** A loss that is not a number is as good as none. */
function missing(value: number | null): number | null {
  return value === null || Number.isNaN(value) ? null : value;
}
