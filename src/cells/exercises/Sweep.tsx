import { useId, useState } from 'react';
import type { DatasetSummary } from '../../data/summary';
import type { OptionValues } from '../../models/option';
import type { Trial } from '../../notebook/actions/exercise-actions';
import { useActions, useNotebookState } from '../../notebook/context';
import { duration } from '../../notebook/format';
import { checkPick, estimateOf } from './checks';
import { Check, Start, TrialPlot, TrialTable } from './parts';
import { useExercise } from './useExercise';
import styles from './View.module.css';

/** Runs at once: more take long and add little. */
const MAX_TRIALS = 8;

interface SweepProps {
  id: string;
  summary: DatasetSummary;
  /** What is varied, for the form and the table. */
  what: string;
  /** Divides the values in the form. */
  divider: ',' | ';';
  begin: string;
  /** Options for a value. */
  plan: (value: string) => OptionValues;
  /** What is wrong with a value, or null. */
  problem: (value: string) => string | null;
}

/** One option at several values: a model for each, side by side, and the question which to keep. */
export function Sweep({ id, summary, what, divider, begin, plan, problem }: SweepProps) {
  const actions = useActions();
  const run = useExercise(id);
  const last = useNotebookState(({ outputs }) => outputs.training?.seconds ?? null);
  const [text, setText] = useState(begin);
  const [found, setFound] = useState<{ summary: DatasetSummary; what: string; trials: readonly Trial[] } | null>(null);
  const [pick, setPick] = useState<number | null>(null);
  const field = useId();
  const values = [
    ...new Set(
      text
        .split(divider)
        .map((value) => value.trim())
        .filter((value) => value !== ''),
    ),
  ];
  const wrong =
    values.length > MAX_TRIALS
      ? `Expected at most ${MAX_TRIALS} values, found ${values.length}.`
      : (values.map(problem).find((one) => one !== null) ?? null);
  const start = () => {
    setFound({ summary, what, trials: [] });
    setPick(null);
    const plans = values.map((value) => ({ name: value, options: plan(value) }));
    run.start(() =>
      actions.trials(id, plans, (trial) =>
        setFound((before) => before && { ...before, trials: [...before.trials, trial] }),
      ),
    );
  };
  const trials = found?.trials ?? [];
  return (
    <div>
      <div className={styles.controls}>
        <label htmlFor={field}>{what}</label>
        <input
          id={field}
          className="field"
          value={text}
          maxLength={120}
          disabled={run.running}
          aria-invalid={wrong !== null}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      {wrong && <p className={styles.problem}>{wrong}</p>}
      <Start
        run={run}
        label={values.length === 1 ? 'Train one model' : `Train ${values.length} models`}
        disabled={wrong !== null || values.length === 0}
        onStart={start}
      >
        {last !== null && <span className={styles.hint}>the last run took {duration(last)}</span>}
      </Start>
      {found && trials.length > 0 && (
        <>
          {found.summary !== summary && <p className={styles.hint}>Measured on the data as it was before.</p>}
          <TrialTable what={found.what} trials={trials} pick={pick} onPick={setPick} />
          {trials.length > 1 && <TrialPlot what={found.what} trials={trials} fileName={`cofactor-${id}`} />}
        </>
      )}
      <Check
        verdict={checkPick(
          trials.map(({ name, evaluation, report }) => ({
            name,
            estimate: estimateOf(evaluation),
            seconds: report.seconds,
          })),
          pick,
        )}
      />
    </div>
  );
}
