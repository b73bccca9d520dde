import { useState } from 'react';
import type { Interval } from '../../evaluation/intervals';
import type { BaselineQuality, Evaluation } from '../../kernel/protocol';
import { useActions, useNotebookState, useRoles } from '../../notebook/context';
import { duration } from '../../notebook/format';
import { fillRoles } from '../../notebook/prose';
import { FIRST_METRICS, MORE_METRICS, RATING_METRICS, type RankingKey } from './metrics';
import styles from './View.module.css';

/** What stands beside the model before anything has been measured, so that nothing jumps. */
const WAITING = ['Popular', 'ItemKNN', 'EASE', 'iALS'];
const NO_NUMBER = '–';

interface TableProps {
  /** What the model is called. */
  model: string;
  evaluation: Evaluation | null;
}

/** Ranking: every method by every metric. */
export function RankingTable({ model, evaluation, k, more }: TableProps & { k: number; more: boolean }) {
  const roles = useRoles();
  const metrics = more ? [...FIRST_METRICS, ...MORE_METRICS] : FIRST_METRICS;
  const own = evaluation?.model.ranking ?? null;
  const baselines = evaluation?.baselines.filter(({ ratings }) => !ratings) ?? [];
  const best = Math.max(0.001, own?.recall ?? 0, ...baselines.map(({ ranking }) => ranking?.recall ?? 0));
  const row = (ranking: typeof own, key: RankingKey, digits: number) => {
    const value = ranking?.[key] ?? null;
    return <span data-metric={key}>{value === null ? NO_NUMBER : value.toFixed(digits)}</span>;
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={styles.scroll} tabIndex={0} aria-label="Ranking">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">
              <span className="hidden-visually">Method</span>
            </th>
            {metrics.map(({ key, title, help }) => (
              <th key={key} scope="col" title={fillRoles(help, roles)}>
                {title(k)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr data-method="model">
            <th scope="row">{model}</th>
            {metrics.map(({ key, digits }) => (
              <td key={key}>
                {row(own, key, digits)}
                {key === 'recall' && <Bar share={(own?.recall ?? 0) / best} />}
                {isInterval(key) && evaluation?.intervals && <Range of={evaluation.intervals[key]} />}
              </td>
            ))}
          </tr>
          {evaluation
            ? baselines.map((baseline) => (
                <tr key={baseline.id} data-method={baseline.title}>
                  <th scope="row" title={fillRoles(baseline.summary, roles)}>
                    {baseline.title}
                  </th>
                  {baseline.ranking ? (
                    metrics.map(({ key, digits }) => (
                      <td key={key}>
                        {row(baseline.ranking, key, digits)}
                        {key === 'recall' && <Bar share={(baseline.ranking?.recall ?? 0) / best} />}
                      </td>
                    ))
                  ) : (
                    <td colSpan={metrics.length}>
                      <Unmeasured baseline={baseline} />
                    </td>
                  )}
                </tr>
              ))
            : WAITING.map((title) => (
                <tr key={title} data-method={title}>
                  <th scope="row">{title}</th>
                  {metrics.map(({ key }) => (
                    <td key={key}>
                      {row(null, key, 0)}
                      {key === 'recall' && <Bar share={0} />}
                    </td>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
    </section>
  );
}

/** Ratings: the error of the model and of simple guesses. */
export function RatingTable({ model, evaluation }: { model: string; evaluation: Evaluation }) {
  const roles = useRoles();
  const rows = [
    { id: 'model', title: model, summary: '', ratings: evaluation.model.ratings },
    ...evaluation.baselines.filter(({ ratings }) => ratings),
  ];
  return (
    <section className={styles.scroll} aria-label="Ratings">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">
              <span className="hidden-visually">Method</span>
            </th>
            {RATING_METRICS.map(({ key, title, help }) => (
              <th key={key} scope="col" title={help}>
                {title(evaluation.k)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, title, summary, ratings }) => (
            <tr key={id} data-method={id === 'model' ? id : title}>
              <th scope="row" title={fillRoles(summary, roles)}>
                {title}
              </th>
              {RATING_METRICS.map(({ key, digits }) => (
                <td key={key} data-metric={key}>
                  {ratings?.[key].toFixed(digits) ?? NO_NUMBER}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function isInterval(key: RankingKey): key is 'recall' | 'ndcg' | 'hit' {
  return key === 'recall' || key === 'ndcg' || key === 'hit';
}

function Bar({ share }: { share: number }) {
  return (
    <span className={styles.bar} aria-hidden="true">
      <span style={{ width: `${100 * share}%` }} />
    </span>
  );
}

function Range({ of: { low, high } }: { of: Interval }) {
  return (
    <small className={styles.range} title="95 % interval, by drawing rows again">
      {low.toFixed(3)}–{high.toFixed(3)}
    </small>
  );
}

/** Why a baseline has no numbers, and the way to them where there is one. */
function Unmeasured({ baseline: { title, refused, waiting, seconds } }: { baseline: BaselineQuality }) {
  const actions = useActions();
  const running = useNotebookState(({ runtimes }) => runtimes.evaluation.status === 'running');
  const [asked, setAsked] = useState(false);
  if (!waiting) return <span className={styles.reason}>{refused ?? 'Not measured.'}</span>;
  const fit = () => {
    setAsked(true);
    actions.perform(() => actions.evaluate({ all: true }).finally(() => setAsked(false)));
  };
  return (
    <span className={styles.reason}>
      {seconds === null ? 'Takes long on this data.' : `Takes about ${duration(seconds)} here.`}{' '}
      {running && asked ? (
        <button type="button" className="button" onClick={() => actions.cancel('evaluation')}>
          Cancel
        </button>
      ) : (
        <button type="button" className="button" disabled={running} onClick={fit} aria-label={`Fit ${title}`}>
          Fit it
        </button>
      )}
    </span>
  );
}
