import { useMemo, useState } from 'react';
import type { Side } from '../../kernel/protocol';
import { completeOptions } from '../../models/option';
import { useActions, useNotebookState, useRoles } from '../../notebook/context';
import { count, countOf } from '../../notebook/format';
import type { MapOutput } from '../../notebook/store';
import { OptionForm } from '../../ui/OptionForm';
import { type Data, type Layout, Plot } from '../../ui/Plot';
import { Switch } from '../../ui/Switch';
import { useAnswer } from '../../ui/useAnswer';
import { useColours } from '../../ui/useColours';
import { indexAt, labelAnnotations, PLAIN, plainTraces, pointTraces, positionsOf, ringTrace } from './figure';
import { HoverCard } from './HoverCard';
import { PointList } from './PointList';
import { projectionForms } from './projection-forms';
import styles from './View.module.css';

const NEIGHBOURS = 10;
const HEIGHT = matchMedia('(max-width: 40rem)').matches ? 440 : 580;
/** Rings around what was searched for; more would hide the map. */
const FOUND = 300;

/** The embeddings laid out in the plane; the page's one selection, drawn and made here too. */
export default function MapView() {
  const actions = useActions();
  const roles = useRoles();
  const settings = useNotebookState(({ notebook }) => notebook.map);
  const map = useNotebookState(({ outputs }) => outputs.map);
  const status = useNotebookState(({ runtimes }) => runtimes.map.status);
  const [lasso, setLasso] = useState<number[] | null>(null);
  const [find, setFind] = useState('');
  const form = projectionForms[settings.method];
  const colours = map?.points.colours ?? [];
  return (
    <div>
      <div className={styles.controls}>
        <Switch
          label="Points"
          value={settings.side}
          choices={[
            { value: 'column', title: roles.column.many },
            { value: 'row', title: roles.row.many },
          ]}
          onChange={(side) => {
            setLasso(null);
            void actions.project({ side }).catch(() => undefined);
          }}
        />
        <Switch
          label="Projection"
          value={settings.method}
          choices={[
            { value: 'umap', title: 'UMAP' },
            { value: 'pca', title: 'PCA' },
          ]}
          onChange={(method) => void actions.project({ method }).catch(() => undefined)}
        />
        <label className={styles.inline}>
          Colour
          <select
            className="field"
            value={settings.colour ?? ''}
            onChange={(event) => actions.setMap({ colour: event.target.value || null })}
          >
            <option value="">number of {roles[settings.side === 'row' ? 'column' : 'row'].many}</option>
            <option value={PLAIN}>{PLAIN}</option>
            {colours.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label className={styles.inline}>
          Find
          <input
            className="field"
            type="search"
            value={find}
            onChange={(event) => setFind(event.target.value)}
            placeholder="in the labels"
          />
        </label>
      </div>
      {map ? (
        <Figure map={map} find={find} onLasso={setLasso} dim={status === 'stale'} />
      ) : (
        <div className={styles.space}>{status === 'running' ? 'Laying out…' : 'No map yet.'}</div>
      )}
      {map && (
        <p className={styles.note}>
          {form.help}{' '}
          {map.variance &&
            `The axes hold ${(100 * map.variance[0]).toFixed(1)} % and ${(100 * map.variance[1]).toFixed(1)} % of the variance. `}
          {map.indices &&
            `Shown are the ${count(map.x.length)} ${roles[map.side].many} with the most ${roles[map.side === 'row' ? 'column' : 'row'].many}, of ${count(map.points.count)}. `}
        </p>
      )}
      {map && lasso && (
        <PointList
          title={countOf(lasso.length, roles[map.side])}
          entries={lasso.map((index) => ({
            index,
            label: map.points.labels[index],
            degree: map.points.degrees[index],
          }))}
          side={map.side}
          onClose={() => setLasso(null)}
        />
      )}
      <details className={styles.options}>
        <summary>Layout options</summary>
        <OptionForm
          options={form.options}
          values={{ ...completeOptions(form.options, {}), limit: settings.limit, ...settings.options }}
          disabled={status === 'running'}
          onChange={(id, value) =>
            id === 'limit'
              ? actions.setMap({ limit: value as number })
              : actions.setMap({ options: { ...settings.options, [id]: value } })
          }
        />
        {form.options.length === 0 && <p className={styles.note}>PCA has nothing to set.</p>}
      </details>
    </div>
  );
}

interface FigureProps {
  map: MapOutput;
  find: string;
  dim: boolean;
  onLasso: (indices: number[] | null) => void;
}

function Figure({ map, find, dim, onLasso }: FigureProps) {
  const actions = useActions();
  const roles = useRoles();
  const theme = useColours();
  const selection = useNotebookState((state) => state.selection);
  const colourName = useNotebookState(({ notebook }) => notebook.map.colour);
  const run = useNotebookState(({ outputs }) => outputs.training?.run);
  const [hover, setHover] = useState<{ map: MapOutput; index: number; x: number; y: number } | null>(null);
  const { side } = map;
  const shownHover = hover && hover.map === map ? hover : null;
  const positions = useMemo(() => positionsOf(map), [map]);
  const selectedIndex = selection?.side === side ? selection.index : null;
  const selected = selectedIndex === null ? null : positions[selectedIndex];

  // The other side's selection shows where its partners lie.
  const partners = useNotebookState(({ entity }) =>
    entity && entity.side !== side && selection && entity.index === selection.index ? entity.partners : null,
  );
  const near = useAnswer(
    () => (selectedIndex === null ? null : actions.neighbours(side, { index: selectedIndex }, NEIGHBOURS, 'cosine')),
    [side, selectedIndex, run],
  );
  const nearby = selectedIndex === null ? null : near.value;
  const marked = useMemo(
    () =>
      (selectedIndex === null ? (partners ?? []) : (nearby ?? []))
        .map(({ index }) => positions[index])
        .filter((position) => position >= 0),
    [selectedIndex, partners, nearby, positions],
  );
  const found = useMemo(() => {
    const text = find.trim().toLowerCase();
    if (text === '') return [];
    const hits: number[] = [];
    for (let position = 0; position < map.x.length && hits.length < FOUND; position++) {
      if (map.points.labels[indexAt(map, position)].toLowerCase().includes(text)) hits.push(position);
    }
    return hits;
  }, [find, map]);

  const base = useMemo(() => {
    if (colourName === PLAIN) return plainTraces(map, theme.ink);
    const colour = map.points.colours.find(({ name }) => name === colourName) ?? null;
    return pointTraces(map, colour, roles[side === 'row' ? 'column' : 'row'].many, theme.theme);
  }, [map, colourName, roles, side, theme.theme, theme.ink]);
  const data = useMemo<Data[]>(
    () => [
      ...base,
      ringTrace(map, found, { name: 'found', size: 12, width: 2, colour: theme.held }),
      ringTrace(map, marked, { name: 'near', size: 14, width: 1.2, colour: theme.accent }),
      ringTrace(map, selected !== null && selected >= 0 ? [selected] : [], {
        name: 'selected',
        size: 18,
        width: 3,
        colour: theme.accent,
      }),
    ],
    [base, map, found, marked, selected, theme],
  );
  const layout = useMemo<Partial<Layout>>(() => {
    const axis = {
      showgrid: false,
      showline: false,
      zeroline: false,
      showticklabels: map.variance !== null,
      ticks: '' as const,
    };
    const title = (n: 0 | 1) => (map.variance ? { title: { text: `component ${n + 1}` } } : {});
    return {
      xaxis: { ...axis, ...title(0) },
      yaxis: { ...axis, ...title(1), scaleanchor: 'x', scaleratio: 1 },
      dragmode: 'pan',
      hovermode: 'closest',
      margin: { l: map.variance ? 48 : 6, r: 6, t: 30, b: map.variance ? 40 : 6 },
      legend: { orientation: 'h', y: 1.01, x: 0, yanchor: 'bottom', itemsizing: 'constant' },
      // While the layout moves, labels would only flicker.
      annotations: map.settled
        ? labelAnnotations(map, theme, selected, { width: Math.min(960, innerWidth - 60), height: HEIGHT - 60 })
        : [],
      uirevision: `${map.side}-${map.method}-${run}-${map.settled}`,
    };
  }, [map, theme, selected, run]);

  const selectedLabel = selectedIndex === null ? '' : ` Selected: ${map.points.labels[selectedIndex]}.`;
  return (
    <div className={styles.figure} data-dim={dim || undefined} data-settled={map.settled}>
      <Plot
        data={data}
        layout={layout}
        height={HEIGHT}
        selectable
        fileName={`cofactor-${map.method}-${roles[side].many}`}
        label={`Map of ${countOf(map.x.length, roles[side])} by ${map.method === 'umap' ? 'UMAP' : 'PCA'}.${selectedLabel}`}
        onPoint={(index) => {
          if (typeof index === 'number') void actions.select(side, { index, label: map.points.labels[index] });
        }}
        onHover={(point) =>
          setHover(
            point && typeof point.customdata === 'number'
              ? { map, index: point.customdata, x: point.x, y: point.y }
              : null,
          )
        }
        onSelected={(indices) => onLasso(indices ? indices.filter((index) => typeof index === 'number') : null)}
      />
      {shownHover && (
        <HoverCard
          side={side}
          index={shownHover.index}
          label={map.points.labels[shownHover.index]}
          degree={map.points.degrees[shownHover.index]}
          x={shownHover.x}
          y={shownHover.y}
        />
      )}
      <NearbyForKeyboard side={side} near={nearby} />
    </div>
  );
}

/** What the rings show, for those who walk the map without seeing or pointing. */
function NearbyForKeyboard({ side, near }: { side: Side; near: readonly { index: number; label: string }[] | null }) {
  const actions = useActions();
  const roles = useRoles();
  if (!near || near.length === 0) return null;
  return (
    <p className={styles.walk}>
      Near the selected {roles[side].one}:{' '}
      {near.slice(0, 8).map(({ index, label }, i) => (
        <span key={index}>
          {i > 0 && ', '}
          <button
            type="button"
            className="linklike"
            dir="auto"
            onClick={() => void actions.select(side, { index, label })}
          >
            {label.length > 60 ? `${label.slice(0, 59)}…` : label}
          </button>
        </span>
      ))}
    </p>
  );
}
