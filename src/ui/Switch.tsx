import { useId } from 'react';
import styles from './Switch.module.css';

interface SwitchProps<T extends string> {
  label: string;
  value: T;
  choices: readonly { value: T; title: string }[];
  onChange: (value: T) => void;
  disabled?: boolean;
}

/** One of a few: radio buttons that look like one control. */
export function Switch<T extends string>({ label, value, choices, onChange, disabled = false }: SwitchProps<T>) {
  const name = useId();
  return (
    <fieldset className={styles.switch} disabled={disabled}>
      <legend className="hidden-visually">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value} className={styles.choice}>
          <input type="radio" name={name} checked={choice.value === value} onChange={() => onChange(choice.value)} />
          <span>{choice.title}</span>
        </label>
      ))}
    </fieldset>
  );
}
