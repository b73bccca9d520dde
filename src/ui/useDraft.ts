import { type ChangeEvent, useEffect, useState } from 'react';
import { expectedText } from '../models/option';

interface DraftOptions<T> {
  /** What is used now. */
  readonly value: T;
  /** The value as the field shows it. */
  readonly show: (value: T) => string;
  /** The value of a text, or undefined where it has none that can be used. */
  readonly read: (text: string) => T | undefined;
  /** What can be used, in words: “a whole number from 1 to 512”. */
  readonly expected: string;
  /** The value in the words of a sentence, where the field shows it otherwise. */
  readonly format?: (value: T) => string;
  readonly onChange: (value: T) => void;
}

interface Draft {
  /** What was wrong with the text, and what is used instead; null where nothing was. */
  readonly problem: string | null;
  /** True once the field was left with a text that could not be used. */
  readonly refused: boolean;
  readonly field: {
    readonly value: string;
    readonly 'aria-invalid': boolean;
    readonly onChange: (event: ChangeEvent<HTMLInputElement>) => void;
    readonly onBlur: () => void;
  };
}

/** A text field whose text may be unusable for a while: the last value that could be used holds, and that is said. */
export function useDraft<T>({ value, show, read, expected, format = show, onChange }: DraftOptions<T>): Draft {
  const [text, setText] = useState(show(value));
  const [refusal, setRefusal] = useState<string | null>(null);
  // Another value may have come from elsewhere; what is being typed for this one stays.
  useEffect(() => {
    setText((before) => (Object.is(read(before), value) ? before : show(value)));
    setRefusal(null);
  }, [value]);
  const invalid = read(text) === undefined;
  const problem = invalid ? `${expectedText(expected, text)} ${format(value)} is used.` : refusal;
  return {
    problem,
    refused: refusal !== null,
    field: {
      value: text,
      'aria-invalid': invalid,
      onChange: ({ target }) => {
        setText(target.value);
        setRefusal(null);
        const next = read(target.value);
        if (next !== undefined && !Object.is(next, value)) onChange(next);
      },
      onBlur: () => {
        if (invalid) setRefusal(problem);
        setText(show(value));
      },
    },
  };
}
