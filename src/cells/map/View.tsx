import { useMemo, useState } from 'react';
import { shownText } from '../../data/shown-text';
import { completeOptions } from '../../models/option';
import { useActions, useNotebookState, useRoles } from '../../notebook/context';
import { count, countOf, fixed } from '../../notebook/format';
import type { MapOutput } from '../../notebook/store';
import { methods } from '../../projection/registry';
import { OptionForm } from '../../ui/OptionForm';
import { Switch } from '../../ui/Switch';
import { useReducedMotion } from '../../ui/useReducedMotion';
import { PLAIN, PLAIN_TITLE } from './figure';
import { MapFigure } from './MapFigure';
import { PointList } from './PointList';
import { ProjectorFiles } from './ProjectorFiles';
import { projectionForms } from './projection-forms';
import styles from './View.module.css';

const CONNECTED = 10;

/** The embeddings laid out in the plane; the page's one selection, drawn and made here too. */
export default function MapView() {
  const actions = useActions();
  const roles = useRoles();
  const settings = useNotebookState(({ notebook }) => notebook.map);
  const still = useReducedMotion();
  // Without motion, a layout is shown when it has come to rest.
  const map = useNotebookState(({ outputs }) => (still && outputs.map?.settled === false ? null : outputs.map));
  const status = useNotebookState(({ runtimes }) => runtimes.map.status);
  const [lasso, setLasso] = useState<number[] | null>(null);
  const [find, setFind] = useState('');
  const [onlyConnected, setOnlyConnected] = useState(false);
  const connected = useConnected(map, onlyConnected);
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
            actions.perform(() => actions.project({ side }));
          }}
        />
        <Switch
          label="Projection"
          value={settings.method}
          choices={methods.map(({ id, title }) => ({ value: id, title }))}
          onChange={(method) => actions.perform(() => actions.project({ method }))}
        />
        <label className={styles.inline}>
          Colour
          <select
            className="field"
            value={settings.colour ?? ''}
            onChange={(event) => actions.setMap({ colour: event.target.value || null })}
          >
            <option value="">number of {roles[settings.side === 'row' ? 'column' : 'row'].many}</option>
            <option value={PLAIN}>{PLAIN_TITLE}</option>
            {colours.map(({ name }) => (
              <option key={name} value={name}>
                {shownText(name)}
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
        <label className={styles.check}>
          <input type="checkbox" checked={onlyConnected} onChange={(event) => setOnlyConnected(event.target.checked)} />
          Label the ten most connected
        </label>
      </div>
      {map ? (
        <MapFigure map={map} find={find} connected={connected} onLasso={setLasso} dim={status === 'stale'} />
      ) : (
        <div className={styles.space}>{status === 'running' ? 'Laying out…' : 'No map yet.'}</div>
      )}
      {map && (
        <p className={styles.note}>
          {map.quality && `${qualityOf(map.quality)} `}
          {typeof map.recall === 'number' &&
            `With so many points, neighbours are searched for approximately: ${fixed(100 * map.recall, 0)} % of them were found. `}
          {form.help}{' '}
          {map.variance &&
            `The axes hold ${fixed(100 * map.variance[0], 1)} % and ${fixed(100 * map.variance[1], 1)} % of the variance. `}
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
        {form.options.length === 0 && <p className={styles.note}>{form.title} has nothing to set.</p>}
      </details>
      {map && <ProjectorFiles side={map.side} />}
    </div>
  );
}

/** In one line: how far the map can be believed. */
function qualityOf({ kept, neighbours, trustworthiness, continuity }: NonNullable<MapOutput['quality']>): string {
  return `Of the ${neighbours} nearest neighbours ${fixed(100 * kept, 0)} % are kept (trustworthiness ${fixed(trustworthiness, 2)}, continuity ${fixed(continuity, 2)}).`;
}

/** Who has the most links: rows that are themselves columns of others by those, else by pairs. Null where not wanted. */
function useConnected(map: MapOutput | null, wanted: boolean): readonly number[] | null {
  const linked = useNotebookState(({ outputs }) => outputs.dataset?.summary.connected ?? null);
  return useMemo(() => {
    if (!map || !wanted) return null;
    if (map.side === 'row' && linked && linked.length > 0) return linked.slice(0, CONNECTED).map(({ index }) => index);
    const { degrees } = map.points;
    return Array.from(degrees, (_, index) => index)
      .sort((a, b) => degrees[b] - degrees[a] || a - b)
      .slice(0, CONNECTED);
  }, [map, wanted, linked]);
}
