import { presetById } from '../../models/registry';
import { useNotebookState, useRoles } from '../../notebook/context';
import { capital } from '../../notebook/format';
import { type ExerciseFacts, exercises } from './exercise';
import styles from './View.module.css';

/** The exercises that data and model allow, each a card; below them what the others would need. */
export default function ExercisesView() {
  const roles = useRoles();
  const dataset = useNotebookState(({ outputs }) => outputs.dataset);
  const presetId = useNotebookState(({ notebook }) => notebook.model.preset);
  const shown = useNotebookState(({ exercise }) => exercise?.id);
  if (!dataset) return <p className={styles.hint}>Nothing is loaded yet.</p>;
  const facts: ExerciseFacts = { dataset, summary: dataset.summary, preset: presetById(presetId) };
  const lacking = exercises.map((exercise) => ({ exercise, missing: exercise.missing(facts) }));
  // An exercise may change the model while it runs; its card stays.
  const open = lacking.filter(({ exercise, missing }) => missing === null || exercise.id === shown);
  const closed = lacking.filter((one) => !open.includes(one));
  return (
    <div>
      {open.map(({ exercise: { id, title, from, question, View } }) => (
        <details key={id} className={styles.card} data-exercise={id}>
          <summary>
            <h3>{title(roles)}</h3>
            <small>{from}</small>
          </summary>
          <div className={styles.inside}>
            <p className={styles.question}>{question(roles)}</p>
            <View facts={facts} />
          </div>
        </details>
      ))}
      {closed.length > 0 && (
        <ul className={styles.closed}>
          {closed.map(({ exercise: { id, title }, missing }) => (
            <li key={id} data-closed={id}>
              “{capital(title(roles))}” needs {missing}.
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
