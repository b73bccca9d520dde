import { type FormEvent, useEffect, useRef, useState } from 'react';
import { fieldNames, generatedNames } from '../../data/field-names';
import type { Inspection } from '../../data/format';
import type { EntityMapping, JsonMapping, Mapping, TableMapping } from '../../data/mapping';
import { shownText } from '../../data/shown-text';
import { wordOf } from '../../data/words';
import styles from './RolesForm.module.css';

interface RolesFormProps {
  title: string;
  inspection: Inspection;
  /** The roles so far; null where none are clear. */
  mapping: Mapping | null;
  onCancel: () => void;
  onChoose: (mapping: Mapping) => void;
}

/** The small screen that maps a file's fields to roles. */
export function RolesForm({ title, inspection, mapping, onCancel, onChoose }: RolesFormProps) {
  const [draft, setDraft] = useState<Mapping>(mapping ?? inspection.mapping);
  const form = useRef<HTMLFormElement>(null);
  // It may open while one looks at another part of the page.
  useEffect(() => form.current?.focus(), []);
  const problem = problemOf(draft);
  const complete = problem === null;
  const lines = draft.format === 'table' ? linesOf(draft, inspection) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete) onChoose(draft);
  };
  return (
    <form ref={form} className={styles.form} onSubmit={submit} aria-label={title} tabIndex={-1}>
      <h3>{title}</h3>
      <div className={styles.fields}>
        {draft.format === 'json' ? (
          <JsonFields draft={draft} inspection={inspection} onChange={setDraft} />
        ) : (
          <TableFields draft={draft} inspection={inspection} onChange={setDraft} />
        )}
        <Text
          label="Rows are called"
          value={draft.rowWord.many}
          onChange={(many) => setDraft({ ...draft, rowWord: { ...wordOf(many || 'rows'), many } })}
        />
        <Text
          label="Columns are called"
          value={draft.columnWord.many}
          onChange={(many) => setDraft({ ...draft, columnWord: { ...wordOf(many || 'columns'), many } })}
        />
      </div>
      {draft.format === 'table' &&
        draft.sides.map((side, i) => (
          <SideFields
            key={side.file}
            side={side}
            fields={inspection.sides.find(({ file }) => file === side.file)?.fields ?? [side.id]}
            words={draft}
            onChange={(changed) => setDraft({ ...draft, sides: draft.sides.with(i, changed) })}
          />
        ))}
      {lines && draft.format === 'table' && (
        <div className={styles.preview}>
          <table>
            <thead>
              <tr>
                {lines.fields.map((field) => (
                  <th
                    key={field}
                    scope="col"
                    data-role={field === draft.row ? 'row' : field === draft.column ? 'column' : undefined}
                  >
                    {shownText(field)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lines.rows.map((cells, i) => (
                <tr key={i}>
                  {lines.fields.map((field, at) => (
                    <td key={field}>{shownText(cells[at] ?? '')}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className={styles.buttons}>
        <button type="submit" className="button primary" disabled={!complete}>
          {draft.format === 'table' && draft.sides.length > 0 ? 'Read the files' : 'Read the file'}
        </button>
        <button type="button" className="button quiet" onClick={onCancel}>
          Cancel
        </button>
        {problem && <span>{problem}</span>}
      </div>
    </form>
  );
}

/** What keeps the roles from being used, or null. */
function problemOf(draft: Mapping): string | null {
  if (!draft.rowWord.many || !draft.columnWord.many) return 'Say what rows and columns are called.';
  if (draft.format === 'json') return draft.list === '' ? 'Choose a list.' : null;
  if (draft.row === '' || draft.column === '' || draft.row === draft.column) return 'Choose two different fields.';
  const open = draft.sides.find(({ side, id }) => side !== 'ignore' && id === '');
  return open ? `Choose the id in ${open.file}.` : null;
}

/** The fields and the first rows of a table as the draft cuts it. */
function linesOf(draft: TableMapping, inspection: Inspection) {
  const cut = inspection.cuts.find(({ delimiter }) => delimiter === draft.delimiter);
  const lines = cut?.lines ?? [inspection.fields, ...inspection.preview];
  return draft.header
    ? { fields: draft.header, rows: lines.slice(0, 5) }
    : { fields: fieldNames(lines[0]), rows: lines.slice(1) };
}

/** The draft cut in another way. Its fields are others then, so that their roles are open again. */
function recut(draft: TableMapping, inspection: Inspection, delimiter: string, headed: boolean): TableMapping {
  const { rowWord, columnWord, sides } = draft;
  const found = inspection.mapping;
  if (found.format === 'table' && found.delimiter === delimiter && (found.header === null) === headed) {
    return { ...found, rowWord, columnWord, sides };
  }
  const cut = inspection.cuts.find((other) => other.delimiter === delimiter);
  return {
    ...draft,
    delimiter,
    quoted: cut?.quoted ?? draft.quoted,
    header: headed ? null : generatedNames(cut?.lines[0].length ?? inspection.fields.length),
    row: '',
    rowLabel: null,
    column: '',
    columnLabel: null,
    value: null,
    timestamp: null,
    metadata: [],
  };
}

const DELIMITER_NAMES: Record<string, string> = { '\t': 'a tab', ',': 'a comma', ';': 'a semicolon' };

function JsonFields({
  draft,
  inspection,
  onChange,
}: {
  draft: JsonMapping;
  inspection: Inspection;
  onChange: (mapping: Mapping) => void;
}) {
  return (
    <>
      <label>
        Columns come from
        <select
          className="field"
          value={draft.list}
          onChange={(event) => {
            const list = event.target.value;
            onChange({ ...draft, list, columnWord: wordOf(list.split(/[.[]/)[0]) });
          }}
        >
          {inspection.lists.map(({ path, examples }) => (
            <option key={path} value={path}>
              {shownText(path)} ({shownText(examples.slice(0, 2).join(', '))})
            </option>
          ))}
        </select>
      </label>
      <Choice
        label="Id of a row"
        value={draft.id}
        fields={inspection.fields}
        none="its line number"
        onChange={(id) => onChange({ ...draft, id })}
      />
      <Choice
        label="Title of a row"
        value={draft.title}
        fields={inspection.fields}
        none="its id"
        onChange={(title) => onChange({ ...draft, title })}
      />
      <label>
        Columns without an id
        <select
          className="field"
          value={draft.withoutId}
          onChange={(event) => onChange({ ...draft, withoutId: event.target.value as JsonMapping['withoutId'] })}
        >
          <option value="label">known by their label</option>
          <option value="skip">left out, as in the tutorial</option>
        </select>
      </label>
    </>
  );
}

function TableFields({
  draft,
  inspection,
  onChange,
}: {
  draft: TableMapping;
  inspection: Inspection;
  onChange: (mapping: Mapping) => void;
}) {
  const { fields } = linesOf(draft, inspection);
  const headed = draft.header === null;
  return (
    <>
      <Choice
        label="Row (work, user, …)"
        value={draft.row || null}
        fields={fields}
        none="choose…"
        onChange={(row) => onChange({ ...draft, row: row ?? '', rowWord: wordOf(row ?? 'row') })}
      />
      <Choice
        label="Title of a row"
        value={draft.rowLabel}
        fields={fields}
        none="the row itself"
        onChange={(rowLabel) => onChange({ ...draft, rowLabel })}
      />
      <Choice
        label="Column (subject, item, …)"
        value={draft.column || null}
        fields={fields}
        none="choose…"
        onChange={(column) => onChange({ ...draft, column: column ?? '', columnWord: wordOf(column ?? 'column') })}
      />
      <Choice
        label="Label of a column"
        value={draft.columnLabel}
        fields={fields}
        none="the column itself"
        onChange={(columnLabel) => onChange({ ...draft, columnLabel })}
      />
      <label>
        Several columns in one cell
        <select
          className="field"
          value={draft.separator}
          onChange={(event) => onChange({ ...draft, separator: event.target.value })}
        >
          <option value="">no, one</option>
          <option value="|">separated by |</option>
          <option value=";">separated by ;</option>
          <option value=",">separated by ,</option>
        </select>
      </label>
      <Choice
        label="Value (rating, weight, …)"
        value={draft.value}
        fields={fields}
        none="none, all pairs count the same"
        onChange={(value) => onChange({ ...draft, value })}
      />
      <Choice
        label="Time"
        value={draft.timestamp}
        fields={fields}
        none="none"
        onChange={(timestamp) => onChange({ ...draft, timestamp })}
      />
      <label>
        Fields are separated by
        <select
          className="field"
          value={draft.delimiter}
          onChange={(event) => onChange(recut(draft, inspection, event.target.value, headed))}
        >
          {inspection.cuts.map(({ delimiter }) => (
            <option key={delimiter} value={delimiter}>
              {DELIMITER_NAMES[delimiter] ?? delimiter}
            </option>
          ))}
        </select>
      </label>
      <label>
        The first line
        <select
          className="field"
          value={headed ? 'names' : 'data'}
          onChange={(event) => onChange(recut(draft, inspection, draft.delimiter, event.target.value === 'names'))}
        >
          <option value="names">names the fields</option>
          <option value="data">is data already</option>
        </select>
      </label>
    </>
  );
}

/** What a file beside the pairs is about. */
function SideFields({
  side,
  fields,
  words,
  onChange,
}: {
  side: EntityMapping;
  fields: readonly string[];
  words: Pick<Mapping, 'rowWord' | 'columnWord'>;
  onChange: (side: EntityMapping) => void;
}) {
  return (
    <fieldset className={styles.side}>
      <legend>{side.file}</legend>
      <div className={styles.fields}>
        <label>
          Describes
          <select
            className="field"
            value={side.side}
            onChange={(event) => onChange({ ...side, side: event.target.value as EntityMapping['side'] })}
          >
            <option value="row">the {words.rowWord.many}</option>
            <option value="column">the {words.columnWord.many}</option>
            <option value="ignore">nothing, leave it out</option>
          </select>
        </label>
        {side.side !== 'ignore' && (
          <>
            <Choice
              label="Id, as in the pairs"
              value={side.id || null}
              fields={fields}
              none="choose…"
              onChange={(id) => onChange({ ...side, id: id ?? '' })}
            />
            <Choice
              label="Label"
              value={side.label}
              fields={fields}
              none="none"
              onChange={(label) => onChange({ ...side, label })}
            />
          </>
        )}
      </div>
    </fieldset>
  );
}

interface ChoiceProps {
  label: string;
  value: string | null;
  fields: readonly string[];
  none: string;
  onChange: (field: string | null) => void;
}

function Choice({ label, value, fields, none, onChange }: ChoiceProps) {
  return (
    <label>
      {label}
      <select className="field" value={value ?? ''} onChange={(event) => onChange(event.target.value || null)}>
        <option value="">{none}</option>
        {fields.map((field) => (
          <option key={field} value={field}>
            {shownText(field)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Text({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <label>
      {label}
      <input className="field" value={value} maxLength={40} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}
