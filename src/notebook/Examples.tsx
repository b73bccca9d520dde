import type { ReactNode } from 'react';
import { usePopover } from '../ui/usePopover';
import { isBuiltIn } from './actions/example-actions';
import { useActions, useNotebook, useNotebookState, useRoles } from './context';
import styles from './Examples.module.css';
import { type Example, examples } from './examples/example';

/** The menu of notebooks that are ready to run: one for each tutorial. */
export function ExamplesMenu() {
  const actions = useActions();
  const current = useNotebookState(({ notebook }) => notebook.example);
  const { root, open, setOpen } = usePopover();

  return (
    <div ref={root} className={styles.root}>
      <button
        type="button"
        className="button quiet"
        aria-expanded={open}
        aria-haspopup="dialog"
        title="Open an example notebook"
        onClick={() => setOpen(!open)}
      >
        Examples
      </button>
      {open && (
        <div className={styles.menu} role="dialog" aria-label="Open an example notebook">
          <ul>
            {examples.map(({ id, title, summary }) => (
              <li key={id}>
                <button
                  type="button"
                  className={styles.entry}
                  data-example={id}
                  aria-current={current === id || undefined}
                  onClick={() => {
                    setOpen(false);
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
        </div>
      )}
    </div>
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
