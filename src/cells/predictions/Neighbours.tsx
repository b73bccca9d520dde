import { useMemo, useState } from 'react';
import { NEIGHBOUR_METRICS, type NeighbourMetric } from '../../embedding/neighbours';
import type { Entity, ScoredEntity } from '../../kernel/protocol';
import { useActions, useNotebookState, useRoles } from '../../notebook/context';
import { fixed } from '../../notebook/format';
import { type Data, type Layout, Plot, plain } from '../../ui/Plot';
import { Switch } from '../../ui/Switch';
import { useAnswer } from '../../ui/useAnswer';
import { useColours } from '../../ui/useColours';
import { ScoreList } from './ScoreList';
import styles from './View.module.css';

const SHOWN = 10;
/** Of a name beside its bar. */
const LETTERS = matchMedia('(max-width: 40rem)').matches ? 20 : 38;
const TITLES: Record<NeighbourMetric, string> = { cosine: 'Cosine', dot: 'Dot', euclidean: 'Distance' };
const AXES: Record<NeighbourMetric, string> = {
  cosine: 'cosine',
  dot: 'dot product',
  euclidean: 'Euclidean distance',
};

/** Entries of the same side that are most or least like the selected one. */
export function Neighbours({ entity }: { entity: Entity }) {
  const actions = useActions();
  const roles = useRoles();
  const run = useNotebookState(({ outputs }) => outputs.training?.run);
  const [metric, setMetric] = useState<NeighbourMetric>('cosine');
  const [end, setEnd] = useState<'most' | 'least'>('most');
  const { side, index } = entity;
  const near = useAnswer(
    () => actions.neighbours(side, { index }, SHOWN, metric, end === 'least'),
    [side, index, run, metric, end],
  );
  return (
    <>
      <section aria-label="Neighbours">
        <div className={styles.listHead}>
          <h4>
            {end === 'most' ? 'nearest' : 'furthest'} {roles[side].many} <small>{AXES[metric]}</small>
          </h4>
        </div>
        <div className={styles.switches}>
          <Switch
            label="Which end"
            value={end}
            choices={[
              { value: 'most', title: 'Most' },
              { value: 'least', title: 'Least' },
            ]}
            onChange={setEnd}
          />
          <Switch
            label="Measured by"
            value={metric}
            choices={NEIGHBOUR_METRICS.map((value) => ({ value, title: TITLES[value] }))}
            onChange={setMetric}
          />
        </div>
        <ScoreList
          side={side}
          entries={near.value}
          error={near.error}
          rows={SHOWN}
          name="neighbours"
          full={metric === 'cosine' ? 1 : undefined}
        />
      </section>
      <BothEnds entity={entity} metric={metric} />
    </>
  );
}

/** The most and the least similar as bars. */
function BothEnds({ entity, metric }: { entity: Entity; metric: NeighbourMetric }) {
  const [open, setOpen] = useState(false);
  return (
    <details className={styles.ends} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Both ends as bars</summary>
      {open && <EndsPlot entity={entity} metric={metric} />}
    </details>
  );
}

function EndsPlot({ entity, metric }: { entity: Entity; metric: NeighbourMetric }) {
  const actions = useActions();
  const roles = useRoles();
  const colours = useColours();
  const run = useNotebookState(({ outputs }) => outputs.training?.run);
  const { side, index, label } = entity;
  const { value, error } = useAnswer(
    () =>
      Promise.all([
        actions.neighbours(side, { index }, SHOWN, metric),
        actions.neighbours(side, { index }, SHOWN, metric, true),
      ]),
    [side, index, run, metric],
  );
  // Few entries are at both ends; each has its bar once.
  const bars = useMemo<readonly (ScoredEntity & { most: boolean })[]>(() => {
    const [most, least] = value ?? [[], []];
    const known = new Set(most.map((one) => one.index));
    return [
      ...most.map((one) => ({ ...one, most: true })),
      ...least
        .filter((one) => !known.has(one.index))
        .toReversed()
        .map((one) => ({ ...one, most: false })),
    ];
  }, [value]);
  const data = useMemo<Data[]>(
    () => [
      {
        type: 'bar',
        orientation: 'h',
        x: bars.map(({ score }) => score),
        y: bars.map((_, i) => i),
        customdata: bars.map((bar) => bar.index),
        marker: { color: bars.map(({ most }) => (most ? colours.accent : colours.held)) },
        hovertemplate: '%{x:.3f}<extra></extra>',
        width: 0.7,
      } as Data,
    ],
    [bars, colours],
  );
  const layout = useMemo<Partial<Layout>>(
    () => ({
      xaxis: { title: { text: AXES[metric] }, nticks: 5 },
      yaxis: {
        autorange: 'reversed',
        tickvals: bars.map((_, i) => i),
        ticktext: bars.map((bar) => plain(bar.label, LETTERS)),
        ticks: '',
        showgrid: false,
        zeroline: false,
        tickfont: { color: colours.ink, size: 12 },
      },
      margin: { l: 8, r: 10, t: 26, b: 40 },
      showlegend: false,
      dragmode: false,
    }),
    [bars, colours, metric],
  );
  if (error) return <p role="alert">{error}</p>;
  const names = (most: boolean) =>
    bars
      .filter((bar) => bar.most === most)
      .map((bar) => `${bar.label} (${fixed(bar.score, 2)})`)
      .join(', ');
  return (
    <div data-ends={bars.length}>
      <Plot
        data={data}
        layout={layout}
        height={70 + 21 * bars.length}
        fileName={`cofactor-neighbours-${roles[side].many}`}
        label={`The ${roles[side].many} most and least similar to ${label}, as bars.`}
        onPoint={(picked) => {
          if (typeof picked === 'number') actions.perform(() => actions.select(side, { index: picked }));
        }}
      />
      <p className="hidden-visually">
        Most similar: {names(true)}. Least similar: {names(false)}.
      </p>
    </div>
  );
}
