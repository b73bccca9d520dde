import { useState } from 'react';
import type { Mapping } from '../../../data/mapping';
import { shownText } from '../../../data/shown-text';
import { article } from '../../../data/words';
import type { BeforeAfter } from '../../../notebook/actions/exercise-actions';
import { useActions, useNotebookState, useRoles } from '../../../notebook/context';
import { count } from '../../../notebook/format';
import { sharedNeighbours } from '../checks';
import type { Exercise, ExerciseFacts } from '../exercise';
import { Check, Start, TwoLists } from '../parts';
import { useExercise } from '../useExercise';
import styles from '../View.module.css';

export const exercise: Exercise = {
  id: 'other-links',
  order: 6,
  title: () => 'Learn from another list',
  from: 'Wikipedia, other projects: embeddings from the external links',
  question: ({ row }) =>
    `The file holds other lists for each ${row.one}. Do they put the same ${row.many} side by side? This reads the file again with the other list, and the notebook runs again.`,
  missing: (facts) => (listsOf(facts).length > 0 ? null : 'a JSON file whose records hold several lists'),
  View: OtherLinks,
};

function listsOf({ dataset: { mapping, inspection } }: ExerciseFacts) {
  if (mapping.format !== 'json') return [];
  return (inspection?.lists ?? []).filter(({ path, count: found }) => path !== mapping.list && found > 1);
}

function OtherLinks({ facts }: { facts: ExerciseFacts }) {
  const actions = useActions();
  const roles = useRoles();
  const run = useExercise(exercise.id);
  const entity = useNotebookState((state) => state.entity);
  const trained = useNotebookState(({ outputs }) => outputs.training !== null);
  const [chosen, setChosen] = useState(0);
  const [found, setFound] = useState<(BeforeAfter & { mapping: Mapping; lists: [string, string] }) | null>(null);
  const { mapping, files } = facts.dataset;
  const lists = listsOf(facts);
  const list = lists[Math.min(chosen, lists.length - 1)];
  const start = () => {
    if (mapping.format !== 'json' || !list) return;
    setFound(null);
    run.start(async () => {
      const compared = await actions.beforeAfter(exercise.id, () =>
        actions.chooseRoles(files, { ...mapping, list: list.path }),
      );
      setFound({ ...compared, mapping, lists: [mapping.list, list.path] });
    });
  };
  const row = entity?.side === 'row' ? entity : null;
  return (
    <div>
      {list && (
        <div className={styles.controls}>
          <label>
            Learn from{' '}
            <select className="field" value={chosen} onChange={(event) => setChosen(Number(event.target.value))}>
              {lists.map(({ path, count: items }, i) => (
                <option key={path} value={i}>
                  {shownText(path)} ({count(items)} at the beginning of the file)
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
      <Start run={run} label="Read and compare" disabled={!row || !trained || !list} onStart={start}>
        <span className={styles.hint}>
          {row ? `neighbours of “${row.label}”` : `select ${article(roles.row.one)} first`}
        </span>
        {found && mapping !== found.mapping && (
          <button
            type="button"
            className="button"
            disabled={run.busy}
            onClick={() => run.start(() => actions.chooseRoles(files, found.mapping))}
          >
            Back to {found.lists[0]}
          </button>
        )}
      </Start>
      {found?.after && (
        <TwoLists
          side={found.side}
          lists={[
            { title: `from ${found.lists[0]}`, entries: found.before },
            { title: `from ${found.lists[1]}`, entries: found.after },
          ]}
        />
      )}
      <Check
        verdict={
          found?.after
            ? {
                state: 'right',
                text: `Of ${found.before.length} neighbours of “${found.label}”, ${sharedNeighbours(found.before, found.after)} are the same.`,
              }
            : {
                state: 'open',
                text: found
                  ? `“${found.label}” has nothing in that list: select another.`
                  : 'Are the neighbours the same?',
              }
        }
      />
    </div>
  );
}
