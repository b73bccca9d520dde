import { lazy, Suspense, useCallback, useState } from 'react';
import type { Entity, Prediction, Side } from '../../kernel/protocol';
import { useActions, useNotebookState, useRoles } from '../../notebook/context';
import { EntityLink } from '../../notebook/EntityLink';
import { count, countOf } from '../../notebook/format';
import { Switch } from '../../ui/Switch';
import { useAnswer } from '../../ui/useAnswer';
import styles from './View.module.css';

const SearchBox = lazy(() => import('../../ui/SearchBox'));

const SHOWN = 10;
const MARKS: Record<Prediction['status'], string> = { known: 'known', heldOut: 'held out', new: 'new' };

/** One entry: what is known of it, what the model adds, and what is near. */
export default function PredictionsView() {
  const actions = useActions();
  const roles = useRoles();
  const trained = useNotebookState(({ outputs }) => outputs.training !== null);
  const dataset = useNotebookState(({ outputs }) => outputs.dataset);
  const selection = useNotebookState((state) => state.selection);
  const entity = useNotebookState((state) => state.entity);
  const [side, setSide] = useState<Side>('row');
  const search = useCallback(
    (text: string, signal: AbortSignal) => actions.search(side, text, 50, signal),
    [actions, side],
  );
  if (!dataset) return <p className={styles.empty}>Nothing is loaded yet.</p>;
  return (
    <div>
      <div className={styles.finder}>
        <Switch
          label="Look for"
          value={side}
          choices={[
            { value: 'row', title: roles.row.many },
            { value: 'column', title: roles.column.many },
          ]}
          onChange={setSide}
        />
        <Suspense fallback={<div className={styles.searchSpace} />}>
          <SearchBox
            label={`Find ${roles[side].many}`}
            placeholder={`Find one of ${countOf(side === 'row' ? dataset.summary.rows : dataset.summary.columns, roles[side])}`}
            search={search}
            onPick={(hit) => void actions.select(side, hit)}
          />
        </Suspense>
        <button type="button" className="button" onClick={() => void actions.selectRandom(side)}>
          Random {roles[side].one}
        </button>
      </div>
      <div className={styles.columns}>
        {entity && selection ? (
          <>
            <Card entity={entity} />
            {trained ? (
              <Predicted entity={entity} />
            ) : (
              <p className={styles.empty}>Train a model to see what is missing.</p>
            )}
          </>
        ) : (
          <p className={styles.empty}>
            {trained
              ? `Pick a ${roles.row.one} or a ${roles.column.one}.`
              : 'Train a model, or pick something to look at it.'}
          </p>
        )}
      </div>
    </div>
  );
}

function Card({ entity }: { entity: Entity }) {
  const roles = useRoles();
  const other = entity.side === 'row' ? 'column' : 'row';
  const [all, setAll] = useState(false);
  const shown = all ? entity.partners : entity.partners.slice(0, 14);
  return (
    <article className={styles.card} aria-label={entity.label} data-entity={entity.id}>
      {entity.picture && <img className={styles.picture} src={entity.picture} alt="" width="96" height="96" />}
      <p className={styles.kind}>{roles[entity.side].one}</p>
      <h3 dir="auto">{entity.label}</h3>
      <dl className={styles.metadata}>
        {entity.id !== entity.label && (
          <div>
            <dt>id</dt>
            <dd>{entity.id}</dd>
          </div>
        )}
        {entity.metadata.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
        {entity.links.map(({ name, address }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <a href={address} target="_blank" rel="noopener noreferrer">
                {address.replace(/^https?:\/\/(www\.)?/, '')}
              </a>
            </dd>
          </div>
        ))}
      </dl>
      <h4>
        {count(entity.partnerCount)} known {entity.partnerCount === 1 ? roles[other].one : roles[other].many}
      </h4>
      <ul className={styles.tags}>
        {shown.map((partner) => (
          <li key={partner.index} data-held={partner.heldOut || undefined}>
            <EntityLink side={other} entry={partner} />
            {partner.heldOut && <span className={styles.heldNote}> held out</span>}
          </li>
        ))}
      </ul>
      {entity.partners.length > shown.length && (
        <button type="button" className="linklike" onClick={() => setAll(true)}>
          {entity.partnerCount > entity.partners.length
            ? `Show the ${count(entity.partners.length)} most frequent`
            : `Show all ${count(entity.partnerCount)}`}
        </button>
      )}
    </article>
  );
}

function Predicted({ entity }: { entity: Entity }) {
  const actions = useActions();
  const roles = useRoles();
  const run = useNotebookState(({ outputs }) => outputs.training?.run);
  const other = entity.side === 'row' ? 'column' : 'row';
  const [show, setShow] = useState<'missing' | 'all'>('missing');
  const { side, index } = entity;
  const predicted = useAnswer(() => actions.topK(side, { index }, SHOWN, show === 'all'), [side, index, run, show]);
  const near = useAnswer(() => actions.neighbours(side, { index }, SHOWN, 'cosine'), [side, index, run]);
  return (
    <div className={styles.lists}>
      <section aria-label="Predictions">
        <div className={styles.listHead}>
          <h4>
            {side === 'row' ? `${roles.column.many} it probably misses` : `${roles.row.many} that probably miss it`}
          </h4>
          <Switch
            label="Show"
            value={show}
            choices={[
              { value: 'missing', title: 'Missing' },
              { value: 'all', title: 'All' },
            ]}
            onChange={setShow}
          />
        </div>
        <ScoreList side={other} entries={predicted.value} error={predicted.error} rows={SHOWN} name="predictions" />
      </section>
      <section aria-label="Neighbours">
        <div className={styles.listHead}>
          <h4>
            nearest {roles[side].many} <small>cosine</small>
          </h4>
        </div>
        <ScoreList side={side} entries={near.value} error={near.error} rows={SHOWN} name="neighbours" />
      </section>
    </div>
  );
}

interface ScoreListProps {
  side: Side;
  entries: readonly { index: number; id: string; label: string; score: number; status?: Prediction['status'] }[] | null;
  error: string | null;
  /** Lines kept free while an answer is on its way, so that nothing jumps. */
  rows: number;
  name: string;
}

function ScoreList({ side, entries, error, rows, name }: ScoreListProps) {
  if (error) return <p role="alert">{error}</p>;
  const scores = entries?.map(({ score }) => score) ?? [];
  const high = Math.max(...scores);
  const low = Math.min(0, ...scores);
  return (
    <ol className={styles.scores} style={{ minHeight: `${rows * 2.05}rem` }} data-list={name}>
      {entries?.map((entry) => (
        <li key={entry.index} data-status={entry.status}>
          <span className={styles.name}>
            <EntityLink side={side} entry={entry} />
          </span>
          {entry.status && (
            <span className={styles.mark} data-status={entry.status}>
              {MARKS[entry.status]}
            </span>
          )}
          <span className={styles.bar} aria-hidden="true">
            <span style={{ width: `${Math.max(1, (100 * (entry.score - low)) / (high - low || 1))}%` }} />
          </span>
          <span className={styles.score}>{entry.score.toFixed(2)}</span>
        </li>
      ))}
    </ol>
  );
}
