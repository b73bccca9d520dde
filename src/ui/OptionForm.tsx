import { type InputHTMLAttributes, useId } from 'react';
import type { DataFacts } from '../models/data-facts';
import {
  expectationOf,
  type ListOption,
  type NumberOption,
  type OptionSpec,
  type OptionValue,
  type OptionValues,
  readable,
  readOption,
} from '../models/option';
import styles from './OptionForm.module.css';
import { useDraft } from './useDraft';

interface OptionFormProps {
  options: readonly OptionSpec[];
  values: OptionValues;
  disabled?: boolean;
  /** What a run would train on, for options that follow the data. */
  facts?: DataFacts | null;
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
export function OptionForm({
  options,
  values,
  disabled = false,
  facts = null,
  phrase = (text) => text,
  onChange,
}: OptionFormProps) {
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
                facts={facts}
                onChange={onChange}
              />
            ))}
        </fieldset>
      ))}
    </div>
  );
}

function phrased(option: OptionSpec, phrase: (text: string) => string): OptionSpec {
  const worded = { title: capital(phrase(option.title)), help: capital(phrase(option.help)) };
  switch (option.kind) {
    case 'number':
      return { ...option, ...worded, unit: phrase(option.unit) };
    case 'list':
      return { ...option, ...worded, unit: phrase(option.unit) };
    case 'choice':
      return {
        ...option,
        ...worded,
        choices: option.choices.map(({ value, title }) => ({ value, title: phrase(title) })),
      };
    case 'toggle':
      return { ...option, ...worded };
    default:
      return option satisfies never;
  }
}

function capital(text: string): string {
  return text ? text[0].toUpperCase() + text.slice(1) : text;
}

function Field({ option, value, facts, onChange }: FieldProps<OptionSpec, OptionValue>) {
  const id = useId();
  switch (option.kind) {
    case 'number':
      return <NumberField option={option} value={value as number} facts={facts} onChange={onChange} />;
    case 'list':
      return <ListField option={option} value={value as string} facts={facts} onChange={onChange} />;
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

interface FieldProps<Option extends OptionSpec, Value> {
  option: Option;
  value: Value;
  facts: DataFacts | null;
  onChange: OptionFormProps['onChange'];
}

function NumberField({ option, value, facts, onChange }: FieldProps<NumberOption, number>) {
  const { integer, step, minimum, maximum, automatic } = option;
  const chosen = automatic && facts ? automatic(facts) : null;
  const draft = useDraft<number>({
    value,
    show: (now) => (automatic && now === 0 ? '' : String(now)),
    read: (text) => readOption(option, text),
    expected: expectationOf(option),
    format: (now) => (automatic && now === 0 ? String(chosen ?? 'An automatic value') : readable(now)),
    onChange: (next) => onChange(option.id, next),
  });
  return (
    <TextField
      option={option}
      draft={draft}
      unit={automatic && value === 0 ? `${option.unit}, automatic` : option.unit}
      input={{
        inputMode: integer ? 'numeric' : 'decimal',
        placeholder: chosen === null ? undefined : String(chosen),
        onKeyDown: (event) => {
          const by = event.key === 'ArrowUp' ? step : event.key === 'ArrowDown' ? -step : 0;
          if (by === 0) return;
          event.preventDefault();
          const next = Number(((value || (chosen ?? 0)) + by).toPrecision(12));
          onChange(option.id, Math.max(minimum, Math.min(maximum, next)));
        },
      }}
    />
  );
}

function ListField({ option, value, onChange }: FieldProps<ListOption, string>) {
  const draft = useDraft<string>({
    value,
    show: (now) => now,
    read: (text) => readOption(option, text),
    expected: expectationOf(option),
    format: (now) => now || 'None',
    onChange: (next) => onChange(option.id, next),
  });
  return <TextField option={option} draft={draft} unit={option.unit} input={{ 'data-list': true }} />;
}

interface TextFieldProps {
  option: NumberOption | ListOption;
  draft: ReturnType<typeof useDraft>;
  unit: string;
  input: InputHTMLAttributes<HTMLInputElement> & { 'data-list'?: boolean };
}

function TextField({ option, draft: { problem, refused, field }, unit, input }: TextFieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{option.title}</label>
      <div className={styles.input}>
        <input id={id} className="field" type="text" aria-describedby={`${id}-help`} {...input} {...field} />
        <span className={styles.unit}>{unit}</span>
      </div>
      <p id={`${id}-help`} className={problem ? styles.problem : undefined} role={refused ? 'alert' : undefined}>
        {problem ?? option.help}
      </p>
    </div>
  );
}
