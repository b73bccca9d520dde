import { useEffect, useState } from 'react';
import { DropZone } from '../ui/DropZone';
import { useDialog } from '../ui/useDialog';
import { Announcer } from './Announcer';
import { CellFrame } from './CellFrame';
import { useActions, useNotebook, useNotebookState, useRoles } from './context';
import { DeviceMenu } from './DeviceMenu';
import { ExamplesMenu, Opening } from './Examples';
import { Help } from './Help';
import { cellInView, useNotebookKeys } from './keyboard';
import styles from './Notebook.module.css';
import { Notices } from './Notices';

/** The page: header, outline, and one column of cells. */
export function Notebook() {
  const { graph } = useNotebook();
  const actions = useActions();
  const help = useDialog();
  const failure = useNotebookState((state) => state.failure);
  useNotebookKeys(help.show);
  useTheme();
  useLeaveWarning();
  useEffect(() => actions.usable(), [actions]);
  return (
    <DropZone onFiles={(files) => actions.perform(() => actions.open(files))}>
      <a className={styles.skip} href="#cell-dataset">
        Skip to the notebook
      </a>
      <Header showHelp={help.show} />
      <div className={styles.page}>
        <Outline />
        <main className={styles.column}>
          <Opening>
            <div className={styles.opening}>
              <h1>Which subjects does this work miss?</h1>
              <p>
                Drop a catalogue on this page. A small model learns, on your own machine, which works share which
                subjects. It then suggests what to add, and you can explore what it has learned. Nothing leaves this
                machine.
              </p>
            </div>
          </Opening>
          {failure && (
            <div className={styles.failure} role="alert">
              <p>
                {failure} What you see stays, but the data and the runs behind it are gone. Start again reads the data
                and trains the model anew.
              </p>
              <button type="button" className="button" onClick={() => actions.perform(actions.recover)}>
                Start again
              </button>
            </div>
          )}
          {graph.cells.map((cell, i) => (
            <CellFrame key={cell.id} cell={cell} number={i + 1} />
          ))}
          <footer className={styles.footer}>
            Cofactor is free software under the MIT licence. No server, no account, no tracking.
          </footer>
        </main>
      </div>
      <Notices />
      <Announcer />
      <Help dialog={help} />
    </DropZone>
  );
}

function Header({ showHelp }: { showHelp: () => void }) {
  const actions = useActions();
  const name = useNotebookState(({ outputs }) => outputs.dataset?.summary.name);
  const sample = useNotebookState(({ outputs }) => outputs.dataset?.sample ?? false);
  const stale = useNotebookState(
    ({ runtimes }) => Object.values(runtimes).filter(({ status }) => status === 'stale').length,
  );
  const theme = useNotebookState(({ notebook }) => notebook.theme);
  return (
    <header className={styles.header}>
      <a className={styles.brand} href="#cell-dataset" aria-label="Cofactor, to the top">
        <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
          <g fill="currentColor">
            <circle cx="8" cy="8" r="4.4" />
            <circle cx="23" cy="12" r="4.4" opacity=".55" />
            <circle cx="12" cy="23" r="4.4" opacity=".8" />
            <circle cx="25" cy="25" r="2.6" opacity=".4" />
          </g>
        </svg>
        Cofactor
      </a>
      <span className={styles.file}>{sample ? 'Sample: icons and their tags' : name}</span>
      <div className={styles.tools}>
        <ExamplesMenu />
        <button type="button" className="button quiet" onClick={() => actions.perform(actions.runAll)}>
          Run all
        </button>
        <button
          type="button"
          className="button quiet"
          disabled={stale === 0}
          onClick={() => actions.perform(actions.runStale)}
        >
          Run stale{stale > 0 ? ` (${stale})` : ''}
        </button>
        <DeviceMenu />
        <button
          type="button"
          className="button quiet"
          aria-label={`Colours: ${theme}. Change`}
          title={`Colours: ${theme}`}
          onClick={() => actions.setTheme(theme === 'system' ? 'light' : theme === 'light' ? 'dark' : 'system')}
        >
          {theme === 'system' ? '◐' : theme === 'light' ? '○' : '●'}
        </button>
        <button type="button" className="button quiet" aria-label="Help" title="Help" onClick={showHelp}>
          ?
        </button>
      </div>
    </header>
  );
}

function Outline() {
  const { graph } = useNotebook();
  const runtimes = useNotebookState((state) => state.runtimes);
  const exercising = useNotebookState(({ exercise }) => exercise !== null);
  const roles = useRoles();
  const active = useCellInView(graph.ids);
  return (
    <nav className={styles.outline} aria-label="Outline">
      <ol>
        {graph.cells.map((cell) => (
          <li key={cell.id}>
            <a
              href={`#cell-${cell.id}`}
              aria-current={active === cell.id ? 'location' : undefined}
              // A cell without a run of its own is never done.
              data-status={cell.manualRun ? exercising && 'running' : runtimes[cell.id].status}
            >
              {cell.title(roles)}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** The cell that is being read; follows the scroll. */
function useCellInView(ids: readonly string[]): string {
  const [current, setCurrent] = useState(ids[0]);
  useEffect(() => {
    let waiting = 0;
    const look = () => {
      waiting = 0;
      setCurrent(cellInView(ids) ?? ids[0]);
    };
    const onScroll = () => {
      waiting ||= requestAnimationFrame(look);
    };
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      window.removeEventListener('scroll', onScroll);
      cancelAnimationFrame(waiting);
    };
  }, [ids]);
  return current;
}

/** Sets the colours on the root: the system's, or the ones chosen. */
function useTheme(): void {
  const theme = useNotebookState(({ notebook }) => notebook.theme);
  useEffect(() => {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const apply = () => {
      const dark = theme === 'dark' || (theme === 'system' && system.matches);
      document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    };
    apply();
    system.addEventListener('change', apply);
    return () => system.removeEventListener('change', apply);
  }, [theme]);
}

/** Asks before a training run is thrown away. */
function useLeaveWarning(): void {
  const training = useNotebookState(({ runtimes }) => runtimes.training?.status === 'running');
  useEffect(() => {
    if (!training) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [training]);
}
