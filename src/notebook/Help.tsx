import type { useDialog } from '../ui/useDialog';
import styles from './Help.module.css';
import { KEYS } from './keyboard';

/** What the page does, what can be dropped on it, and its keys. */
export function Help({ dialog }: { dialog: ReturnType<typeof useDialog> }) {
  if (!dialog.isOpen) return null;
  return (
    <dialog {...dialog.props} className={styles.help} aria-labelledby="help-title">
      <header>
        <h2 id="help-title">Help</h2>
        <button type="button" className="button" onClick={dialog.close}>
          Close
        </button>
      </header>
      <h3>What this page does</h3>
      <p>
        It learns from which works have which subjects, or which users chose which items. It then suggests what is
        probably missing, finds what is alike, and draws a map of all of it. Run the cells from top to bottom; after a
        change, <em>Run stale</em> runs what depends on it.
      </p>
      <h3>Your own data</h3>
      <p>
        Drop a file anywhere on the page, paste one, or press <em>Open a file</em>. It can be plain or gzip:
      </p>
      <ul>
        <li>
          JSON lines or one JSON list, a work each with a list of subjects:
          <code>{'{"title": "On plague", "subjects": ["Plague", "Quarantine"]}'}</code>
        </li>
        <li>
          a CSV or TSV table with a pair on each line, and a rating and a time where you have them:
          <code>user,item,rating</code>
        </li>
        <li>
          several files together: ratings, and tables about their users and items, as MovieLens and goodbooks have
        </li>
      </ul>
      <p>Where the page cannot tell which field is which, it asks. Files that cannot be used change nothing.</p>
      <h3>Privacy</h3>
      <p>
        Your files are read in this tab and are sent nowhere. There is no server, no account and no tracking. The
        browser keeps a copy of up to 512 MB for a reload, where it may; <em>Back to the sample</em> deletes it.
      </p>
      <h3>Keys</h3>
      <dl>
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
