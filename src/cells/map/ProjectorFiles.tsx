import { useState } from 'react';
import { messageOf } from '../../errors';
import type { Axis } from '../../kernel/protocol';
import { useActions, useRoles } from '../../notebook/context';
import { saveFile } from '../../ui/save';
import styles from './View.module.css';

/** The embeddings of a side as the two files that the TensorFlow embedding projector reads. */
export function ProjectorFiles({ side }: { side: Axis }) {
  const actions = useActions();
  const { many } = useRoles()[side];
  const [metadata, setMetadata] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const save = async (file: 'vectors' | 'names') => {
    setBusy(true);
    setProblem(null);
    try {
      const name = `cofactor-${many.replaceAll(/[^\p{L}\d]+/gu, '-')}-${file}.tsv`;
      saveFile(await actions.exportProjector(side, file, metadata), name);
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={styles.files}>
      <span>All {many} for the TensorFlow projector</span>
      <button type="button" className="button" disabled={busy} onClick={() => void save('vectors')}>
        Vectors (TSV)
      </button>
      <button type="button" className="button" disabled={busy} onClick={() => void save('names')}>
        Names (TSV)
      </button>
      <label className={styles.check}>
        <input type="checkbox" checked={metadata} onChange={(event) => setMetadata(event.target.checked)} />
        names with ids and metadata
      </label>
      {problem && <p role="alert">{problem}</p>}
    </div>
  );
}
