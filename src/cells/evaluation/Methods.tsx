import { useState } from 'react';
import type { Interval } from '../../evaluation/intervals';
import type { BaselineQuality, Evaluation } from '../../kernel/protocol';
import { useActions, useNotebookState, useRoles } from '../../notebook/context';
import { aboutDuration, fixed } from '../../notebook/format';
import { fillRoles } from '../../notebook/prose';
import { bestOf, FIRST_METRICS, MORE_METRICS, RATING_METRICS, type RankingKey } from './metrics';
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
  const rankings = [own, ...baselines.map(({ ranking }) => ranking)];
  const best = Object.fromEntries(
    metrics.map((metric) => [
      metric.key,
      bestOf(
        metric,
        rankings.map((ranking) => ranking?.[metric.key] ?? null),
      ),
    ]),
  );
  /** The cells of a method: `place` among the rankings. */
  const row = (place: number, key: RankingKey, digits: number) => {
    const value = rankings[place]?.[key] ?? null;
    return (
      <span data-metric={key} data-best={best[key][place] || undefined}>
        {value === null ? NO_NUMBER : fixed(value, digits)}
      </span>
    );
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
                {row(0, key, digits)}
                {key === 'recall' && <Bar share={own?.recall ?? 0} />}
                {isInterval(key) && evaluation?.intervals && <Range of={evaluation.intervals[key]} />}
              </td>
            ))}
          </tr>
          {evaluation
            ? baselines.map((baseline, i) => (
                <tr key={baseline.id} data-method={baseline.title}>
                  <th scope="row" title={fillRoles(baseline.summary, roles)}>
                    {baseline.title}
                  </th>
                  {baseline.ranking ? (
                    metrics.map(({ key, digits }) => (
                      <td key={key}>
                        {row(i + 1, key, digits)}
                        {key === 'recall' && <Bar share={baseline.ranking?.recall ?? 0} />}
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
                      <span data-metric={key}>{NO_NUMBER}</span>
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
  const best = RATING_METRICS.map((metric) =>
    bestOf(
      metric,
      rows.map(({ ratings }) => ratings?.[metric.key] ?? null),
    ),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={styles.scroll} tabIndex={0} aria-label="Errors of ratings">
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
          {rows.map(({ id, title, summary, ratings }, i) => (
            <tr key={id} data-method={id === 'model' ? id : title}>
              <th scope="row" title={fillRoles(summary, roles)}>
                {title}
              </th>
              {RATING_METRICS.map(({ key, digits }, metric) => (
                <td key={key} data-metric={key} data-best={best[metric][i] || undefined}>
                  {ratings ? fixed(ratings[key], digits) : NO_NUMBER}
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
    <small className={styles.range} title="95 % interval by bootstrap over rows">
      {fixed(low, 3)}–{fixed(high, 3)}
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
      {seconds === null ? 'This takes long on this data.' : `This takes ${aboutDuration(seconds)} here.`}{' '}
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
