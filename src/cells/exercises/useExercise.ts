import { useState } from 'react';
import { isAbort, messageOf } from '../../errors';
import { useNotebookState } from '../../notebook/context';

/** The state of one exercise on the page. */
export interface ExerciseRun {
  readonly running: boolean;
  /** True while anything runs that an exercise would disturb. */
  readonly busy: boolean;
  readonly text: string;
  readonly share: number | null;
  readonly error: string | null;
  /** Starts the work and keeps what goes wrong; cancelling is no failure. */
  start(work: () => Promise<unknown>): void;
}

export function useExercise(id: string): ExerciseRun {
  const under = useNotebookState(({ exercise }) => exercise);
  const busy = useNotebookState(
    ({ exercise, runtimes }) =>
      exercise !== null || Object.values(runtimes).some(({ status }) => status === 'running' || status === 'queued'),
  );
  const [error, setError] = useState<string | null>(null);
  const running = under?.id === id;
  return {
    running,
    busy,
    text: running ? under.text : '',
    share: running ? under.share : null,
    error,
    start(work) {
      setError(null);
      work().catch((failure: unknown) => {
        if (!isAbort(failure)) setError(messageOf(failure));
      });
    },
  };
}
