import { useState } from 'react';
import type { Trial } from '../../../notebook/actions/exercise-actions';
import { useActions, useRoles } from '../../../notebook/context';
import { count, fixed } from '../../../notebook/format';
import { checkFeatures, estimateOf, popularRecall } from '../checks';
import { type Exercise, type ExerciseFacts, hasOption } from '../exercise';
import { Check, Start, TrialTable } from '../parts';
import { useExercise } from '../useExercise';
import styles from '../View.module.css';

const WITHOUT = 'without metadata';
const WITH = 'with metadata';

export const exercise: Exercise = {
  id: 'prior-information',
  order: 4,
  title: () => 'Prior information',
  from: 'Wellcome, exercise 3; the two towers’ room for features',
  question: ({ row, column }) =>
    `Can the model learn from more than the pairs? Here all pairs of some ${row.many} are kept from training, so that metadata is all the model has when it ranks ${column.many} for these ${row.many}.`,
  missing: ({ preset, summary }) => {
    if (summary.rowFeatures === 0) return `metadata of ${summary.roles.row.many} with categories or numbers`;
    const can = preset.learns === 'pairs' && hasOption(preset, 'rowFeatures') && hasOption(preset, 'holdOutMethod');
    return can ? null : 'a model of pairs that can use metadata, such as “Cofactor default”';
  },
  View: PriorInformation,
};

function PriorInformation({ facts: { summary } }: { facts: ExerciseFacts }) {
  const actions = useActions();
  const roles = useRoles();
  const run = useExercise(exercise.id);
  const [trials, setTrials] = useState<readonly Trial[]>([]);
  const start = () => {
    setTrials([]);
    // Rows that training never saw are what is asked about: they must not be left out of the test.
    const cold = { holdOutMethod: 'cold', holdOutCold: 'keep' };
    const plans = [
      { name: WITHOUT, options: { ...cold, rowFeatures: false } },
      { name: WITH, options: { ...cold, rowFeatures: true } },
    ];
    run.start(() => actions.trials(exercise.id, plans, (trial) => setTrials((before) => [...before, trial])));
  };
  const of = (name: string) => trials.find((trial) => trial.name === name)?.evaluation ?? null;
  const popular = popularRecall((of(WITH) ?? of(WITHOUT))?.baselines);
  return (
    <div>
      <Start run={run} label="Train twice" onStart={start}>
        <span className={styles.hint}>
          {count(summary.rowFeatures)} features of {roles.row.many}
        </span>
      </Start>
      {trials.length > 0 && <TrialTable what="model" trials={trials} />}
      {popular !== null && (
        <p className={styles.hint}>
          Popular, which shows everyone the same, finds {fixed(popular, 3)} of the pairs of {roles.row.many} never seen.
        </p>
      )}
      <Check verdict={checkFeatures(estimateOf(of(WITH)), estimateOf(of(WITHOUT)), popular)} />
    </div>
  );
}
