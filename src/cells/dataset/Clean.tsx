import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { type Cleaning, NO_CLEANING, sparseCleaning, stepText } from '../../data/clean';
import type { DatasetSummary } from '../../data/summary';
import { messageOf } from '../../errors';
import { readable, readNumber } from '../../models/option';
import { useActions, useNotebookState } from '../../notebook/context';
import { capital, count, countOf } from '../../notebook/format';
import { useDraft } from '../../ui/useDraft';
import styles from './Clean.module.css';
import { StopColumns } from './StopColumns';
import view from './View.module.css';

/** The recipe by which what was read is made smaller: its steps, what they did, and the way back. */
export function Clean({ summary }: { summary: DatasetSummary }) {
  const actions = useActions();
  const undoable = useNotebookState(({ cleanedBefore }) => cleanedBefore.length > 0);
  const busy = useNotebookState(({ runtimes }) => runtimes.dataset.status === 'running');
  const [draft, setDraft] = useState<Cleaning>(summary.cleaning);
  const [problem, setProblem] = useState<string | null>(null);
  const { roles } = summary;
  const applied = Object.keys(sparseCleaning(summary.cleaning)).length > 0;
  const changed = JSON.stringify(draft) !== JSON.stringify(summary.cleaning);
  const change = (part: Partial<Cleaning>) => setDraft({ ...draft, ...part });
  const run = (work: Promise<void>) => {
    setProblem(null);
    work.catch((error: unknown) => setProblem(messageOf(error)));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed && !busy) run(actions.clean(draft));
  };
  return (
    <details className={view.rows} open={applied || undoable} data-clean>
      <summary>Clean{applied ? `: ${count(summary.raw.pairs)} pairs → ${count(summary.pairs)}` : ''}</summary>
      <form className={styles.form} onSubmit={submit} aria-label="Clean">
        <div className={styles.fields}>
          <Minimum
            label={`${capital(roles.row.many)} with at least`}
            unit="pairs"
            value={draft.minimumRowPairs}
            onChange={(minimumRowPairs) => change({ minimumRowPairs })}
          />
          <Minimum
            label={`${capital(roles.column.many)} with at least`}
            unit="pairs"
            value={draft.minimumColumnPairs}
            onChange={(minimumColumnPairs) => change({ minimumColumnPairs })}
          />
          {(summary.values || draft.minimumValue !== null) && (
            <Value value={draft.minimumValue} onChange={(minimumValue) => change({ minimumValue })} />
          )}
          <label className={styles.field}>
            Drop {roles.row.many} whose label contains
            <input
              className="field"
              value={draft.dropRows}
              maxLength={200}
              placeholder="nothing"
              onChange={(event) => change({ dropRows: event.target.value })}
            />
          </label>
        </div>
        <div className={styles.toggles}>
          <Toggle checked={draft.core} onChange={(core) => change({ core })}>
            Repeat until both minimums hold
          </Toggle>
          <Toggle checked={draft.foldCase} onChange={(foldCase) => change({ foldCase })}>
            Merge {roles.column.many} that differ only in case
          </Toggle>
          {(summary.featured.row > 0 || draft.requireRowFeatures) && (
            <Toggle
              checked={draft.requireRowFeatures}
              onChange={(requireRowFeatures) => change({ requireRowFeatures })}
            >
              Only {roles.row.many} with metadata ({count(summary.featured.row)} of {count(summary.rows)})
            </Toggle>
          )}
          {(summary.featured.column > 0 || draft.requireColumnFeatures) && (
            <Toggle
              checked={draft.requireColumnFeatures}
              onChange={(requireColumnFeatures) => change({ requireColumnFeatures })}
            >
              Only {roles.column.many} with metadata ({count(summary.featured.column)} of {count(summary.columns)})
            </Toggle>
          )}
        </div>
        <StopColumns summary={summary} chosen={draft.stopColumns} onChange={(stopColumns) => change({ stopColumns })} />
        {problem && (
          <p className={styles.problem} role="alert">
            {problem.replace(/\.?$/, '.')} The data is as it was.
          </p>
        )}
        <div className={styles.buttons}>
          <button type="submit" className="button primary" disabled={!changed || busy}>
            Clean and run again
          </button>
          <button
            type="button"
            className="button"
            disabled={!undoable || busy}
            onClick={() => run(actions.undoCleaning())}
          >
            Undo
          </button>
          <button
            type="button"
            className="button quiet"
            disabled={busy || (!applied && !changed)}
            onClick={() => (applied ? run(actions.clean(NO_CLEANING)) : setDraft(NO_CLEANING))}
          >
            Clean nothing
          </button>
        </div>
      </form>
      <Effects summary={summary} applied={applied} />
    </details>
  );
}

/** What each step left, beginning with what was read. */
function Effects({ summary, applied }: { summary: DatasetSummary; applied: boolean }) {
  const { roles, raw, effects, cleaning } = summary;
  if (effects.length === 0)
    return applied ? <p className={view.hint}>No step of this recipe changed anything.</p> : null;
  const sizes = [raw, ...effects];
  return (
    <ol className={styles.effects} data-effects>
      {effects.map((effect, i) => (
        <li key={effect.step}>
          <b>{capital(stepText(effect.step, cleaning, roles))}</b>
          <span>
            {count(sizes[i].rows)} → {countOf(effect.rows, roles.row)} · {count(sizes[i].columns)} →{' '}
            {countOf(effect.columns, roles.column)} · {count(sizes[i].pairs)} → {count(effect.pairs)} pairs
          </span>
        </li>
      ))}
    </ol>
  );
}

interface MinimumProps {
  label: string;
  unit: string;
  value: number;
  onChange: (value: number) => void;
}

function Minimum({ label, unit, value, onChange }: MinimumProps) {
  const draft = useDraft<number>({
    value,
    show: String,
    read: minimumOf,
    expected: 'a whole number of at least 1',
    format: readable,
    onChange,
  });
  return <TextField label={label} unit={unit} draft={draft} inputMode="numeric" />;
}

/** A minimum as typed; undefined for what is none. */
function minimumOf(text: string): number | undefined {
  const value = readNumber(text);
  return Number.isInteger(value) && value >= 1 && value < 1e9 ? value : undefined;
}

/** The least value of a pair; empty keeps all. */
function Value({ value, onChange }: { value: number | null; onChange: (value: number | null) => void }) {
  const draft = useDraft<number | null>({
    value,
    show: (now) => (now === null ? '' : String(now)),
    read: (text) => {
      if (text.trim() === '') return null;
      const number = readNumber(text);
      return Number.isFinite(number) ? number : undefined;
    },
    expected: 'a number, or nothing to keep all pairs',
    format: (now) => (now === null ? 'No minimum' : readable(now)),
    onChange,
  });
  return <TextField label="Pairs with a value of at least" draft={draft} inputMode="decimal" placeholder="any" />;
}

interface TextFieldProps {
  label: string;
  unit?: string;
  draft: ReturnType<typeof useDraft>;
  inputMode: 'numeric' | 'decimal';
  placeholder?: string;
}

function TextField({ label, unit, draft: { problem, refused, field }, ...input }: TextFieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <span className={styles.input}>
        <input
          id={id}
          className="field"
          aria-describedby={problem ? `${id}-problem` : undefined}
          {...input}
          {...field}
        />
        {unit}
      </span>
      {problem && (
        <p id={`${id}-problem`} className={styles.refused} role={refused ? 'alert' : undefined}>
          {problem}
        </p>
      )}
    </div>
  );
}

interface ToggleProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}

function Toggle({ checked, onChange, children }: ToggleProps) {
  return (
    <label className={styles.toggle}>
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>{children}</span>
    </label>
  );
}
