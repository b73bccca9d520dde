import type { Comparison, RunSummary } from '../../kernel/protocol';
import { useActions, useNotebookState, useRoles } from '../../notebook/context';
import { count, fixed } from '../../notebook/format';
import { useAnswer } from '../../ui/useAnswer';
import { FIRST_METRICS, RATING_METRICS } from '../evaluation/metrics';
import { pairedText, sameSettingsText } from './comparison';
import { optionText, optionTitle } from './options';
import styles from './View.module.css';

const NO_NUMBER = '–';

/** Two runs side by side: what is different in what was asked, and in what came of it. */
export function Compared({ a, b }: { a: number; b: number }) {
  const actions = useActions();
  const measured = useNotebookState(({ outputs }) =>
    outputs.runs
      .filter(({ run }) => run === a || run === b)
      .map(({ run, k }) => `${run} ${k}`)
      .join(),
  );
  const answer = useAnswer(() => actions.compareRuns(a, b), [a, b, measured]);
  if (answer.error) return <p role="alert">{answer.error}</p>;
  if (!answer.value || answer.value.a.run !== a || answer.value.b.run !== b) {
    return <p className={styles.empty}>Comparing…</p>;
  }
  return <SideBySide comparison={answer.value} />;
}

function SideBySide({ comparison }: { comparison: Comparison }) {
  const roles = useRoles();
  const { a, b, differences, paired, reason } = comparison;
  const presets = [a.preset, b.preset];
  return (
    <section className={styles.compared} aria-label="Comparison" data-comparison>
      <h3>
        Run {a.run} beside run {b.run}
      </h3>
      {reason && <p className={styles.reason}>They cannot be tested against each other: {decapital(reason)}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={styles.scroll} tabIndex={0} aria-label="Metrics and options">
        <table className={styles.table}>
          <thead>
            <tr>
              <td />
              <th scope="col">Run {a.run}</th>
              <th scope="col">Run {b.run}</th>
              <th scope="col">{paired ? 'Difference' : <span className="hidden-visually">Difference</span>}</th>
            </tr>
          </thead>
          <tbody>
            {differences.map(({ option, a: first, b: second }) => (
              <tr key={option} data-option={option}>
                <th scope="row">{optionTitle(presets, option, roles)}</th>
                <td>{optionText(presets, option, first, roles)}</td>
                <td>{optionText(presets, option, second, roles)}</td>
                <td />
              </tr>
            ))}
            {a.k !== b.k && (
              <tr>
                <th scope="row">Length of the lists</th>
                <td>{a.k ?? NO_NUMBER}</td>
                <td>{b.k ?? NO_NUMBER}</td>
                <td />
              </tr>
            )}
            {metricsOf(a, b).map(({ key, title, digits, values: [first, second] }) => (
              <tr key={key} data-metric={key}>
                <th scope="row">{title}</th>
                <td>{first === null ? NO_NUMBER : fixed(first, digits)}</td>
                <td>{second === null ? NO_NUMBER : fixed(second, digits)}</td>
                <td className={styles.difference}>
                  {paired && (key === 'recall' || key === 'ndcg' || key === 'hit')
                    ? pairedText(paired[key], a.run, b.run)
                    : ''}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {differences.length === 0 && <p className={styles.empty}>{sameSettingsText(a, b)}</p>}
      {paired && (
        <p className={styles.empty}>
          Tested on the same {count(paired.recall.rows)} {roles.row.many}, {roles.row.one} by {roles.row.one}. In
          parentheses is the 95{'\u00a0'}% interval of the difference; p is how often chance alone makes one as large.
        </p>
      )}
    </section>
  );
}

interface MetricLine {
  readonly key: string;
  readonly title: string;
  readonly digits: number;
  readonly values: readonly [number | null, number | null];
}

/** The metrics that at least one of the two has. */
function metricsOf(a: RunSummary, b: RunSummary): MetricLine[] {
  const k = a.k ?? b.k ?? 0;
  const both = <T,>(of: (run: RunSummary) => T) => [of(a), of(b)] as const;
  const lines: MetricLine[] = [
    ...FIRST_METRICS.map(({ key, title, digits }) => ({
      key,
      title: a.k === b.k ? title(k) : title(k).replace(/@\d+$/, ''),
      digits,
      values: both((run) => run.quality?.ranking?.[key] ?? null),
    })),
    ...RATING_METRICS.map(({ key, title, digits }) => ({
      key,
      title: title(k),
      digits,
      values: both((run) => run.quality?.ratings?.[key] ?? null),
    })),
  ];
  return lines.filter(({ values }) => values.some((value) => value !== null));
}

function decapital(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
