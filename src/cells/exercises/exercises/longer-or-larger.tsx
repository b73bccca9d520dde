import { useState } from 'react';
import { typingProblem } from '../../../models/option';
import { useNotebookState } from '../../../notebook/context';
import { Switch } from '../../../ui/Switch';
import type { Exercise, ExerciseFacts } from '../exercise';
import { Sweep } from '../Sweep';
import styles from '../View.module.css';

/** Times the value that the model has. */
const FACTORS = { epochs: [0.5, 1, 2, 4], batchSize: [0.25, 0.5, 1, 2] } as const;
const TITLES = { epochs: 'Epochs', batchSize: 'Batch sizes' } as const;

export const exercise: Exercise = {
  id: 'longer-or-larger',
  order: 1,
  title: () => 'Longer, or larger batches?',
  from: 'Wellcome, exercise 1; goodbooks’ hint of more epochs',
  question: () =>
    'Train for longer, or with another batch size. How does this affect the loss, and the quality of the predictions? Watch for the point from which the loss still falls but the held-out pairs are predicted no better.',
  missing: () => null,
  View: LongerOrLarger,
};

function LongerOrLarger({ facts: { preset, summary } }: { facts: ExerciseFacts }) {
  const [vary, setVary] = useState<'epochs' | 'batchSize'>('epochs');
  const own = useNotebookState(({ notebook }) => notebook.model.options[vary]);
  const busy = useNotebookState((state) => state.exercise?.id === exercise.id);
  const option = preset.options.find(({ id }) => id === vary);
  const now = typeof own === 'number' ? own : ((option?.default as number | undefined) ?? 10);
  return (
    <>
      <div className={styles.controls}>
        <Switch
          label="Vary"
          value={vary}
          choices={[
            { value: 'epochs', title: 'Longer' },
            { value: 'batchSize', title: 'Larger batches' },
          ]}
          onChange={setVary}
          disabled={busy}
        />
      </div>
      <Sweep
        key={`${preset.id} ${vary}`}
        id={exercise.id}
        summary={summary}
        what={TITLES[vary]}
        divider=","
        begin={FACTORS[vary].map((factor) => Math.max(1, Math.round(factor * now))).join(', ')}
        plan={(value) => ({ [vary]: Number(value) })}
        problem={(value) => (option?.kind === 'number' ? typingProblem(option, value) : null)}
      />
    </>
  );
}
