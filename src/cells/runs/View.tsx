import { useState } from 'react';
import { messageOf } from '../../errors';
import { useActions, useNotebookState, useRoles } from '../../notebook/context';
import { ENGINE_NAMES } from '../../notebook/engine-names';
import { count, duration, fixed, significant } from '../../notebook/format';
import { saveFile } from '../../ui/save';
import { Compared } from './Compared';
import { columnById, RUN_COLUMNS, type RunColumn, type RunOrder, sortRuns } from './columns';
import { runsCsv } from './csv';
import { optionText, optionTitle } from './options';
import styles from './View.module.css';

const NO_NUMBER = '–';

/** The runs that are kept: shown again, sorted, compared. */
export default function RunsView() {
  const actions = useActions();
  const roles = useRoles();
  const runs = useNotebookState(({ outputs }) => outputs.runs);
  const shown = useNotebookState(({ outputs }) => outputs.training?.run);
  const training = useNotebookState(({ runtimes }) => runtimes.training.status === 'running');
  const [order, setOrder] = useState<RunOrder>({ column: 'run', reversed: false });
  const [ticked, setTicked] = useState<readonly number[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  if (runs.length === 0) return <p className={styles.empty}>No run yet.</p>;
  // A run may have gone meanwhile: the oldest make room.
  const pair = ticked.filter((run) => runs.some((kept) => kept.run === run)).toSorted((a, b) => b - a);
  const tick = (run: number) =>
    setTicked(pair.includes(run) ? pair.filter((other) => other !== run) : [...ticked.slice(-1), run]);
  const show = (run: number) => {
    setProblem(null);
    actions.showRun(run).catch((error: unknown) => setProblem(messageOf(error)));
  };
  const lengths = new Set(runs.flatMap(({ k }) => (k === null ? [] : [k])));
  const at = lengths.size === 1 ? `@${[...lengths][0]}` : '';
  const titles: Record<RunColumn['id'], string> = {
    run: 'Run',
    epochs: 'Epochs',
    seconds: 'Took',
    loss: 'Loss',
    heldOutLoss: 'Held-out loss',
    recall: `Recall${at}`,
    ndcg: `NDCG${at}`,
    rmse: 'RMSE',
  };
  const columns = RUN_COLUMNS.filter(
    ({ id, value }) => !['recall', 'ndcg', 'rmse'].includes(id) || runs.some((run) => value(run) !== null),
  );
  const sortable = (id: RunColumn['id']) => (
    <Heading
      key={id}
      title={titles[id]}
      sorted={order.column === id ? direction(id, order) : null}
      onSort={() => setOrder({ column: id, reversed: order.column === id && !order.reversed })}
    />
  );
  return (
    <div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={styles.scroll} tabIndex={0} aria-label="List of runs">
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">
                <span className="hidden-visually">Compare</span>
              </th>
              {sortable('run')}
              <th scope="col">Model</th>
              {columns.filter(({ id }) => id !== 'run').map(({ id }) => sortable(id))}
              <th scope="col">Engine</th>
              <th scope="col">
                <span className="hidden-visually">Show</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {sortRuns(runs, order).map((run) => (
              <tr key={run.run} data-run-row={run.run} data-shown={run.run === shown || undefined}>
                <td>
                  <input
                    type="checkbox"
                    checked={pair.includes(run.run)}
                    onChange={() => tick(run.run)}
                    aria-label={`Compare run ${run.run}`}
                  />
                </td>
                <th scope="row">{run.run}</th>
                <td className={styles.model}>
                  {run.title}
                  {Object.entries(run.changed).map(([id, value]) => (
                    <small key={id}>
                      {optionTitle([run.preset], id, roles)}: {optionText([run.preset], id, value, roles)}
                    </small>
                  ))}
                </td>
                {columns
                  .filter(({ id }) => id !== 'run')
                  .map(({ id, value }) => (
                    <td key={id} data-metric={id}>
                      {shownValue(id, value(run))}
                    </td>
                  ))}
                <td>{ENGINE_NAMES[run.engine]}</td>
                <td className={styles.show}>
                  {run.run === shown ? (
                    <span className={styles.shown}>shown</span>
                  ) : (
                    <button
                      type="button"
                      className="button"
                      disabled={training}
                      onClick={() => show(run.run)}
                      aria-label={`Show run ${run.run}`}
                    >
                      Show
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {problem && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={styles.foot}>
        <p>
          {pair.length === 2
            ? ''
            : runs.length === 1
              ? 'Train again with other options, and the two can be compared.'
              : 'Tick two runs to compare them.'}
        </p>
        <button
          type="button"
          className="button"
          onClick={() => saveFile(new Blob([runsCsv(runs)], { type: 'text/csv' }), 'cofactor-runs.csv')}
        >
          Save the list (CSV)
        </button>
      </div>
      {pair.length === 2 && <Compared a={pair[0]} b={pair[1]} />}
    </div>
  );
}

function direction(id: RunColumn['id'], { reversed }: RunOrder): 'ascending' | 'descending' {
  const low = columnById(id).first === 'low';
  return low === reversed ? 'descending' : 'ascending';
}

interface HeadingProps {
  title: string;
  sorted: 'ascending' | 'descending' | null;
  onSort: () => void;
}

function Heading({ title, sorted, onSort }: HeadingProps) {
  return (
    <th scope="col" aria-sort={sorted ?? undefined}>
      <button type="button" className={styles.sort} onClick={onSort} title={`Sort by ${title}`}>
        {title}
        <span aria-hidden="true">{sorted === null ? '' : sorted === 'ascending' ? ' ↑' : ' ↓'}</span>
      </button>
    </th>
  );
}

function shownValue(id: RunColumn['id'], value: number | null): string {
  if (value === null || Number.isNaN(value)) return NO_NUMBER;
  switch (id) {
    case 'run':
    case 'epochs':
      return count(value);
    case 'seconds':
      return duration(value);
    case 'loss':
    case 'heldOutLoss':
      return significant(value, 4);
    case 'recall':
    case 'ndcg':
    case 'rmse':
      return fixed(value, 3);
    default:
      return id satisfies never;
  }
}
