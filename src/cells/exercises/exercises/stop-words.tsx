import { useState } from 'react';
import type { Cleaning } from '../../../data/clean';
import { article } from '../../../data/words';
import type { BeforeAfter } from '../../../notebook/actions/exercise-actions';
import { useActions, useNotebookState, useRoles } from '../../../notebook/context';
import { capital, count } from '../../../notebook/format';
import { sharedNeighbours } from '../checks';
import type { Exercise, ExerciseFacts } from '../exercise';
import { Check, Start, TwoLists } from '../parts';
import { useExercise } from '../useExercise';
import styles from '../View.module.css';

const SHOWN = 12;
const CHOSEN = 3;

export const exercise: Exercise = {
  id: 'stop-words',
  order: 5,
  title: ({ column }) => `Stop-words among the ${column.many}`,
  from: 'Wikipedia: “this action alone significantly improves the recommendations”',
  question: ({ row, column }) =>
    `${capital(article(column.one))} that very many ${row.many} have says little about any of them, as “paperback” says little about a book. Take the most frequent ones away, and compare the neighbours of the selected entry before and after. This changes the data: the notebook runs again without them, until you put them back.`,
  missing: ({ summary }) => (summary.mostLinked.length > CHOSEN ? null : 'more columns'),
  View: StopWords,
};

function StopWords({ facts: { summary } }: { facts: ExerciseFacts }) {
  const actions = useActions();
  const roles = useRoles();
  const run = useExercise(exercise.id);
  const entity = useNotebookState((state) => state.entity);
  const trained = useNotebookState(({ outputs }) => outputs.training !== null);
  const frequent = summary.mostLinked.slice(0, SHOWN);
  // Ticks belong to the list that they were made in: taken away, it is another.
  const list = JSON.stringify(frequent.map(({ id }) => id));
  const [ticked, setTicked] = useState<{ list: string; ids: ReadonlySet<string> } | null>(null);
  const chosen = ticked?.list === list ? ticked.ids : new Set(frequent.slice(0, CHOSEN).map(({ id }) => id));
  const [found, setFound] = useState<(BeforeAfter & { recipe: Cleaning; taken: number }) | null>(null);
  const stop = frequent.filter(({ id }) => chosen.has(id)).map(({ id }) => id);
  const cleaned = found !== null && summary.cleaning !== found.recipe;
  const start = () => {
    setFound(null);
    const recipe = summary.cleaning;
    run.start(async () => {
      const compared = await actions.beforeAfter(exercise.id, () =>
        actions.clean({ ...recipe, stopColumns: [...recipe.stopColumns, ...stop] }),
      );
      setFound({ ...compared, recipe, taken: stop.length });
    });
  };
  const shared = found?.after ? sharedNeighbours(found.before, found.after) : 0;
  return (
    <div>
      <fieldset className={styles.choices} disabled={run.running}>
        <legend>The most frequent {roles.column.many}</legend>
        {frequent.map(({ id, label, degree }) => (
          <label key={id}>
            <input
              type="checkbox"
              checked={chosen.has(id)}
              onChange={(event) => {
                const next = new Set(chosen);
                if (event.target.checked) next.add(id);
                else next.delete(id);
                setTicked({ list, ids: next });
              }}
            />
            <span dir="auto">{label}</span>
            <small>{count(degree)}</small>
          </label>
        ))}
      </fieldset>
      <Start
        run={run}
        label={stop.length === 0 ? 'Take some away and compare' : `Take away ${stop.length} and compare`}
        disabled={stop.length === 0 || !entity || !trained}
        onStart={start}
      >
        <span className={styles.hint}>
          {entity ? `neighbours of ${roles[entity.side].one} “${entity.label}”` : 'select an entry above first'}
        </span>
        {cleaned && (
          <button
            type="button"
            className="button"
            disabled={run.busy}
            onClick={() => run.start(() => actions.clean(found.recipe))}
          >
            Put them back
          </button>
        )}
      </Start>
      {found && (
        <>
          <p className={styles.hint}>
            Neighbours of “{found.label}”. What is in one list only is marked.
            {found.after === null && ' It has no pair left: select another and try again.'}
          </p>
          {found.after && (
            <TwoLists
              side={found.side}
              lists={[
                { title: 'before', entries: found.before },
                { title: 'after', entries: found.after },
              ]}
            />
          )}
        </>
      )}
      <Check
        verdict={
          found?.after
            ? {
                state: 'right',
                text: `Without ${count(found.taken)} ${found.taken === 1 ? roles.column.one : roles.column.many}, ${shared} of ${found.before.length} neighbours stayed. Which list would you rather be recommended?`,
              }
            : { state: 'open', text: 'Which neighbours stay?' }
        }
      />
    </div>
  );
}
