import { useState } from 'react';
import type { Evaluation } from '../../kernel/protocol';
import { presetById } from '../../models/registry';
import { useActions, useNotebookState, useRoles } from '../../notebook/context';
import { count, countOf } from '../../notebook/format';
import { fillRoles } from '../../notebook/prose';
import { RankingTable, RatingTable } from './Methods';
import { Slices } from './Slices';
import { Suggestions } from './Suggestions';
import styles from './View.module.css';
import { rankingVerdict, ratingVerdict } from './verdict';

const LENGTHS = [5, 10, 20, 50];

/** The model's quality beside that of simple methods, and what the test was. */
export default function EvaluationView() {
  const actions = useActions();
  const roles = useRoles();
  const evaluation = useNotebookState(({ outputs }) => outputs.evaluation);
  const training = useNotebookState(({ outputs }) => outputs.training);
  const listLength = useNotebookState((state) => state.listLength);
  const status = useNotebookState(({ runtimes }) => runtimes.evaluation.status);
  const [more, setMore] = useState(false);
  if (training && training.heldOutPairs === 0) {
    return (
      <div className={styles.evaluation}>
        <p className={styles.empty}>
          No pair was held out in this run, so nothing can be measured: the hold-out is switched off, or no{' '}
          {roles.row.one} has enough {roles.column.many}. Both can be changed in the model’s options.
        </p>
        <Suggestions k={listLength} tested={false} />
      </div>
    );
  }
  const running = status === 'running';
  const title = training ? presetById(training.preset).title : 'Model';
  const ratingsAlone = evaluation !== null && evaluation.model.ratings !== null && evaluation.model.ranking === null;
  return (
    <div className={styles.evaluation} data-stale={status !== 'done' || undefined}>
      {evaluation && <Leaks evaluation={evaluation} />}
      <div className={styles.controls}>
        <label>
          Lists of
          <select
            className="field"
            value={listLength}
            disabled={!training || running}
            onChange={(event) => actions.perform(() => actions.evaluate({ k: Number(event.target.value) }))}
          >
            {LENGTHS.includes(listLength) ? null : <option value={listLength}>{listLength}</option>}
            {LENGTHS.map((k) => (
              <option key={k} value={k}>
                {k}
              </option>
            ))}
          </select>
        </label>
        <label>
          <input type="checkbox" checked={more} onChange={(event) => setMore(event.target.checked)} />
          More
        </label>
      </div>
      {evaluation?.model.ratings && <RatingTable model={title} evaluation={evaluation} />}
      {ratingsAlone ? (
        <p className={styles.note}>
          Only the ratings were measured: ranking all {roles.column.many} for every {roles.row.one} with this network
          would take too long.
        </p>
      ) : (
        <RankingTable model={title} evaluation={evaluation} k={evaluation?.k ?? listLength} more={more} />
      )}
      {evaluation && training ? (
        <Standing evaluation={evaluation} heldOut={training.heldOutPairs} trainedOn={training.options.leak === true} />
      ) : (
        <p className={styles.note}>Not measured yet.</p>
      )}
      {evaluation && <Slices evaluation={evaluation} />}
      {training && <Suggestions k={evaluation?.k ?? listLength} tested />}
    </div>
  );
}

/** Ways in which the numbers do not mean what they seem to, before the numbers. */
function Leaks({ evaluation: { leaks } }: { evaluation: Evaluation }) {
  const roles = useRoles();
  return leaks.map(({ severity, text }) => (
    <p key={text} className={styles.leak} data-leak={severity} role={severity === 'refuse' ? 'alert' : 'note'}>
      {severity === 'refuse' && <strong>These numbers mean nothing. </strong>}
      {fillRoles(text, roles)}
    </p>
  ));
}

/** What was tested, what was not, and what comes of it. */
function Standing({ evaluation, heldOut, trainedOn }: { evaluation: Evaluation; heldOut: number; trainedOn: boolean }) {
  const roles = useRoles();
  const columns = useNotebookState(({ outputs }) => outputs.dataset?.summary.columns ?? 0);
  const trained = useNotebookState(({ outputs }) => outputs.training?.trained.columns);
  const { model, left, ranked } = evaluation;
  const { ranking } = model;
  const pairs = { one: 'pair', many: 'pairs' };
  const leftOut = [
    left.coldRows > 0 ? `${countOf(left.coldRows, pairs)} of ${roles.row.many} that training never saw` : '',
    left.coldColumns > 0 ? `${countOf(left.coldColumns, pairs)} of ${roles.column.many} that training never saw` : '',
    left.low > 0 ? `${countOf(left.low, pairs)} with a low value` : '',
  ].filter((part) => part !== '');
  // Coverage counts against the columns that training has.
  const trainedColumns = trained ?? columns;
  const meaningless = evaluation.leaks.some(({ severity }) => severity === 'refuse');
  const verdicts = [
    ratingVerdict(evaluation),
    rankingVerdict(evaluation, { count: columns, many: roles.column.many }),
  ].filter((verdict) => verdict !== '' && !meaningless);
  return (
    <div className={styles.note}>
      {ranking && (
        <p data-counts>
          {count(ranking.hit * ranking.rows)} of {countOf(ranking.rows, roles.row)} had a hit;{' '}
          {count(ranking.coverage * trainedColumns)} of {countOf(trainedColumns, roles.column)} were in a list.
        </p>
      )}
      <p data-standing>
        {countOf(heldOut, pairs)}
        {ranking && !ranked ? ` of ${countOf(ranking.rows, roles.row)}` : ''} {heldOut === 1 ? 'was' : 'were'}{' '}
        {trainedOn ? 'tested, and trained on.' : 'kept from training.'} {verdicts.length === 1 ? verdicts[0] : ''}
      </p>
      {verdicts.length === 2 && (
        <>
          <p>
            <b>Ratings.</b> {verdicts[0]}
          </p>
          <p>
            <b>Lists.</b> {verdicts[1]}
          </p>
        </>
      )}
      {ranked && (
        <p>
          Ranked for {count(ranked.rows)} of {count(ranked.of)} {roles.row.many}, drawn at random: ranking all of them
          with this network would take too long.
        </p>
      )}
      {leftOut.length > 0 && <p data-left-out>Left out of the test: {leftOut.join(', ')}.</p>}
    </div>
  );
}
