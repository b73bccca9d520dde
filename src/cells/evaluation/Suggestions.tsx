import { useRef, useState } from 'react';
import { messageOf } from '../../errors';
import { useActions, useRoles } from '../../notebook/context';
import { Switch } from '../../ui/Switch';
import { saveFile } from '../../ui/save';
import styles from './View.module.css';

/** The lists themselves, as a file: a line for each suggestion. */
export function Suggestions({ k, tested }: { k: number; tested: boolean }) {
  const actions = useActions();
  const roles = useRoles();
  const [rows, setRows] = useState<'tested' | 'all'>(tested ? 'tested' : 'all');
  const [share, setShare] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const call = useRef<AbortController | null>(null);
  const save = async () => {
    const controller = new AbortController();
    call.current = controller;
    setShare(0);
    setProblem(null);
    try {
      const file = await actions.exportPredictions(
        { k, rows: tested ? rows : 'all' },
        { signal: controller.signal, onProgress: (progress) => setShare(progress.share) },
      );
      const words = `${roles.row.many}-${roles.column.many}`.replaceAll(/[^\p{L}\d]+/gu, '-');
      saveFile(file, `cofactor-suggestions-${words}.csv`);
    } catch (error) {
      if (!controller.signal.aborted) setProblem(messageOf(error));
    } finally {
      setShare(null);
    }
  };
  return (
    <div className={styles.save}>
      <button type="button" className="button" disabled={share !== null} onClick={() => void save()}>
        Save all suggestions (CSV)
      </button>
      {tested && (
        <Switch
          label="Suggestions for"
          value={rows}
          choices={[
            { value: 'tested', title: `tested ${roles.row.many}` },
            { value: 'all', title: `all ${roles.row.many}` },
          ]}
          onChange={setRows}
        />
      )}
      {share !== null && (
        <>
          <progress value={share} max={1} aria-label="Suggestions written" />
          <button type="button" className="button quiet" onClick={() => call.current?.abort()}>
            Cancel
          </button>
        </>
      )}
      {problem && <p role="alert">{problem}</p>}
    </div>
  );
}
