import { useRef, useState } from 'react';
import { readableBytes } from '../../data/decompress';
import type { Inspection } from '../../data/format';
import type { DatasetSummary } from '../../data/summary';
import { useActions, useNotebookState } from '../../notebook/context';
import { EntityLink } from '../../notebook/EntityLink';
import { count, countOf, duration, significant } from '../../notebook/format';
import { Bars } from '../../ui/Bars';
import { Clean } from './Clean';
import { Crosstab, Named, Values } from './Profile';
import { RolesForm } from './RolesForm';
import styles from './View.module.css';

/** What was loaded: its size and shape, its first rows, and what was rejected or repaired. */
export default function DatasetView() {
  const actions = useActions();
  const dataset = useNotebookState(({ outputs }) => outputs.dataset);
  const choosing = useNotebookState((state) => state.choosing);
  const loadError = useNotebookState((state) => state.loadError);
  // Roles are those of one reading: another file closes the form.
  const [edited, setEdited] = useState<Inspection | null>(null);
  const editing = edited !== null && edited === dataset?.inspection;
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className={styles.dataset}>
      {loadError && (
        <div className={styles.error} role="alert">
          <p>
            <strong>This file could not be used.</strong> {loadError.replace(/\.?$/, '.')}
            {dataset && ' What was loaded before is still here.'}
          </p>
          <button type="button" className="button quiet" onClick={actions.dismissLoadError}>
            Dismiss
          </button>
        </div>
      )}
      <div className={styles.actions}>
        <button type="button" className="button primary" onClick={() => input.current?.click()}>
          Open a file…
        </button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          data-file-input
          accept=".json,.jsonl,.ndjson,.csv,.tsv,.txt,.gz,.dat,.data,.base,.test,.item,.user,.inter"
          onChange={(event) => {
            const files = [...(event.target.files ?? [])];
            event.target.value = '';
            if (files.length > 0) actions.perform(() => actions.open(files));
          }}
        />
        {dataset && !dataset.sample && (
          <button type="button" className="button" onClick={() => actions.perform(() => actions.open('sample'))}>
            Back to the sample
          </button>
        )}
        {dataset && !choosing && dataset.inspection && (
          <button
            type="button"
            className="button quiet"
            aria-expanded={editing}
            onClick={() => setEdited(editing ? null : dataset.inspection)}
          >
            Roles…
          </button>
        )}
        <span className={styles.hint}>or drop or paste one anywhere</span>
      </div>
      {choosing && (
        <RolesForm
          key={choosing.inspection.file}
          title={`Which fields of ${choosing.inspection.file} are the pair?`}
          inspection={choosing.inspection}
          mapping={null}
          onCancel={actions.cancelChoosing}
          onChoose={(mapping) => actions.perform(() => actions.chooseRoles(choosing.files, mapping))}
        />
      )}
      {editing && dataset?.inspection && !choosing && (
        <RolesForm
          title="How this file is read"
          inspection={dataset.inspection}
          mapping={dataset.mapping}
          onCancel={() => setEdited(null)}
          onChoose={(mapping) => {
            setEdited(null);
            actions.perform(() => actions.chooseRoles(dataset.files, mapping));
          }}
        />
      )}
      {dataset && (
        <>
          {dataset.sample && (
            <p className={styles.sample}>
              This is a sample: the icons of Tabler Icons and the tags that their makers gave them (tags used three
              times or more). © Paweł Kuna, MIT licence. They stand for works and their subjects.
            </p>
          )}
          {!dataset.sample && (
            <p className={styles.sample}>
              {dataset.summary.name} {dataset.files.length > 1 ? 'stay' : 'stays'} on this machine. The browser keeps a
              copy of up to 512 MB where it may, until you go back to the sample. After a reload the model is trained
              again.
            </p>
          )}
          <Summary summary={dataset.summary} />
        </>
      )}
    </div>
  );
}

function Summary({ summary }: { summary: DatasetSummary }) {
  const { roles } = summary;
  return (
    <>
      <dl className={styles.facts}>
        <Fact name={roles.row.many} value={count(summary.rows)} id="rows" />
        <Fact name={roles.column.many} value={count(summary.columns)} id="columns" />
        <Fact name="pairs" value={count(summary.pairs)} id="pairs" />
        <Fact name="of all possible pairs" value={`${significant(100 * summary.density, 2)} %`} id="density" />
        <Fact name={`to read ${readableBytes(summary.bytes)}`} value={duration(summary.seconds)} id="seconds" />
      </dl>
      <div className={styles.histograms}>
        <Bars
          title={`${roles.column.many} on each ${roles.row.one}`}
          note={`median ${count(summary.rowDegrees.median)}, most ${count(summary.rowDegrees.maximum)}`}
          edges={summary.rowDegrees.edges}
          counts={summary.rowDegrees.counts}
        />
        <Bars
          title={`${roles.row.many} with each ${roles.column.one}`}
          note={`median ${count(summary.columnDegrees.median)}, most ${count(summary.columnDegrees.maximum)}`}
          edges={summary.columnDegrees.edges}
          counts={summary.columnDegrees.counts}
        />
        <Values summary={summary} />
      </div>
      <Repairs summary={summary} />
      <Clean key={recipeKey(summary)} summary={summary} />
      <details className={styles.rows}>
        <summary>First {countOf(summary.head.length, roles.row)}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
        <section className={styles.scroll} tabIndex={0} aria-label={`First ${roles.row.many}`}>
          <table>
            <thead>
              <tr>
                <th scope="col">{roles.row.one}</th>
                <th scope="col">{roles.column.many}</th>
              </tr>
            </thead>
            <tbody>
              {summary.head.map((row, index) => (
                <tr key={row.id}>
                  <th scope="row" dir="auto">
                    <EntityLink side="row" entry={{ index, label: row.label }} goTo="predictions" />
                  </th>
                  <td dir="auto">
                    {row.columns.map(cut).join(' · ')}
                    {row.more > 0 && ` and ${count(row.more)} more`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
      <Crosstab summary={summary} />
      <Named summary={summary} />
    </>
  );
}

/** Another dataset, or another recipe for it, begins the form anew. */
function recipeKey({ name, seconds, cleaning }: DatasetSummary): string {
  return JSON.stringify([name, seconds, cleaning]);
}

/** Very long labels are shown by their beginning. */
function cut(label: string): string {
  return label.length > 160 ? `${label.slice(0, 159)}…` : label;
}

function Fact({ name, value, id }: { name: string; value: string; id: string }) {
  return (
    <div>
      <dd data-fact={id}>{value}</dd>
      <dt>{name}</dt>
    </div>
  );
}

const RECORD = { one: 'record', many: 'records' };

/** Everything that was left out or mended, in words and with line numbers. */
function Repairs({ summary }: { summary: DatasetSummary }) {
  const { roles } = summary;
  const notes: string[] = [];
  if (summary.emptyRows > 0)
    notes.push(`${countOf(summary.emptyRows, roles.row)} without ${roles.column.many} left out`);
  if (summary.duplicatePairs > 0)
    notes.push(countOf(summary.duplicatePairs, { one: 'repeated pair', many: 'repeated pairs' }));
  if (summary.mergedRows > 0)
    notes.push(`${countOf(summary.mergedRows, RECORD)} with an id seen before, joined to the first`);
  if (summary.sharedLabels > 0)
    notes.push(`${countOf(summary.sharedLabels, roles.column)} with the label of another; ids tell them apart`);
  for (const { what, count: times, firstLine } of summary.repairs) {
    notes.push(`${what}: ${count(times)}, first on line ${count(firstLine)}`);
  }
  if (summary.rejected > 0) notes.push(`${countOf(summary.rejected, RECORD)} rejected`);
  if (notes.length === 0) return <p className={styles.clean}>Nothing had to be left out or repaired.</p>;
  return (
    <details className={styles.rows} open={summary.rejected > 0 && summary.rejected <= 5}>
      <summary>
        {notes.slice(0, 2).join('; ')}
        {notes.length > 2 && `; ${notes.length - 2} more`}
      </summary>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}.</li>
        ))}
      </ul>
      {summary.rejections.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section className={styles.scroll} tabIndex={0} aria-label="Rejected records">
          <table data-rejections>
            <thead>
              <tr>
                <th scope="col">Line</th>
                <th scope="col">Why</th>
                <th scope="col">Beginning of the record</th>
              </tr>
            </thead>
            <tbody>
              {summary.rejections.slice(0, 200).map((rejection, i) => (
                <tr key={i}>
                  <td>{count(rejection.line)}</td>
                  <td>{rejection.reason}</td>
                  <td>
                    <code>{rejection.excerpt}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {summary.rejected > 200 && <p>The first 200 of {count(summary.rejected)} are listed.</p>}
    </details>
  );
}
