import { readableBytes } from '../../data/decompress';
import type { EngineId } from '../../engines/engine';
import type { RunSize } from '../../kernel/protocol';
import { estimateCost, stepsPerEpoch } from '../../models/cost';
import type { Preset } from '../../models/model';
import { applicableOptions, completeOptions, type OptionValues } from '../../models/option';
import { presetById } from '../../models/registry';
import { useActions, useNotebookState, useRoles } from '../../notebook/context';
import { aboutDuration, count } from '../../notebook/format';
import { fillRoles } from '../../notebook/prose';
import { Explanation } from '../../ui/Explanation';
import { OptionForm } from '../../ui/OptionForm';
import { useAnswer } from '../../ui/useAnswer';
import { Batch } from './Batch';
import { trainingFacts } from './facts';
import { Presets } from './Presets';
import { RatePlot } from './RatePlot';
import { Shape } from './Tables';
import styles from './View.module.css';

/** Multiplications and additions a second, before a run on this machine was measured. */
const FIRST_GUESS: Record<EngineId, number> = { webgpu: 2e11, webgl: 3e10, wasm: 7e9, cpu: 6e8, reference: 2e8 };

/** Up to so many pairs are split to get a run's size exactly; with more it is an estimate, since splitting takes seconds. */
const PAIRS_SPLIT = 1_000_000;

/** Presets, what the chosen one does, its options, and what training it will take. */
export default function ModelView() {
  const actions = useActions();
  const roles = useRoles();
  const model = useNotebookState(({ notebook }) => notebook.model);
  const summary = useNotebookState(({ outputs }) => outputs.dataset?.summary ?? null);
  const preset = presetById(model.preset);
  const values = completeOptions(preset.options, model.options);
  const changed = Object.keys(model.options).some(
    (id) => model.options[id] !== preset.options.find((o) => o.id === id)?.default,
  );
  // While other data is being read, what is there still answers for the data before.
  const data = useNotebookState(({ runtimes: { dataset } }) => (dataset.status === 'done' ? dataset.run : null));
  const exact = data !== null && summary !== null && summary.pairs <= PAIRS_SPLIT;
  const { value: size } = useAnswer(
    () => (exact ? actions.runSize() : null),
    [exact, data, model.preset, JSON.stringify(values)],
  );
  return (
    <div>
      <Presets
        chosen={preset.id}
        values={summary === null || summary.values !== null}
        onChoose={({ id }) => actions.setModel({ preset: id, options: {} })}
      />
      <Explanation paragraphs={preset.explanation.map((paragraph) => fillRoles(paragraph, roles))} />
      {summary && (
        <Shape
          preset={preset}
          values={values}
          model={preset.specify(values, summary).model}
          rows={summary.rows}
          columns={summary.columns}
          size={size}
        />
      )}
      <Cost preset={preset} values={values} size={size} />
      <details className={styles.options}>
        <summary>Options{changed ? ' (changed)' : ''}</summary>
        <OptionForm
          options={applicableOptions(preset.options, values, summary)}
          values={values}
          facts={summary && trainingFacts(values, summary)}
          phrase={(text) => fillRoles(text, roles)}
          onChange={(id, value) => actions.setModel({ options: { ...model.options, [id]: value } })}
        />
        <Rate preset={preset} values={values} size={size} />
        <button type="button" className="button" disabled={!changed} onClick={() => actions.setModel({ options: {} })}>
          Back to the defaults
        </button>
      </details>
      {summary && <Batch />}
    </div>
  );
}

interface ChosenProps {
  preset: Preset;
  /** Complete. */
  values: OptionValues;
  /** Null until it is known. */
  size: RunSize | null;
}

/** The learning rate of the run to come. */
function Rate({ preset, values, size }: ChosenProps) {
  const summary = useNotebookState(({ outputs }) => outputs.dataset?.summary ?? null);
  if (!summary) return null;
  const facts = trainingFacts(values, summary);
  const { training } = preset.specify(values, facts);
  return (
    <section className={styles.rate}>
      <h3 className={styles.heading}>Learning rate over the run</h3>
      <RatePlot
        training={training}
        stepsPerEpoch={size ? size.steps / training.epochs : stepsPerEpoch(training.batches, facts)}
      />
    </section>
  );
}

/** Estimated cost of a run; the speed comes from the last run of this model on this device. */
function Cost({ preset, values, size }: ChosenProps) {
  const summary = useNotebookState(({ outputs }) => outputs.dataset?.summary ?? null);
  const last = useNotebookState(({ outputs }) => outputs.training);
  const engine = useNotebookState(({ device }) => device?.current.engine ?? 'wasm');
  if (!summary) return null;
  const costOf = (options: OptionValues) => {
    const facts = trainingFacts(options, summary);
    const { model, training } = preset.specify(options, facts);
    return estimateCost(model, training, facts);
  };
  const cost = costOf(values);
  // Models differ too much in how near they come to what a device can do.
  const alike = last && last.preset === preset.id && last.engine === engine && last.seconds > 0.5 ? last : null;
  const before = alike && costOf(alike.options);
  const measured = alike && before ? ((before.operations / before.steps) * alike.steps) / alike.seconds : null;
  const seconds = cost.operations / (measured ?? FIRST_GUESS[engine]);
  return (
    <p className={styles.cost}>
      <b data-cost="parameters">{count(size?.parameters ?? cost.parameters)}</b> parameters · about{' '}
      <b data-cost="memory">{readableBytes(cost.bytes)}</b> of memory ·{' '}
      <b data-cost="steps">{count(size?.steps ?? cost.steps)}</b> steps ·{' '}
      <b data-cost="time">{aboutDuration(seconds)}</b> on this device
      {measured ? '' : ' (a guess: the run shown is of another model or device, or too short to tell)'}
    </p>
  );
}
