import type { RankingMetrics } from '../../evaluation/metrics';
import type { MetricsTable } from '../../kernel/protocol';
import { presetById } from '../../models/registry';
import { useNotebookState, useRoles } from '../../notebook/context';
import { count, countOf } from '../../notebook/format';
import { fillRoles } from '../../notebook/prose';
import styles from './View.module.css';

const COLUMNS: readonly { key: 'recall' | 'ndcg' | 'hit' | 'coverage'; title: (k: number) => string; help: string }[] =
  [
    { key: 'recall', title: (k) => `Recall@${k}`, help: 'Share of the kept pairs found among the first ten.' },
    { key: 'ndcg', title: (k) => `NDCG@${k}`, help: 'The same, with early places counting more.' },
    { key: 'hit', title: () => 'Hit rate', help: 'Share of {rows} with at least one found.' },
    { key: 'coverage', title: () => 'Coverage', help: 'Share of all {columns} that are ever shown.' },
  ];

/** The model's ranking quality beside Popular and ItemKNN. */
export default function EvaluationView() {
  const roles = useRoles();
  const metrics = useNotebookState(({ outputs }) => outputs.evaluation);
  const training = useNotebookState(({ outputs }) => outputs.training);
  const columns = useNotebookState(({ outputs }) => outputs.dataset?.summary.columns ?? 0);
  const stale = useNotebookState(({ runtimes }) => runtimes.evaluation.status !== 'done');
  if (training && training.heldOutPairs === 0) {
    return (
      <p className={styles.empty}>
        No pair was held out in this run, so nothing can be measured: the hold-out is switched off, or no{' '}
        {roles.row.one} has enough {roles.column.many}. Both can be changed in the model’s options.
      </p>
    );
  }
  const rows: [string, RankingMetrics | null | undefined][] = [
    [training ? presetById(training.preset).title : 'Model', metrics?.model],
    ['ItemKNN', metrics?.itemKnn],
    ['Popular', metrics?.popular],
  ];
  const best = Math.max(0.001, ...rows.map(([, row]) => row?.recall ?? 0));
  const k = metrics?.model?.k ?? 10;
  return (
    <div className={styles.evaluation} data-stale={stale || undefined}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">
              <span className="hidden-visually">Method</span>
            </th>
            {COLUMNS.map(({ key, title, help }) => (
              <th key={key} scope="col" title={fillRoles(help, roles)}>
                {title(k)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, row], i) => (
            <tr key={name} data-method={i === 0 ? 'model' : name}>
              <th scope="row">{name}</th>
              {COLUMNS.map(({ key }) => (
                <td key={key} data-metric={key}>
                  {row ? row[key].toFixed(3) : '–'}
                  {key === 'recall' && (
                    <span className={styles.bar} aria-hidden="true">
                      <span style={{ width: `${(100 * (row?.recall ?? 0)) / best}%` }} />
                    </span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.note}>
        {metrics?.model && training
          ? `${count(training.heldOutPairs)} pairs of ${countOf(metrics.model.rows, roles.row)} were kept from training. ${verdict(metrics, columns, roles.column.many)}`
          : 'Not measured yet.'}
      </p>
    </div>
  );
}

function verdict({ model, itemKnn, popular }: MetricsTable, columns: number, many: string): string {
  if (!model) return '';
  if (columns <= 3 * model.k)
    return `With only ${columns} ${many} a list of ${model.k} says little: almost all fit in.`;
  const knn = itemKnn?.recall ?? 0;
  const common = popular?.recall ?? 0;
  if (model.recall <= common)
    return 'The model does not beat showing what is popular: its suggestions are not to be trusted yet.';
  if (model.recall < knn) return 'The model beats Popular, and counting what occurs together still does better.';
  return 'The model beats both.';
}
