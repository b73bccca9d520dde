import { useEffect, useId, useState } from 'react';
import {
  type ListOption,
  type NumberOption,
  type OptionSpec,
  type OptionValue,
  type OptionValues,
  optionProblem,
} from '../models/option';
import styles from './OptionForm.module.css';

interface OptionFormProps {
  options: readonly OptionSpec[];
  values: OptionValues;
  disabled?: boolean;
  /** Puts the data's words into help and units. */
  phrase?: (text: string) => string;
  onChange: (id: string, value: OptionValue) => void;
}

const GROUPS: Record<OptionSpec['group'], string> = {
  model: 'Model',
  training: 'Training',
  'hold-out': 'Hold-out and seed',
};

/** A form drawn from options as data: each with its unit, bounds and one line of help. */
export function OptionForm({ options, values, disabled = false, phrase = (text) => text, onChange }: OptionFormProps) {
  const groups = (Object.keys(GROUPS) as OptionSpec['group'][]).filter((group) =>
    options.some((option) => option.group === group),
  );
  return (
    <div className={styles.form}>
      {groups.map((group) => (
        <fieldset key={group} className={styles.group} disabled={disabled}>
          {groups.length > 1 && <legend>{GROUPS[group]}</legend>}
          {options
            .filter((option) => option.group === group)
            .map((option) => (
              <Field
                key={option.id}
                option={phrased(option, phrase)}
                value={values[option.id] ?? option.default}
                onChange={onChange}
              />
            ))}
        </fieldset>
      ))}
    </div>
  );
}

function phrased(option: OptionSpec, phrase: (text: string) => string): OptionSpec {
  const told = { title: capital(phrase(option.title)), help: capital(phrase(option.help)) };
  switch (option.kind) {
    case 'number':
      return { ...option, ...told, unit: phrase(option.unit) };
    case 'list':
      return { ...option, ...told, unit: phrase(option.unit) };
    case 'choice':
      return {
        ...option,
        ...told,
        choices: option.choices.map(({ value, title }) => ({ value, title: phrase(title) })),
      };
    case 'toggle':
      return { ...option, ...told };
    default:
      return option satisfies never;
  }
}

function capital(text: string): string {
  return text ? text[0].toUpperCase() + text.slice(1) : text;
}

function Field({
  option,
  value,
  onChange,
}: {
  option: OptionSpec;
  value: OptionValue;
  onChange: OptionFormProps['onChange'];
}) {
  const id = useId();
  switch (option.kind) {
    case 'number':
      return <NumberField option={option} value={value as number} onChange={onChange} />;
    case 'list':
      return <ListField option={option} value={value as string} onChange={onChange} />;
    case 'toggle':
      return (
        <div className={styles.field}>
          <label className={styles.toggle}>
            <input
              type="checkbox"
              checked={value === true}
              aria-describedby={`${id}-help`}
              onChange={(event) => onChange(option.id, event.target.checked)}
            />
            {option.title}
          </label>
          <p id={`${id}-help`}>{option.help}</p>
        </div>
      );
    case 'choice':
      return (
        <div className={styles.field}>
          <label htmlFor={id}>{option.title}</label>
          <div className={styles.input}>
            <select
              id={id}
              className="field"
              value={value as string}
              aria-describedby={`${id}-help`}
              onChange={(event) => onChange(option.id, event.target.value)}
            >
              {option.choices.map((choice) => (
                <option key={choice.value} value={choice.value}>
                  {choice.title}
                </option>
              ))}
            </select>
          </div>
          <p id={`${id}-help`}>{option.help}</p>
        </div>
      );
    default:
      return option satisfies never;
  }
}

function NumberField({
  option,
  value,
  onChange,
}: {
  option: NumberOption;
  value: number;
  onChange: OptionFormProps['onChange'];
}) {
  const id = useId();
  const [text, setText] = useState(String(value));
  useEffect(() => setText((before) => (Number(before) === value ? before : String(value))), [value]);
  const problem = text.trim() === '' ? optionProblem(option, undefined) : optionProblem(option, Number(text));
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{option.title}</label>
      <div className={styles.input}>
        <input
          id={id}
          className="field"
          type="text"
          inputMode={option.integer ? 'numeric' : 'decimal'}
          value={text}
          aria-invalid={problem !== null}
          aria-describedby={`${id}-help`}
          onChange={(event) => {
            setText(event.target.value);
            const number = Number(event.target.value);
            if (event.target.value.trim() !== '' && optionProblem(option, number) === null) onChange(option.id, number);
          }}
          onKeyDown={(event) => {
            const by = event.key === 'ArrowUp' ? option.step : event.key === 'ArrowDown' ? -option.step : 0;
            if (by === 0) return;
            event.preventDefault();
            const next = Number((value + by).toPrecision(12));
            const bounded = Math.max(option.minimum, Math.min(option.maximum, next));
            onChange(option.id, bounded);
          }}
          onBlur={() => setText(String(value))}
        />
        <span className={styles.unit}>{option.unit}</span>
      </div>
      <p id={`${id}-help`} className={problem ? styles.problem : undefined}>
        {problem ?? option.help}
      </p>
    </div>
  );
}

function ListField({
  option,
  value,
  onChange,
}: {
  option: ListOption;
  value: string;
  onChange: OptionFormProps['onChange'];
}) {
  const id = useId();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const problem = optionProblem(option, text);
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{option.title}</label>
      <div className={styles.input}>
        <input
          id={id}
          className="field"
          type="text"
          data-list
          value={text}
          aria-invalid={problem !== null}
          aria-describedby={`${id}-help`}
          onChange={(event) => {
            setText(event.target.value);
            if (optionProblem(option, event.target.value) === null) onChange(option.id, event.target.value);
          }}
          onBlur={() => setText(value)}
        />
        <span className={styles.unit}>{option.unit}</span>
      </div>
      <p id={`${id}-help`} className={problem ? styles.problem : undefined}>
        {problem ?? option.help}
      </p>
    </div>
  );
}
