import { readableBytes } from '../../data/decompress';
import type { EngineId } from '../../engines/engine';
import { estimateCost } from '../../models/cost';
import type { MatrixSize, Preset } from '../../models/model';
import { completeOptions } from '../../models/option';
import { presetById, presets } from '../../models/registry';
import { useActions, useNotebookState, useRoles } from '../../notebook/context';
import { count, duration } from '../../notebook/format';
import { fillRoles } from '../../notebook/prose';
import { Explanation } from '../../ui/Explanation';
import { OptionForm } from '../../ui/OptionForm';
import { Tables } from './Tables';
import styles from './View.module.css';

/** Multiplications and additions a second, before a run on this machine has told better. */
const FIRST_GUESS: Record<EngineId, number> = { webgpu: 2e11, webgl: 3e10, wasm: 7e9, cpu: 6e8, reference: 2e8 };

/** Presets, what the chosen one does, its options, and what training it will take. */
export default function ModelView() {
  const actions = useActions();
  const roles = useRoles();
  const model = useNotebookState(({ notebook }) => notebook.model);
  const training = useNotebookState(({ runtimes }) => runtimes.training.status === 'running');
  const preset = presetById(model.preset);
  const values = completeOptions(preset.options, model.options);
  const summary = useNotebookState(({ outputs }) => outputs.dataset?.summary);
  const spec = (size: MatrixSize) => preset.specify(values, size).model;
  const changed = Object.keys(model.options).some(
    (id) => model.options[id] !== preset.options.find((o) => o.id === id)?.default,
  );
  return (
    <div>
      <div className={styles.presets} role="radiogroup" aria-label="Preset">
        {presets.map((candidate) => (
          <label key={candidate.id} className={styles.preset}>
            <input
              type="radio"
              name="preset"
              value={candidate.id}
              checked={candidate.id === preset.id}
              disabled={training}
              onChange={() => actions.setModel({ preset: candidate.id, options: {} })}
            />
            <span>
              <strong>{candidate.title}</strong>
              <small>{candidate.summary}</small>
            </span>
          </label>
        ))}
      </div>
      <Explanation paragraphs={preset.explanation.map((paragraph) => fillRoles(paragraph, roles))} />
      {summary && <Tables model={spec(summary)} rows={summary.rows} columns={summary.columns} />}
      <Cost preset={preset} />
      <details className={styles.options}>
        <summary>Options{changed ? ' (changed)' : ''}</summary>
        <OptionForm
          options={preset.options}
          values={values}
          phrase={(text) => fillRoles(text, roles)}
          disabled={training}
          onChange={(id, value) => actions.setModel({ options: { ...model.options, [id]: value } })}
        />
        <button
          type="button"
          className="button"
          disabled={!changed || training}
          onClick={() => actions.setModel({ options: {} })}
        >
          Back to the defaults
        </button>
      </details>
    </div>
  );
}

/** What a run will take, told before it starts; the speed comes from the last run on this device. */
function Cost({ preset }: { preset: Preset }) {
  const summary = useNotebookState(({ outputs }) => outputs.dataset?.summary);
  const options = useNotebookState(({ notebook }) => notebook.model.options);
  const last = useNotebookState(({ outputs }) => outputs.training);
  const lastCost = useNotebookState(({ lastOperations }) => lastOperations);
  const engine = useNotebookState(({ device }) => device?.current.engine ?? 'wasm');
  if (!summary) return null;
  const values = completeOptions(preset.options, options);
  const share = values.holdOut === true ? 1 - (values.holdOutShare as number) : 1;
  const size = { rows: summary.rows, columns: summary.columns, pairs: summary.pairs * share };
  const { model, training } = preset.specify(values, size);
  const cost = estimateCost(model, training, size);
  const measured = last && lastCost && last.engine === engine && last.seconds > 0.5 ? lastCost / last.seconds : null;
  const seconds = cost.operations / (measured ?? FIRST_GUESS[engine]);
  return (
    <p className={styles.cost}>
      <b data-cost="parameters">{count(cost.parameters)}</b> parameters · about{' '}
      <b data-cost="memory">{readableBytes(cost.bytes)}</b> of memory · <b data-cost="steps">{count(cost.steps)}</b>{' '}
      steps · about <b data-cost="time">{duration(seconds)}</b> on this device
      {measured ? '' : ' (a guess until the first run)'}
    </p>
  );
}
