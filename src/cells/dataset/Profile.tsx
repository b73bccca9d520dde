import type { DatasetSummary } from '../../data/summary';
import { article } from '../../data/words';
import { EntityLink } from '../../notebook/EntityLink';
import { capital, count, countOf, plainNumber } from '../../notebook/format';
import { Bars } from '../../ui/Bars';
import styles from './Profile.module.css';
import view from './View.module.css';

/** How the values of pairs are spread, and from when to when they came about. */
export function Values({ summary }: { summary: DatasetSummary }) {
  const { values, time } = summary;
  return (
    <>
      {values && (
        <Bars
          title="pairs with each value"
          note={`mean ${plainNumber(values.mean, 3)}`}
          edges={values.edges}
          names={values.names}
          counts={values.counts}
        />
      )}
      {time && (
        <p className={styles.time}>
          From <b>{day(time.first)}</b> to <b>{day(time.last)}</b>
        </p>
      )}
    </>
  );
}

function day(seconds: number): string {
  return new Date(seconds * 1000).toLocaleDateString('en', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
}

/** The most frequent rows by the most frequent columns. */
export function Crosstab({ summary }: { summary: DatasetSummary }) {
  const { roles, crosstab, values } = summary;
  const { rows, columns, cells } = crosstab;
  return (
    <details className={view.rows} data-crosstab>
      <summary>
        The {countOf(rows.length, roles.row)} and {countOf(columns.length, roles.column)} with the most pairs, as a
        table
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={styles.crosstab} tabIndex={0} aria-label="Table of pairs">
        <table>
          <thead>
            <tr>
              <td />
              {columns.map((column) => (
                <th key={column.id} scope="col">
                  <span title={column.label}>{column.label}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, r) => (
              <tr key={row.id}>
                <th scope="row">
                  <EntityLink side="row" entry={row} goTo="predictions" />
                </th>
                {columns.map((column, c) => {
                  const cell = cells[r * columns.length + c];
                  return (
                    <td key={column.id} data-pair={cell === null ? undefined : true}>
                      {typeof cell === 'number' ? plainNumber(cell, 6) : ''}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className={view.hint}>
        {values ? 'The value of each pair; blank where there is none.' : '1 where a pair exists.'}
      </p>
    </details>
  );
}

/** Rows that others link to, and pairs that were given again and again: only where the data has such. */
export function Named({ summary }: { summary: DatasetSummary }) {
  const { roles, connected, topPairs } = summary;
  return (
    <>
      {connected.length > 0 && (
        <details className={view.rows} data-connected>
          <summary>Most connected {roles.row.many}</summary>
          <p className={view.hint}>
            {capital(roles.row.many)} whose label is also {article(roles.column.one)}, by how many {roles.row.many} have
            it.
          </p>
          <ol className={styles.list}>
            {connected.map((row) => (
              <li key={row.id}>
                <EntityLink side="row" entry={row} goTo="predictions" /> <span>{count(row.count)}</span>
              </li>
            ))}
          </ol>
        </details>
      )}
      {topPairs.length > 0 && (
        <details className={view.rows} data-top-pairs>
          <summary>Pairs given most often</summary>
          <ol className={styles.list}>
            {topPairs.map(({ row, column, repeats }) => (
              <li key={`${row.index} ${column.index}`}>
                <EntityLink side="row" entry={row} goTo="predictions" /> ·{' '}
                <EntityLink side="column" entry={column} goTo="predictions" /> <span>{count(repeats)} times</span>
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  );
}
