import { type ReactNode, useMemo } from 'react';
import type { Axis, ScoredEntity } from '../../kernel/protocol';
import type { Trial } from '../../notebook/actions/exercise-actions';
import { useActions } from '../../notebook/context';
import { EntityLink } from '../../notebook/EntityLink';
import { duration, fixed, significant } from '../../notebook/format';
import { type Data, type Layout, Plot, plain } from '../../ui/Plot';
import { useColours } from '../../ui/useColours';
import { bestOf, type Estimate, estimateOf, type Verdict } from './checks';
import type { ExerciseRun } from './useExercise';
import styles from './View.module.css';

interface StartProps {
  run: ExerciseRun;
  label: string;
  disabled?: boolean;
  onStart: () => void;
  children?: ReactNode;
}

/** The button that starts an exercise, its progress, and what went wrong. */
export function Start({ run, label, disabled = false, onStart, children }: StartProps) {
  const actions = useActions();
  return (
    <>
      <div className={styles.start}>
        {run.running ? (
          <>
            <button type="button" className="button" onClick={() => actions.cancelExercise()}>
              Cancel
            </button>
            <span role="status">{run.text}…</span>
            <progress aria-label="Progress" {...(run.share === null ? {} : { value: run.share, max: 1 })} />
          </>
        ) : (
          <>
            <button type="button" className="button primary" disabled={disabled || run.busy} onClick={onStart}>
              {label}
            </button>
            {children}
          </>
        )}
      </div>
      {run.error && (
        <p className={styles.problem} role="alert">
          {run.error}
        </p>
      )}
    </>
  );
}

/** Whether the question is answered. */
export function Check({ verdict }: { verdict: Verdict }) {
  const mark = { open: '○', right: '✓', wrong: '✗' }[verdict.state];
  const word = { open: 'Open', right: 'Answered', wrong: 'Not yet' }[verdict.state];
  return (
    <p className={styles.check} data-verdict={verdict.state} role="status">
      <b>
        <span aria-hidden="true">{mark}</span> {word}.
      </b>{' '}
      {verdict.text}
    </p>
  );
}

function metricName(metric: Estimate['metric'], k: number): string {
  return metric === 'rmse' ? 'RMSE' : `Recall@${k}`;
}

function estimateText({ value, low, high }: Estimate): string {
  return `${fixed(value, 3)} (${fixed(low, 3)}–${fixed(high, 3)})`;
}

interface TrialTableProps {
  /** What the first column names. */
  what: string;
  trials: readonly Trial[];
  pick?: number | null;
  onPick?: (i: number) => void;
}

/** Runs side by side: loss, quality with its interval, and time. */
export function TrialTable({ what, trials, pick = null, onPick }: TrialTableProps) {
  const estimates = trials.map(({ evaluation }) => estimateOf(evaluation));
  const best = bestOf(estimates);
  const metric = estimates.find((estimate) => estimate !== null)?.metric ?? 'recall';
  const k = trials.find(({ evaluation }) => evaluation)?.evaluation?.k ?? 10;
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            {onPick && (
              <th scope="col">
                <span className="hidden-visually">Keep</span>
              </th>
            )}
            <th scope="col">{what}</th>
            <th scope="col">loss</th>
            <th scope="col">held-out loss</th>
            <th scope="col">{metricName(metric, k)} (95 %)</th>
            <th scope="col">took</th>
          </tr>
        </thead>
        <tbody>
          {trials.map(({ name, report }, i) => {
            const estimate = estimates[i];
            return (
              <tr key={report.run} data-trial={name} data-best={i === best || undefined}>
                {onPick && (
                  <td>
                    <input type="radio" checked={pick === i} onChange={() => onPick(i)} aria-label={`Keep ${name}`} />
                  </td>
                )}
                <th scope="row">{name}</th>
                <td>{number(report.history.at(-1)?.loss)}</td>
                <td>{number(report.history.find(({ epoch }) => epoch === report.restoredEpoch)?.heldOutLoss)}</td>
                <td data-quality>{estimate ? estimateText(estimate) : '–'}</td>
                <td>{duration(report.seconds)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function number(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : significant(value, 4);
}

/** Quality with its interval, and below it the loss, for each trial in turn. */
export function TrialPlot({ what, trials, fileName }: { what: string; trials: readonly Trial[]; fileName: string }) {
  const colours = useColours();
  const estimates = useMemo(() => trials.map(({ evaluation }) => estimateOf(evaluation)), [trials]);
  const metric = estimates.find((estimate) => estimate !== null)?.metric ?? 'recall';
  const k = trials.find(({ evaluation }) => evaluation)?.evaluation?.k ?? 10;
  const data = useMemo<Data[]>(() => {
    const x = trials.map((_, i) => i);
    return [
      {
        type: 'scatter',
        mode: 'lines+markers',
        name: metricName(metric, k),
        x,
        y: estimates.map((estimate) => estimate?.value ?? null),
        error_y: {
          type: 'data',
          symmetric: false,
          array: estimates.map((estimate) => (estimate ? estimate.high - estimate.value : 0)),
          arrayminus: estimates.map((estimate) => (estimate ? estimate.value - estimate.low : 0)),
          color: colours.accent,
          thickness: 1.4,
        },
        line: { color: colours.accent, width: 2 },
        marker: { size: 9 },
        hovertemplate: '%{y:.4f}<extra></extra>',
      },
      {
        type: 'scatter',
        mode: 'lines+markers',
        name: 'loss',
        yaxis: 'y2',
        x,
        y: trials.map(({ report }) => report.history.at(-1)?.loss ?? null),
        line: { color: colours.held, width: 1.5, dash: 'dot' },
        marker: { size: 7, symbol: 'square' },
        hovertemplate: '%{y:.4f}<extra>loss</extra>',
      },
    ] as Data[];
  }, [trials, estimates, metric, k, colours]);
  const layout = useMemo<Partial<Layout>>(
    () => ({
      xaxis: {
        title: { text: what },
        tickvals: trials.map((_, i) => i),
        ticktext: trials.map(({ name }) => plain(name, 18)),
        range: [-0.4, trials.length - 0.6],
        showgrid: false,
        zeroline: false,
      },
      yaxis: { title: { text: metricName(metric, k) }, nticks: 6 },
      yaxis2: {
        title: { text: 'loss' },
        overlaying: 'y',
        side: 'right',
        showgrid: false,
        nticks: 6,
        automargin: true,
      },
      legend: { orientation: 'h', y: 1.04, x: 0, yanchor: 'bottom' },
      margin: { l: 56, r: 56, t: 34, b: 44 },
    }),
    [trials, what, metric, k],
  );
  return (
    <Plot
      data={data}
      layout={layout}
      height={280}
      fileName={fileName}
      label={`${metricName(metric, k)} and loss for ${trials.length} runs; the table says the same.`}
    />
  );
}

/** Two lists of neighbours side by side; what is in one only stands out. */
export function TwoLists({
  side,
  lists,
}: {
  side: Axis;
  lists: readonly { readonly title: string; readonly entries: readonly ScoredEntity[] }[];
}) {
  const shared = lists.map(({ entries }) => new Set(entries.map(({ id }) => id)));
  return (
    <div className={styles.lists}>
      {lists.map(({ title, entries }, n) => (
        <section key={title} aria-label={title}>
          <h4>{title}</h4>
          <ol>
            {entries.map((entry) => (
              <li key={entry.id} data-only={shared.some((ids, m) => m !== n && !ids.has(entry.id)) || undefined}>
                {n === lists.length - 1 ? (
                  <EntityLink side={side} entry={entry} />
                ) : (
                  <span dir="auto">{entry.label}</span>
                )}
                <span>{fixed(entry.score, 2)}</span>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}
