import { speedText } from '../models/cost';
import styles from './Benchmark.module.css';
import { useActions, useNotebookState } from './context';

/** How fast each engine trains on this machine, measured when a person asks. */
export function Benchmark({ disabled }: { disabled: boolean }) {
  const actions = useActions();
  const measuring = useNotebookState((state) => state.measuring);
  const measured = useNotebookState(({ notebook }) => notebook.measured);
  const running = useNotebookState(({ runtimes }) =>
    Object.values(runtimes).some(({ status }) => status === 'running' || status === 'queued'),
  );
  const speeds = measuring?.speeds ?? measured?.speeds ?? [];
  const fastest = Math.max(...speeds.map(({ pairsPerSecond }) => pairsPerSecond ?? 0));

  return (
    <section className={styles.benchmark} aria-label="Speed of this machine">
      <button
        type="button"
        className="button"
        disabled={!measuring && (disabled || running)}
        onClick={() => (measuring ? actions.cancelBenchmark() : actions.perform(() => actions.benchmark()))}
      >
        {measuring ? 'Cancel' : 'Measure this machine (ten seconds)'}
      </button>
      <p className={styles.state} role="status">
        {measuring
          ? `Measuring ${measuring.title}`
          : measured
            ? 'Pairs that two towers score in a second:'
            : running && 'When no cell is at work.'}
      </p>
      {measuring && <progress value={measuring.share} max={1} aria-label="Measured" />}
      {speeds.length > 0 && (
        <ul>
          {speeds.map(({ engine, title, pairsPerSecond, missing }) => (
            <li key={engine}>
              <span>{title}</span>
              {pairsPerSecond === null ? (
                <small>{missing}</small>
              ) : (
                <>
                  <strong>{speedText(pairsPerSecond)}</strong>
                  <span
                    className={styles.bar}
                    style={{ inlineSize: `${(100 * pairsPerSecond) / fastest}%` }}
                    aria-hidden="true"
                  />
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
