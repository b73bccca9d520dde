import { Suspense, useCallback, useState } from 'react';
import { shownText } from '../../data/shown-text';
import { article, type Roles } from '../../data/words';
import type { Axis, Entity } from '../../kernel/protocol';
import { presetById } from '../../models/registry';
import { useActions, useNotebookState, useRoles } from '../../notebook/context';
import { EntityLink } from '../../notebook/EntityLink';
import { count, countOf } from '../../notebook/format';
import { lazyPart } from '../../ui/lazyPart';
import { Switch } from '../../ui/Switch';
import { useAnswer } from '../../ui/useAnswer';
import { EntryVector } from './EntryVector';
import { Neighbours } from './Neighbours';
import { ScoreList } from './ScoreList';
import styles from './View.module.css';

const SearchBox = lazyPart(() => import('../../ui/SearchBox'));

const SHOWN = 10;
/** Hits of a search that are listed. */
const HITS = 50;

/** One entry: what is known of it, what the model adds, and what is near. */
export default function PredictionsView() {
  const actions = useActions();
  const roles = useRoles();
  const trained = useNotebookState(({ outputs }) => outputs.training !== null);
  const dataset = useNotebookState(({ outputs }) => outputs.dataset);
  const selection = useNotebookState((state) => state.selection);
  const entity = useNotebookState((state) => state.entity);
  const [side, setSide] = useState<Axis>('row');
  const partner = roles[side === 'row' ? 'column' : 'row'];
  const search = useCallback(
    async (text: string, signal: AbortSignal) =>
      (await actions.search(side, text, HITS, signal)).map(({ degree, ...hit }) => ({
        ...hit,
        note: countOf(degree, partner),
      })),
    [actions, side, partner],
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
            onPick={(hit) => actions.perform(() => actions.select(side, hit))}
          />
        </Suspense>
        <button type="button" className="button" onClick={() => actions.perform(() => actions.selectRandom(side))}>
          Random {roles[side].one}
        </button>
      </div>
      <div className={styles.columns}>
        {entity && selection ? (
          <>
            <Card key={`${entity.side} ${entity.index}`} entity={entity} />
            {trained ? (
              <Predicted entity={entity} />
            ) : (
              <p className={styles.empty}>Train a model to see what is missing.</p>
            )}
          </>
        ) : (
          <p className={styles.empty}>
            {trained
              ? `Pick ${article(roles.row.one)} or ${article(roles.column.one)}.`
              : 'Train a model, or pick something to look at.'}
          </p>
        )}
      </div>
    </div>
  );
}

function Card({ entity }: { entity: Entity }) {
  const roles = useRoles();
  const trained = useNotebookState(({ outputs }) => outputs.training !== null);
  const other = entity.side === 'row' ? 'column' : 'row';
  const [all, setAll] = useState(false);
  const shown = all ? entity.partners : entity.partners.slice(0, 14);
  return (
    <article className={styles.card} aria-label={entity.label} data-entity={entity.id}>
      {entity.picture && <img className={styles.picture} src={entity.picture} alt="" width="96" height="96" />}
      <p className={styles.kind}>{roles[entity.side].one}</p>
      <h3 dir="auto">{entity.label}</h3>
      <dl className={styles.metadata}>
        {shownText(entity.id) !== entity.label && (
          <div>
            <dt>id</dt>
            <dd>{shownText(entity.id)}</dd>
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
                {shownText(address.replace(/^https?:\/\/(www\.)?/, ''), 120)}
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
      {trained && <EntryVector entity={entity} />}
    </article>
  );
}

function Predicted({ entity }: { entity: Entity }) {
  const actions = useActions();
  const roles = useRoles();
  const training = useNotebookState(({ outputs }) => outputs.training);
  const other = entity.side === 'row' ? 'column' : 'row';
  const [show, setShow] = useState<'missing' | 'all'>('missing');
  const { side, index } = entity;
  const run = training?.run;
  const kind = training ? presetById(training.preset).learns : 'pairs';
  const predicted = useAnswer(() => actions.topK(side, { index }, SHOWN, show === 'all'), [side, index, run, show]);
  const { value: vector } = useAnswer(() => actions.vector(side, { index }), [side, index, run]);
  if (vector?.unknown) {
    return (
      <p className={styles.empty} role="status" data-unknown>
        “{entity.label}” has no pair in training, so nothing can be predicted, and there is no vector to compare.
        {training && training.heldOutPairs > 0 && ' All of them may be held out.'}
      </p>
    );
  }
  return (
    <div className={styles.lists}>
      <section aria-label="Predictions">
        <div className={styles.listHead}>
          <h4>
            {headline(side, kind, roles)} {kind === 'ratings' && <small>predicted rating</small>}
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
        {vector?.pairs === 0 && (
          <p className={styles.note}>
            This {roles[side].one} has no pair in training: the list comes from metadata, or from what all have in
            common.
          </p>
        )}
        <ScoreList
          side={other}
          entries={predicted.value}
          error={predicted.error}
          rows={SHOWN}
          name="predictions"
          kind={kind}
        />
      </section>
      <Neighbours entity={entity} />
    </div>
  );
}

function headline(side: Axis, kind: 'ratings' | 'pairs', { row, column }: Roles): string {
  if (kind === 'ratings') return `${side === 'row' ? column.many : row.many} not rated yet`;
  return side === 'row' ? `${column.many} probably missing` : `${row.many} probably missing this ${column.one}`;
}
