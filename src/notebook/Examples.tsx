import type { ReactNode } from 'react';
import { DialogButton } from '../ui/DialogButton';
import { isBuiltIn } from './actions/example-actions';
import { useActions, useNotebook, useNotebookState, useRoles } from './context';
import styles from './Examples.module.css';
import { type Example, examples } from './examples/example';

/** The menu of notebooks that are ready to run: one for each tutorial. */
export function ExamplesMenu() {
  const actions = useActions();
  const current = useNotebookState(({ notebook }) => notebook.example);

  return (
    <DialogButton
      label="Open an example notebook"
      className="button quiet"
      title="Open an example notebook"
      face="Examples"
    >
      {(close) => (
        <ul className={styles.menu}>
          {examples.map(({ id, title, summary }) => (
            <li key={id}>
              <button
                type="button"
                className={styles.entry}
                data-example={id}
                aria-current={current === id || undefined}
                onClick={() => {
                  close();
                  window.scrollTo({ top: 0 });
                  actions.perform(() => actions.openExample(id));
                }}
              >
                <strong>{title}</strong>
                <small>{summary}</small>
              </button>
            </li>
          ))}
        </ul>
      )}
    </DialogButton>
  );
}

/** What the page begins with: the open example’s text, else its own. */
export function Opening({ children }: { children: ReactNode }) {
  const id = useNotebookState(({ notebook }) => notebook.example);
  const example = examples.find((candidate) => candidate.id === id);
  return example ? <ExampleText example={example} /> : children;
}

function ExampleText({ example }: { example: Example }) {
  const actions = useActions();
  const roles = useRoles();
  const { graph } = useNotebook();
  const dataset = useNotebookState(({ outputs }) => outputs.dataset);
  const { title, prose, drop, steps, standIn } = example;
  return (
    <section className={styles.opening} aria-labelledby="example-title" data-open-example={example.id}>
      <p className={styles.kind}>
        Example notebook
        <button type="button" className="linklike" onClick={() => actions.closeExample()}>
          Close it
        </button>
      </p>
      <h1 id="example-title">{title}</h1>
      <p className={styles.prose}>{prose}</p>
      <p className={styles.drop}>
        {drop}
        {dataset && (isBuiltIn(dataset) ? ` ${standIn.note}` : ` Now it runs on ${dataset.summary.name}.`)}
      </p>
      <h2>Where to look</h2>
      <ol className={styles.steps}>
        {steps
          .filter(({ cell }) => graph.ids.includes(cell))
          .map(({ cell, text }) => (
            <li key={cell}>
              <a href={`#cell-${cell}`}>{graph.cell(cell).title(roles)}</a>
              {text}
            </li>
          ))}
      </ol>
    </section>
  );
}
