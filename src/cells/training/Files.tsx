import { useRef, useState } from 'react';
import { messageOf } from '../../errors';
import { useActions, useNotebookState } from '../../notebook/context';
import { saveFile } from '../../ui/save';
import styles from './View.module.css';

/** The model as a file, and back. */
export function Files() {
  const actions = useActions();
  const report = useNotebookState(({ outputs }) => outputs.training);
  const runtime = useNotebookState(({ runtimes }) => runtimes.training);
  const data = useNotebookState(({ outputs }) => outputs.dataset !== null);
  const paused = useNotebookState((state) => state.paused);
  const asked = useNotebookState(({ log }) => log?.asked);
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const training = runtime.status === 'running';
  const work = async (what: () => Promise<void>) => {
    setProblem(null);
    try {
      await what();
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  const save = async () => {
    setBusy(true);
    try {
      // A run that is paused has no number yet.
      const name = training ? `${asked?.preset}-paused` : `${report?.preset}-run-${report?.run}`;
      saveFile(await actions.exportModel(), `cofactor-${name}.safetensors`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={styles.files}>
      <button
        type="button"
        className="button"
        disabled={busy || (training ? !paused : !runtime.hasOutput || !report)}
        onClick={() => void work(save)}
      >
        Save the model
      </button>
      <button type="button" className="button" disabled={training || !data} onClick={() => input.current?.click()}>
        Open a model
      </button>
      <input
        ref={input}
        type="file"
        accept=".safetensors"
        hidden
        data-open-model
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          // The same file can be chosen again.
          event.target.value = '';
          if (file) void work(() => actions.openModel(file));
        }}
      />
      <span className={styles.text}>One safetensors file, for the same data.</span>
      {problem && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
