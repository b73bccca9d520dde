import { useState } from 'react';
import { article } from '../../../data/words';
import type { Trial } from '../../../notebook/actions/exercise-actions';
import { useActions, useRoles } from '../../../notebook/context';
import { fixed } from '../../../notebook/format';
import { fillRoles } from '../../../notebook/prose';
import { checkTrust, estimateOf } from '../checks';
import type { Exercise } from '../exercise';
import { Check, Start } from '../parts';
import { useExercise } from '../useExercise';
import styles from '../View.module.css';

const PRESET = 'two-tower';
const AS_IN_TUTORIAL = 'as in the tutorial';
const METRICS = ['ndcg', 'hit', 'coverage', 'recall'] as const;
const TITLES = { ndcg: 'NDCG', hit: 'hit rate', coverage: 'coverage', recall: 'recall' } as const;

export const exercise: Exercise = {
  id: 'seen-or-not',
  order: 7,
  title: () => 'Seen or not seen?',
  from: 'Two towers: the tutorial trains on its test set',
  question: ({ row, column }) =>
    `The tutorial’s loader for training reads the test set, and lists may show what ${article(row.one)} has already. Train the two towers in that way, and in the right way. Which of the two measurements shows how well ${column.many} are predicted that ${article(row.one)} does not have yet?`,
  missing: () => null,
  View: SeenOrNot,
};

function SeenOrNot() {
  const actions = useActions();
  const roles = useRoles();
  const run = useExercise(exercise.id);
  const [trials, setTrials] = useState<readonly Trial[]>([]);
  const [pick, setPick] = useState<'tutorial' | 'right' | null>(null);
  const [tutorial, right] = [AS_IN_TUTORIAL, 'put right'].map((name) => trials.find((trial) => trial.name === name));
  const start = () => {
    setTrials([]);
    setPick(null);
    const wrong = { leak: true, seenItems: true, keepFalseNegatives: true };
    const plans = [
      { name: AS_IN_TUTORIAL, preset: PRESET, options: wrong },
      { name: 'put right', preset: PRESET, options: { leak: false, seenItems: false, keepFalseNegatives: false } },
    ];
    run.start(() => actions.trials(exercise.id, plans, (trial) => setTrials((before) => [...before, trial])));
  };
  return (
    <div>
      <Start run={run} label="Train both" onStart={start} />
      {trials.length > 0 && (
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">two towers</th>
                {METRICS.map((metric) => (
                  <th key={metric} scope="col">
                    {TITLES[metric]}
                  </th>
                ))}
                <th scope="col">recall of Popular</th>
              </tr>
            </thead>
            <tbody>
              {trials.map(({ name, report, evaluation }) => (
                <tr key={report.run} data-trial={name}>
                  <th scope="row">{name}</th>
                  {METRICS.map((metric) => (
                    <td key={metric} data-metric={metric}>
                      {text(evaluation?.model.ranking?.[metric])}
                    </td>
                  ))}
                  <td>{text(evaluation?.baselines.find(({ id }) => id === 'popular')?.ranking?.recall)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {trials.map(({ name, evaluation }) =>
        evaluation && evaluation.leaks.length > 0 ? (
          <div key={name}>
            <p className={styles.hint}>Warnings, {name}:</p>
            <ul className={styles.leaks} data-leaks={name}>
              {evaluation.leaks.map(({ text }) => (
                <li key={text}>{fillRoles(text, roles)}</li>
              ))}
            </ul>
          </div>
        ) : null,
      )}
      {tutorial && right && (
        <fieldset className={styles.choices}>
          <legend>I would expect for new pairs what was measured</legend>
          {(['tutorial', 'right'] as const).map((value) => (
            <label key={value}>
              <input type="radio" checked={pick === value} onChange={() => setPick(value)} />
              {value === 'tutorial' ? AS_IN_TUTORIAL : 'put right'}
            </label>
          ))}
        </fieldset>
      )}
      <Check
        verdict={checkTrust(pick, estimateOf(tutorial?.evaluation ?? null), estimateOf(right?.evaluation ?? null))}
      />
    </div>
  );
}

function text(value: number | undefined): string {
  return value === undefined ? '–' : fixed(value, 3);
}
