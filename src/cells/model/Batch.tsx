import { useState } from 'react';
import { messageOf } from '../../errors';
import type { ShownBatch } from '../../kernel/protocol';
import { useActions, useNotebookState, useRoles } from '../../notebook/context';
import { capital, count, plainNumber } from '../../notebook/format';
import styles from './View.module.css';

/** Two pairs that exist with ten others each, as the two-tower notebook shows them. */
const SHOWN = 22;

/** Some pairs of the first batch, as training would see them. */
export function Batch() {
  const actions = useActions();
  const roles = useRoles();
  const settings = useNotebookState(({ notebook }) => JSON.stringify(notebook.model));
  const data = useNotebookState(({ runtimes }) => runtimes.dataset.run);
  const key = `${data} ${settings}`;
  const [drawn, setDrawn] = useState<{ key: string; batch: ShownBatch | null; error: string | null } | null>(null);
  const [busy, setBusy] = useState(false);
  const draw = async () => {
    setBusy(true);
    try {
      setDrawn({ key, batch: await actions.batch(SHOWN), error: null });
    } catch (error) {
      setDrawn({ key, batch: null, error: messageOf(error) });
    } finally {
      setBusy(false);
    }
  };
  // What was drawn for other options says nothing of these.
  const shown = drawn?.key === key ? drawn : null;
  return (
    <details className={styles.options}>
      <summary>A batch</summary>
      <p className={styles.rateText}>The pairs of the first training step, with the target for each.</p>
      <button type="button" className="button" disabled={busy} onClick={() => void draw()}>
        Show a batch
      </button>
      {shown?.error && (
        <p className={styles.reason} role="alert">
          {shown.error}
        </p>
      )}
      {shown?.batch && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
        <section className={styles.scroll} tabIndex={0} aria-label="Batch">
          <table className={styles.layers} data-batch={shown.batch.kind}>
            <caption>
              {shown.batch.kind === 'pairs'
                ? `The first ${count(shown.batch.pairs.length)} pairs`
                : `${count(shown.batch.pairs.length)} of the existing pairs in the first block; its other cells are pairs that do not exist`}
            </caption>
            <thead>
              <tr>
                <th scope="col">{capital(roles.row.one)}</th>
                <th scope="col">{capital(roles.column.one)}</th>
                <th scope="col">Target</th>
              </tr>
            </thead>
            <tbody>
              {shown.batch.pairs.map(({ row, column, target }, i) => (
                <tr key={i} data-target={target}>
                  <td dir="auto">{row}</td>
                  <td dir="auto">{column}</td>
                  <td>{plainNumber(target, 4)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}
