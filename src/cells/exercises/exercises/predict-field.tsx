import { useState } from 'react';
import { shownText } from '../../../data/shown-text';
import type { Axis, KernelMethods } from '../../../kernel/protocol';
import { useActions, useNotebookState, useRoles } from '../../../notebook/context';
import { count } from '../../../notebook/format';
import { checkClassification } from '../checks';
import type { Exercise, ExerciseFacts } from '../exercise';
import { Check, Start } from '../parts';
import { useExercise } from '../useExercise';
import styles from '../View.module.css';

type Found = KernelMethods['classify']['result'] & {
  readonly run: number;
  readonly name: string;
  /** Whether the run learned from the metadata of that side. */
  readonly given: boolean;
};

/** Categories shown in the table. */
const SHOWN = 12;
const SEED = 1;

export const exercise: Exercise = {
  id: 'predict-field',
  order: 3,
  title: () => 'What do the vectors contain?',
  from: 'Wikipedia, other projects: predict genre, author or country; goodbooks, weights as features',
  question: ({ row, column }) =>
    `The model was given nothing but which ${row.one} has which ${column.one}. Can a field of the metadata, such as the genre, be predicted from the vectors? A simple classifier learns it from four fifths of them and is tested on the rest.`,
  missing: ({ summary }) => (fieldsOf(summary).length > 0 ? null : 'metadata with categories'),
  View: PredictField,
};

function fieldsOf({ rowFields, columnFields }: ExerciseFacts['summary']): { side: Axis; name: string }[] {
  const of = (side: Axis, fields: readonly { name: string; kind: string }[]) =>
    fields.filter(({ kind }) => kind === 'category').map(({ name }) => ({ side, name }));
  return [...of('row', rowFields), ...of('column', columnFields)];
}

function PredictField({ facts: { summary, preset } }: { facts: ExerciseFacts }) {
  const actions = useActions();
  const roles = useRoles();
  const run = useExercise(exercise.id);
  const training = useNotebookState(({ outputs }) => outputs.training);
  const fields = fieldsOf(summary);
  const [chosen, setChosen] = useState(0);
  const [found, setFound] = useState<Found | null>(null);
  const { side, name } = fields[Math.min(chosen, fields.length - 1)];
  // The run shown was trained with its own options, whatever the form says now.
  const given = training?.options[side === 'row' ? 'rowFeatures' : 'columnFeatures'] === true;
  const start = () => {
    setFound(null);
    run.start(async () => {
      const result = await actions.classify(exercise.id, { side, field: name, seed: SEED });
      setFound({ ...result, given, run: training?.run ?? 0, name: `${shownText(name)} of ${roles[side].many}` });
    });
  };
  return (
    <div>
      <div className={styles.controls}>
        <label>
          Predict{' '}
          <select className="field" value={chosen} onChange={(event) => setChosen(Number(event.target.value))}>
            {fields.map((field, i) => (
              <option key={`${field.side} ${field.name}`} value={i}>
                {shownText(field.name)} of {roles[field.side].many}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Start run={run} label="Train the classifier" disabled={!training} onStart={start}>
        {given && (
          <span className={styles.hint}>
            “{preset.title}” was given the metadata of {roles[side].many}: it may only repeat it.
          </span>
        )}
      </Start>
      {found && (
        <>
          {found.run !== training?.run && <p className={styles.hint}>Measured on the vectors of an earlier run.</p>}
          <div className={styles.scroll}>
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">{found.name}</th>
                  <th scope="col">learned from</th>
                  <th scope="col">tested</th>
                  <th scope="col">correct</th>
                  <th scope="col">predicted</th>
                </tr>
              </thead>
              <tbody>
                {found.perCategory.slice(0, SHOWN).map((category) => (
                  <tr key={category.name}>
                    <th scope="row" dir="auto">
                      {shownText(category.name)}
                    </th>
                    <td>{count(category.trained)}</td>
                    <td>{count(category.tested)}</td>
                    <td>{category.tested > 0 ? `${Math.round((100 * category.correct) / category.tested)} %` : '–'}</td>
                    <td>{count(category.predicted)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {found.perCategory.length > SHOWN && (
            <p className={styles.hint}>and {count(found.perCategory.length - SHOWN)} rarer categories</p>
          )}
        </>
      )}
      <Check
        verdict={
          found
            ? checkClassification(found)
            : { state: 'open', text: 'Does it beat always predicting the most frequent one?' }
        }
      />
    </div>
  );
}
