import { useId, useMemo, useState } from 'react';
import type { Axis, ComponentsResult, ScoredEntity } from '../../kernel/protocol';
import type { ComponentsChoice } from '../../notebook/actions/component-actions';
import { useActions, useNotebookState, useRoles } from '../../notebook/context';
import { count, countOf, fixed, significant } from '../../notebook/format';
import { type Data, type Layout, Plot, plain } from '../../ui/Plot';
import { Switch } from '../../ui/Switch';
import { useColours } from '../../ui/useColours';
import styles from './View.module.css';

/** The most frequent entries that can be looked at alone. */
const POPULAR = 1000;
const NARROW = matchMedia('(max-width: 40rem)').matches;
const LETTERS = NARROW ? 20 : 38;

/** The directions along which the embeddings of a side differ most, and who stands at their ends. */
export default function ComponentsView() {
  const actions = useActions();
  const roles = useRoles();
  const found = useNotebookState(({ outputs }) => outputs.components);
  const trained = useNotebookState(({ outputs }) => outputs.training !== null);
  const sizes = useNotebookState(({ outputs }) => outputs.dataset?.summary ?? null);
  const status = useNotebookState(({ runtimes }) => runtimes.components.status);
  const [component, setComponent] = useState(0);
  if (!found || !sizes || !trained) {
    return (
      <p className={styles.empty}>
        {trained ? 'Nothing computed yet.' : 'Train a model to see along which directions its embeddings differ.'}
      </p>
    );
  }
  const { side, popular, transposed } = found.choice;
  const choose = (choice: Partial<ComponentsChoice>) => actions.perform(() => actions.components(choice));
  const shown = Math.min(component, found.ends.length - 1);
  const entries = side === 'row' ? sizes.rows : sizes.columns;
  return (
    <div>
      <div className={styles.controls}>
        <Switch
          label="Directions of"
          value={side}
          choices={[
            { value: 'column', title: roles.column.many },
            { value: 'row', title: roles.row.many },
          ]}
          onChange={(next) => choose({ side: next })}
        />
        <Switch
          label="Taken from"
          value={popular === null ? 'all' : 'popular'}
          choices={[
            { value: 'all', title: 'All' },
            { value: 'popular', title: `${count(POPULAR)} most frequent` },
          ]}
          disabled={entries <= POPULAR && popular === null}
          onChange={(next) => choose({ popular: next === 'all' ? null : POPULAR })}
        />
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={transposed}
            onChange={(event) => choose({ transposed: event.target.checked })}
          />
          transposed, as in the tutorial
        </label>
      </div>
      <div className={styles.parts} data-dim={status === 'stale' || status === 'running' || undefined}>
        <Variance variance={found.variance} chosen={shown} onChoose={setComponent} />
        <Ends ends={found.ends[shown]} side={side} transposed={transposed} />
      </div>
      <p className={styles.note}>{explained(found, shown, countOf(found.entries, roles[side]), transposed)}</p>
    </div>
  );
}

function explained({ variance }: ComponentsResult, chosen: number, entries: string, transposed: boolean): string {
  const together =
    variance.length > 1
      ? `, the first ${variance.length} together ${percent(variance.reduce((sum, value) => sum + value, 0))}`
      : '';
  const share = `Direction ${chosen + 1} of ${entries} holds ${percent(variance[chosen])} of the variance${together}.`;
  const sign = 'Left and right could be swapped: the sign has no meaning.';
  return transposed
    ? `${share} Transposed, the numbers of a vector are the samples and the entries are the features: a bar is the weight of an entry in the component, not its position along it. ${sign}`
    : `${share} A bar is how far from the mean an entry lies along it. ${sign}`;
}

function percent(share: number): string {
  return `${fixed(100 * share, 1)} %`;
}

interface VarianceProps {
  variance: readonly number[];
  chosen: number;
  onChoose: (component: number) => void;
}

/** The share of each direction as a bar; one of them is chosen. */
function Variance({ variance, chosen, onChoose }: VarianceProps) {
  const name = useId();
  const most = Math.max(...variance, Number.MIN_VALUE);
  return (
    <fieldset className={styles.variance}>
      <legend>Share of the variance</legend>
      {variance.map((share, component) => (
        <label key={component} data-component={component + 1}>
          <input
            type="radio"
            name={name}
            checked={component === chosen}
            onChange={() => onChoose(component)}
            aria-label={`Direction ${component + 1}, ${percent(share)}`}
          />
          <span className={styles.rank}>{component + 1}</span>
          <span className={styles.bar}>
            <span style={{ width: `${(100 * share) / most}%` }} />
          </span>
          <span className={styles.share}>{percent(share)}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface EndsProps {
  ends: ComponentsResult['ends'][number];
  side: Axis;
  transposed: boolean;
}

/** Who stands outermost on a direction, as bars to both sides. */
function Ends({ ends, side, transposed }: EndsProps) {
  const actions = useActions();
  const roles = useRoles();
  const colours = useColours();
  // From the top of the chart to its bottom: the highest first, the lowest last.
  const bars = useMemo(() => [...ends.high, ...ends.low.toReversed()], [ends]);
  const data = useMemo<Data[]>(
    () => [
      {
        type: 'bar',
        orientation: 'h',
        x: bars.map(({ score }) => score),
        y: bars.map((_, i) => i),
        customdata: bars.map(({ index }) => index),
        marker: { color: bars.map((_, i) => (i < ends.high.length ? colours.accent : colours.held)) },
        hovertemplate: '%{x:.4f}<extra></extra>',
        width: 0.68,
      } as Data,
    ],
    [bars, ends, colours],
  );
  const layout = useMemo<Partial<Layout>>(
    () => ({
      xaxis: {
        title: { text: `${transposed ? 'weight in' : 'position along'} direction ${ends.component + 1}` },
        nticks: NARROW ? 5 : 9,
      },
      yaxis: {
        autorange: 'reversed',
        tickvals: bars.map((_, i) => i),
        ticktext: bars.map(({ label }) => plain(label, LETTERS)),
        ticks: '',
        showgrid: false,
        zeroline: false,
        tickfont: { color: colours.ink, size: NARROW ? 11 : 13 },
      },
      margin: { l: 8, r: 12, t: 26, b: 44 },
      showlegend: false,
      dragmode: false,
    }),
    [bars, ends, colours, transposed],
  );
  const names = (list: readonly ScoredEntity[]) =>
    list.map(({ label, score }) => `${label} (${significant(score, 3)})`).join(', ');
  return (
    <div className={styles.ends} data-ends={ends.component + 1}>
      <Plot
        data={data}
        layout={layout}
        height={60 + 30 * bars.length}
        fileName={`cofactor-direction-${ends.component + 1}-${roles[side].many}`}
        label={`Ends of direction ${ends.component + 1}: ${bars.length} ${roles[side].many} as bars.`}
        onPoint={(index) => {
          if (typeof index === 'number') actions.perform(() => actions.select(side, { index }));
        }}
      />
      <p className="hidden-visually">
        Highest: {names(ends.high)}. Lowest: {names(ends.low)}.
      </p>
    </div>
  );
}
