import { saveFile } from '../ui/save';
import { useActions, useNotebookState } from './context';
import styles from './Notices.module.css';

/** What the page has to say wherever one has scrolled to: what failed, and what is said once. */
export function Notices() {
  const actions = useActions();
  const notices = useNotebookState((state) => state.notices);
  return (
    <section className={styles.notices} aria-label="Messages" aria-live="polite">
      {notices.map(({ id, kind, text, file }) => (
        <div key={id} className={styles.notice} data-kind={kind} role={kind === 'problem' ? 'alert' : undefined}>
          <p>{text}</p>
          <div className={styles.buttons}>
            {file && (
              <>
                <button
                  type="button"
                  className="button"
                  onClick={() => saveFile(new Blob([file.text], { type: 'application/json' }), file.name)}
                >
                  Save as a file
                </button>
                <button
                  type="button"
                  className="button quiet"
                  onClick={() => {
                    file.discard();
                    actions.dismissNotice(id);
                  }}
                >
                  Delete
                </button>
              </>
            )}
            <button type="button" className="button quiet" onClick={() => actions.dismissNotice(id)}>
              Dismiss
            </button>
          </div>
        </div>
      ))}
    </section>
  );
}
