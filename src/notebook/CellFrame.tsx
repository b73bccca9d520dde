import { Suspense, useRef } from 'react';
import styles from './CellFrame.module.css';
import type { CellType } from './cell';
import { useActions, useDatasetKey, useNotebookState, useRoles } from './context';
import { ErrorBoundary } from './ErrorBoundary';
import { duration } from './format';
import type { CellRuntime } from './transition';

const STATUS: Record<CellRuntime['status'], string> = {
  idle: 'not run',
  queued: 'waiting',
  running: 'running',
  done: 'done',
  stale: 'stale',
  failed: 'failed',
};

/** One cell: title, prose, state and run button, then whatever the cell shows. */
export function CellFrame({ cell, number }: { cell: CellType; number: number }) {
  const actions = useActions();
  const roles = useRoles();
  const runtime = useNotebookState(({ runtimes }) => runtimes[cell.id]);
  const active = useNotebookState(({ activeCell }) => activeCell === cell.id);
  const section = useRef<HTMLElement>(null);
  const dataset = useDatasetKey();
  const title = cell.title(roles);
  return (
    <section
      ref={section}
      id={`cell-${cell.id}`}
      data-cell={cell.id}
      data-status={runtime.status}
      className={styles.cell}
      data-active={active || undefined}
      aria-labelledby={`title-${cell.id}`}
      tabIndex={-1}
      onFocus={() => actions.activate(cell.id)}
    >
      <header className={styles.header}>
        <span className={styles.number} aria-hidden="true">
          {number}
        </span>
        <h2 id={`title-${cell.id}`}>{title}</h2>
        {!cell.manualRun && <Status runtime={runtime} />}
        {!cell.manualRun && <RunButton cell={cell} status={runtime.status} title={title} />}
      </header>
      <p className={styles.prose}>{cell.prose(roles)}</p>
      {/* Said by the announcer, with the name of the cell. */}
      {runtime.error && <p className={styles.error}>{runtime.error}</p>}
      <div className={styles.body}>
        <ErrorBoundary>
          <Suspense fallback={<div className={styles.loading}>Loading…</div>}>
            {/* What a view remembers is about one dataset. The cell that reads them goes on. */}
            <cell.View key={cell.needs.length === 0 ? undefined : dataset} />
          </Suspense>
        </ErrorBoundary>
      </div>
    </section>
  );
}

/** Runs the cell, or cancels it while it runs. */
function RunButton({ cell, status, title }: { cell: CellType; status: CellRuntime['status']; title: string }) {
  const actions = useActions();
  if (status === 'running' && cell.id !== 'model') {
    if (cell.endsItself) return null;
    return (
      <button type="button" className="button" onClick={() => actions.cancel(cell.id)} aria-label={`Cancel ${title}`}>
        Cancel
      </button>
    );
  }
  return (
    <button
      type="button"
      className="button"
      data-run
      onClick={() => actions.perform(() => actions.run(cell.id))}
      disabled={status === 'queued'}
      aria-label={`Run ${title}`}
      title="Ctrl+Enter"
    >
      <svg width="9" height="10" viewBox="0 0 9 10" aria-hidden="true">
        <path d="M0 0l9 5-9 5z" fill="currentColor" />
      </svg>
      Run
    </button>
  );
}

function Status({ runtime }: { runtime: CellRuntime }) {
  const { status, progress, seconds } = runtime;
  const share = progress?.share;
  const text =
    status === 'running' && progress?.text
      ? progress.text
      : status === 'done' && seconds !== null && seconds >= 0.1
        ? `done in ${duration(seconds)}`
        : STATUS[status];
  return (
    <div className={styles.status} data-status={status}>
      <span className={styles.dot} aria-hidden="true" />
      <span className={styles.statusText}>{text}</span>
      {status === 'running' && (
        <progress
          className={styles.progress}
          aria-label="Progress"
          {...(share === null || share === undefined ? {} : { value: share, max: 1 })}
        />
      )}
    </div>
  );
}
