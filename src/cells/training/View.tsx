import { useMemo, useState } from 'react';
import type { TrainReport } from '../../kernel/protocol';
import { MAX_EPOCHS } from '../../models/bounds';
import { stepsPerEpoch } from '../../models/cost';
import { useActions, useNotebookState } from '../../notebook/context';
import { count, countOf, duration, short, significant } from '../../notebook/format';
import type { TrainingLog } from '../../notebook/training-log';
import type { TrainingProgress } from '../../training/trainer';
import { type Data, type Layout, Plot } from '../../ui/Plot';
import { Switch } from '../../ui/Switch';
import { useColours } from '../../ui/useColours';
import { RatePlot } from '../model/RatePlot';
import { Epochs } from './Epochs';
import { Files } from './Files';
import { RateFinder } from './RateFinder';
import { type RunShown, runShown } from './run-shown';
import styles from './View.module.css';

/** Points drawn of a curve: more than a screen has pixels adds nothing. */
const POINTS = 1500;
const NO_NUMBER = '–';

/** The loss as it falls, and the hand on the run. */
export default function TrainingView() {
  const actions = useActions();
  const { status, hasOutput } = useNotebookState(({ runtimes }) => runtimes.training);
  const paused = useNotebookState((state) => state.paused);
  const version = useNotebookState((state) => state.logVersion);
  const running = status === 'running';
  // What is left of data that is gone is not shown.
  const log = useNotebookState((state) => (running || hasOutput ? state.log : null));
  const report = useNotebookState(({ outputs }) => (hasOutput ? outputs.training : null));
  const summary = useNotebookState(({ outputs }) => outputs.dataset?.summary ?? null);
  const model = useNotebookState(({ notebook }) => notebook.model);
  const [scale, setScale] = useState<'linear' | 'log'>('linear');
  const [chosen, setChosen] = useState<'step' | 'epoch'>('step');
  // Of a run that was opened from a file, only its epochs are known.
  const by = log || !report ? chosen : 'epoch';
  const asked = running ? (log?.asked ?? model) : (report ?? model);
  const shown = useMemo(() => (summary ? runShown(asked, summary) : null), [asked, summary]);
  const latest = log?.latest ?? null;
  const smoothed = log?.smoothed.at(-1);
  const epochs = running || !report ? (log?.epochs ?? []) : report.history;
  // An epoch that was stopped has none of its own.
  const held = epochs.findLast(({ heldOutLoss }) => heldOutLoss !== null)?.heldOutLoss;
  const notices = running || !report ? (log?.notices ?? []) : report.notices;
  const done = !running && report ? report : null;
  const stopped = done?.stopReason === 'stopped';
  const resumable = useNotebookState(
    ({ outputs }) => outputs.runs.find(({ run }) => run === outputs.training?.run)?.resumable ?? false,
  );
  return (
    <div>
      <div className={styles.controls}>
        {running ? (
          <>
            {paused ? (
              <button
                type="button"
                className="button primary"
                onClick={() => actions.perform(() => actions.control('resume'))}
              >
                Resume
              </button>
            ) : (
              <button
                type="button"
                className="button primary"
                onClick={() => actions.perform(() => actions.control('pause'))}
              >
                Pause
              </button>
            )}
            <button type="button" className="button" onClick={() => actions.perform(() => actions.control('step'))}>
              One step
            </button>
            <button
              type="button"
              className="button"
              title="Ends the run here and keeps what it has learned. It can be resumed until another run is trained."
              onClick={() => actions.perform(() => actions.control('stop'))}
            >
              Stop
            </button>
            <button
              type="button"
              className={`button quiet ${styles.discard}`}
              title="Throws this run away. The run before it, if there is one, is shown again."
              onClick={() => actions.cancel('training')}
            >
              Discard
            </button>
          </>
        ) : (
          <>
            {stopped && resumable && (
              <button
                type="button"
                className="button primary"
                data-resume
                title="Goes on to the epochs that were planned."
                onClick={() => actions.perform(() => actions.continueTraining(null))}
              >
                Resume
              </button>
            )}
            <button
              type="button"
              className={stopped && resumable ? 'button' : 'button primary'}
              onClick={() => actions.perform(() => actions.runFrom('training'))}
            >
              Train
            </button>
            {resumable && report && <MoreEpochs report={report} />}
          </>
        )}
        <span className={styles.spacer} />
        <Switch
          label="Losses shown"
          value={by}
          choices={[
            { value: 'step', title: 'Per step' },
            { value: 'epoch', title: 'Per epoch' },
          ]}
          disabled={!log}
          onChange={setChosen}
        />
        <Switch
          label="Scale of the loss"
          value={scale}
          choices={[
            { value: 'linear', title: 'Linear' },
            { value: 'log', title: 'Log' },
          ]}
          onChange={setScale}
        />
      </div>
      {notices.map((notice) => (
        <p key={notice} className={styles.notice} role="status">
          {notice}
        </p>
      ))}
      {report?.stopReason === 'stopped' && !running && (
        <p className={styles.notice} role="status">
          Stopped after {countOf(report.steps, { one: 'step', many: 'steps' })}; what it had learned by then is kept.
          {resumable && ' Resume goes on to the epochs that were planned.'}
        </p>
      )}
      {by === 'step' ? (
        <LossPlot log={log} scale={scale} version={version} dropout={shown?.dropout ?? false} />
      ) : (
        <Epochs
          epochs={epochs}
          scale={scale}
          metric={shown?.metric ?? null}
          restoredEpoch={done?.restoredEpoch ?? null}
          dropout={shown?.dropout ?? false}
        />
      )}
      <dl className={styles.numbers}>
        <Item
          name="epoch"
          value={
            latest
              ? `${count(begunEpochs(latest))} of ${count(latest.epochs)}`
              : done
                ? count(done.history.length)
                : NO_NUMBER
          }
        />
        <Item
          name="step"
          value={latest ? `${count(latest.step)} of ${count(latest.steps)}` : done ? count(done.steps) : NO_NUMBER}
        />
        <Item name="loss, moving average" value={smoothed === undefined ? NO_NUMBER : significant(smoothed, 4)} />
        <Item name="held-out loss" value={held == null ? NO_NUMBER : significant(held, 4)} />
        <Item name="pairs a second" value={speed(done ?? latest)} />
        <Item
          name={running ? 'left' : 'took'}
          value={
            running
              ? latest?.secondsLeft == null
                ? NO_NUMBER
                : duration(latest.secondsLeft)
              : report
                ? duration(report.seconds)
                : NO_NUMBER
          }
        />
      </dl>
      {shown && <UsedRate shown={shown} log={log} made={done?.steps ?? null} />}
      {summary && <RateFinder />}
      <Files />
    </div>
  );
}

/** The epoch that a run is in, from 1, or where it has just ended one, that one. */
function begunEpochs({ step, steps, epochs }: TrainingProgress): number {
  return Math.max(1, Math.ceil(step / (steps / epochs)));
}

/** Goes on with a run that has ended, by as many epochs as one says. */
function MoreEpochs({ report }: { report: TrainReport }) {
  const actions = useActions();
  const [text, setText] = useState('5');
  const most = MAX_EPOCHS - report.history.length;
  const more = Number(text);
  const possible = Number.isInteger(more) && more >= 1 && more <= most;
  if (most < 1) return null;
  return (
    <form
      className={styles.more}
      onSubmit={(event) => {
        event.preventDefault();
        if (possible) actions.perform(() => actions.continueTraining(more));
      }}
    >
      <input
        className="field"
        type="number"
        aria-label="Epochs more"
        min={1}
        max={most}
        step={1}
        value={text}
        aria-invalid={!possible || undefined}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="button" disabled={!possible}>
        Train {possible ? countOf(more, { one: 'epoch', many: 'epochs' }) : 'epochs'} more
      </button>
      {!possible && (
        <span className={styles.problem} role="alert">
          A whole number from 1 to {count(most)}.
        </span>
      )}
    </form>
  );
}

function speed(of: { pairsPerSecond: number } | null): string {
  return of?.pairsPerSecond ? short(of.pairsPerSecond) : NO_NUMBER;
}

interface UsedRateProps {
  shown: RunShown;
  log: TrainingLog | null;
  /** Steps made; null before the end. */
  made: number | null;
}

/** The learning rate of the run under way, of the last one, or of the one to come. */
function UsedRate({ shown: { training, facts }, log, made }: UsedRateProps) {
  const latest = log?.latest ?? null;
  const perEpoch = latest ? latest.steps / latest.epochs : stepsPerEpoch(training.batches, facts);
  return (
    <details className={styles.part}>
      <summary>Learning rate</summary>
      <RatePlot training={training} stepsPerEpoch={perEpoch} {...(made === null ? {} : { made })} />
    </details>
  );
}

function Item({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

interface LossPlotProps {
  /** Grows in place; `version` says that it has. */
  log: TrainingLog | null;
  scale: 'linear' | 'log';
  version: number;
  /** Whether training leaves something out, which the held-out loss does not. */
  dropout: boolean;
}

function LossPlot({ log, scale, version, dropout }: LossPlotProps) {
  const colours = useColours();
  const data = useMemo<Data[]>(() => {
    if (!log) return [];
    const every = Math.max(1, Math.ceil(log.losses.length / POINTS));
    const at: number[] = [];
    for (let i = 0; i < log.losses.length; i += every) at.push(i);
    if (log.losses.length > 0 && at.at(-1) !== log.losses.length - 1) at.push(log.losses.length - 1);
    const steps = at.map((i) => i + 1);
    const line = {
      type: 'scatter',
      mode: 'lines',
      hovertemplate: '%{y:.4f}<extra>%{fullData.name}, step %{x}</extra>',
    } as const;
    return [
      {
        ...line,
        name: 'each step',
        x: steps,
        y: at.map((i) => log.losses[i]),
        line: { color: colours.accent, width: 1 },
        opacity: 0.35,
      },
      {
        ...line,
        name: dropout ? 'moving average, with dropout' : 'moving average',
        x: steps,
        y: at.map((i) => log.smoothed[i]),
        line: { color: colours.accent, width: 2.5 },
      },
      {
        type: 'scatter',
        mode: 'lines+markers',
        name: dropout ? 'held out, without dropout' : 'held out',
        x: log.heldOut.map(({ step }) => step),
        y: log.heldOut.map(({ loss }) => loss),
        line: { color: colours.held, width: 1.5, dash: 'dot' },
        marker: { size: 7 },
        hovertemplate: '%{y:.4f}<extra>held out, step %{x}</extra>',
      },
    ];
  }, [log, version, colours, dropout]);
  const layout = useMemo<Partial<Layout>>(
    () => ({
      xaxis: { title: { text: 'step' }, rangemode: 'tozero' },
      yaxis: { title: { text: 'loss' }, type: scale, ...(scale === 'linear' ? {} : { dtick: 'D1' }) },
      legend: { orientation: 'h', y: 1.06, x: 0, yanchor: 'bottom' },
      margin: { l: 56, r: 8, t: 34, b: 44 },
      uirevision: scale,
    }),
    [scale],
  );
  const last = log?.smoothed.at(-1);
  return (
    <Plot
      data={data}
      layout={layout}
      height={300}
      fileName="cofactor-loss"
      label={
        log && last !== undefined
          ? `Loss over ${count(log.losses.length)} steps, from ${significant(log.losses[0], 3)} to ${significant(last, 3)}.`
          : 'Loss: nothing trained yet.'
      }
    />
  );
}
