import { type FormEvent, useState } from 'react';
import type { Inspection } from '../../data/format';
import type { JsonMapping, Mapping, TableMapping } from '../../data/mapping';
import { wordOf } from '../../data/words';
import styles from './RolesForm.module.css';

interface RolesFormProps {
  title: string;
  inspection: Inspection;
  /** The roles so far; null where none could be told. */
  mapping: Mapping | null;
  onCancel: () => void;
  onChoose: (mapping: Mapping) => void;
}

/** The small screen that maps a file's fields to roles. */
export function RolesForm({ title, inspection, mapping, onCancel, onChoose }: RolesFormProps) {
  const [draft, setDraft] = useState<Mapping>(mapping ?? inspection.mapping);
  const complete =
    draft.format === 'json' ? draft.list !== '' : draft.row !== '' && draft.column !== '' && draft.row !== draft.column;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete) onChoose(draft);
  };
  return (
    <form className={styles.form} onSubmit={submit} aria-label={title}>
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
      {inspection.preview.length > 0 && draft.format === 'table' && (
        <div className={styles.preview}>
          <table>
            <thead>
              <tr>
                {inspection.fields.map((field) => (
                  <th
                    key={field}
                    scope="col"
                    data-role={field === draft.row ? 'row' : field === draft.column ? 'column' : undefined}
                  >
                    {field}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {inspection.preview.map((cells, i) => (
                <tr key={i}>
                  {inspection.fields.map((field, at) => (
                    <td key={field}>{cells[at]}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className={styles.buttons}>
        <button
          type="submit"
          className="button primary"
          disabled={!complete || !draft.rowWord.many || !draft.columnWord.many}
        >
          Read the file
        </button>
        <button type="button" className="button quiet" onClick={onCancel}>
          Cancel
        </button>
        {!complete && <span>Choose two different fields.</span>}
      </div>
    </form>
  );
}

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
              {path} ({examples.slice(0, 2).join(', ')})
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
          <option value="skip">left out, as in the seed</option>
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
  const { fields } = inspection;
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
          <option value="|">divided by |</option>
          <option value=";">divided by ;</option>
          <option value=",">divided by ,</option>
        </select>
      </label>
    </>
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
            {field}
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
