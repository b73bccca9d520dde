import { useMemo, useState } from 'react';
import type { Axis } from '../../kernel/protocol';
import { useActions, useNotebookState, useRoles } from '../../notebook/context';
import { countOf } from '../../notebook/format';
import type { MapOutput } from '../../notebook/store';
import { methodById } from '../../projection/registry';
import { type Data, type Layout, Plot } from '../../ui/Plot';
import { useAnswer } from '../../ui/useAnswer';
import { useColours } from '../../ui/useColours';
import { indexAt, PLAIN, plainTraces, pointTraces, positionsOf, ringTrace } from './figure';
import { HoverCard } from './HoverCard';
import { cornerView, inView, labelAnnotations, wholeView } from './labels';
import styles from './View.module.css';

const NEIGHBOURS = 10;
const HEIGHT = matchMedia('(max-width: 40rem)').matches ? 440 : 580;
/** What is left for the points, in pixels, beside the scale and below the toolbar. */
const SIZE = { width: Math.min(890, innerWidth - 110), height: HEIGHT - 60 };
/** Rings around what was searched for; more would hide the map. */
const FOUND = 300;

interface MapFigureProps {
  map: MapOutput;
  find: string;
  dim: boolean;
  /** Rows or columns to label in place of the most frequent; null for those. */
  connected: readonly number[] | null;
  onLasso: (indices: number[] | null) => void;
}

/** The map itself: points, labels, rings, and what lies under the pointer. */
export function MapFigure({ map, find, dim, connected, onLasso }: MapFigureProps) {
  const actions = useActions();
  const roles = useRoles();
  const theme = useColours();
  const selection = useNotebookState((state) => state.selection);
  const colourName = useNotebookState(({ notebook }) => notebook.map.colour);
  const run = useNotebookState(({ outputs }) => outputs.training?.run);
  const [hover, setHover] = useState<{ map: MapOutput; index: number; x: number; y: number } | null>(null);
  const [zoomed, setZoomed] = useState(false);
  const { side } = map;
  const shownHover = hover && hover.map === map ? hover : null;
  const positions = useMemo(() => positionsOf(map), [map]);
  const selectedIndex = selection?.side === side ? selection.index : null;
  const selected = selectedIndex !== null && positions[selectedIndex] >= 0 ? positions[selectedIndex] : null;

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

  const whole = useMemo(() => wholeView(map, SIZE), [map]);
  const corner = useMemo(
    () =>
      zoomed && map.settled && selected !== null && nearby !== null && marked.length > 0
        ? cornerView(map, selected, marked, whole)
        : null,
    [zoomed, map, selected, nearby, marked, whole],
  );

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
      ringTrace(map, selected === null ? [] : [selected], {
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
    const ranges = corner && [
      [corner.x - corner.width / corner.scale / 2, corner.x + corner.width / corner.scale / 2],
      [corner.y - corner.height / corner.scale / 2, corner.y + corner.height / corner.scale / 2],
    ];
    const most = connected?.map((index) => positions[index]).filter((position) => position >= 0);
    return {
      xaxis: { ...axis, ...title(0), ...(ranges ? { range: ranges[0] } : {}) },
      yaxis: { ...axis, ...title(1), ...(ranges ? { range: ranges[1] } : {}), scaleanchor: 'x', scaleratio: 1 },
      dragmode: 'pan',
      hovermode: 'closest',
      margin: { l: map.variance ? 48 : 6, r: 6, t: 30, b: map.variance ? 40 : 6 },
      // Below the map: above it lies the toolbar.
      legend: { orientation: 'h', x: 0, y: 0, yref: 'container', yanchor: 'bottom', itemsizing: 'constant' },
      // While the layout moves, labels would only flicker.
      annotations: map.settled
        ? labelAnnotations(
            map,
            {
              selected,
              wanted: [...(selected === null ? [] : marked), ...(corner ? [] : (most ?? []))],
              frequent: !most || corner !== null,
            },
            corner ?? whole,
            theme,
          )
        : [],
      // A corner is another view of the same map: it is gone to at once, and left for the one before.
      uirevision: `${map.side}-${map.method}-${run}-${map.settled}-${corner ? selected : 'whole'}`,
    };
  }, [map, theme, selected, run, corner, whole, marked, connected, positions]);

  const outside = corner
    ? (nearby?.length ?? 0) - marked.filter((position) => inView(map, position, corner)).length
    : 0;
  const selectedLabel = selectedIndex === null ? '' : ` Selected: ${map.points.labels[selectedIndex]}.`;
  return (
    <div className={styles.figure} data-dim={dim || undefined} data-settled={map.settled}>
      <Plot
        data={data}
        layout={layout}
        height={HEIGHT}
        selectable
        fileName={`cofactor-${map.method}-${roles[side].many}`}
        label={`Map of ${countOf(map.x.length, roles[side])} by ${methodById(map.method).title}.${selectedLabel}`}
        onPoint={(index) => {
          if (typeof index === 'number')
            actions.perform(() => actions.select(side, { index, label: map.points.labels[index] }));
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
      {nearby && nearby.length > 0 && (
        <div className={styles.walk}>
          <Nearby side={side} near={nearby} />
          {selected !== null && map.settled && (
            <button type="button" className="button" onClick={() => setZoomed(!zoomed)}>
              {zoomed ? 'Show the whole map' : 'Show its corner'}
            </button>
          )}
          {corner && outside > 0 && (
            <p className={styles.note}>
              {outside} of the {nearby.length} nearest {outside === 1 ? 'lies' : 'lie'} outside of this corner.
            </p>
          )}
        </div>
      )}
    </div>
  );
}

/** What the rings show, for those who walk the map without seeing or pointing. */
function Nearby({ side, near }: { side: Axis; near: readonly { index: number; label: string }[] }) {
  const actions = useActions();
  const roles = useRoles();
  return (
    <p>
      Near the selected {roles[side].one}:{' '}
      {near.map(({ index, label }, i) => (
        <span key={index}>
          {i > 0 && ', '}
          <button
            type="button"
            className="linklike"
            dir="auto"
            onClick={() => actions.perform(() => actions.select(side, { index, label }))}
          >
            {label.length > 60 ? `${label.slice(0, 59)}…` : label}
          </button>
        </span>
      ))}
    </p>
  );
}
