import { useEffect, useRef, useState } from 'react';
import { messageOf } from '../errors';

export interface Answer<T> {
  readonly value: T | null;
  readonly error: string | null;
}

/**
 * The answer to a question asked anew when `keys`, which say what it depends on, change. Late answers
 * to older questions are dropped; the old answer stays until the new one comes.
 */
export function useAnswer<T>(
  ask: () => Promise<T> | null,
  keys: readonly (string | number | boolean | null | undefined)[],
): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ value: null, error: null });
  const latest = useRef(ask);
  latest.current = ask;
  const key = JSON.stringify(keys);
  const asked = useRef('');
  useEffect(() => {
    asked.current = key;
    const update = (next: Answer<T>) => {
      if (asked.current === key) setAnswer(next);
    };
    latest.current()?.then(
      (value) => update({ value, error: null }),
      (error: unknown) => update({ value: null, error: messageOf(error) }),
    );
    return () => {
      asked.current = '';
    };
  }, [key]);
  return answer;
}
