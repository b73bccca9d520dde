import { useMemo, useState } from 'react';
import { useActions, useNotebookState } from '../../notebook/context';
import { count, duration, short } from '../../notebook/format';
import { type Data, type Layout, Plot } from '../../ui/Plot';
import { Switch } from '../../ui/Switch';
import { useColours } from '../../ui/useColours';
import styles from './View.module.css';

/** Points drawn of a curve: more than a screen has pixels adds nothing. */
const POINTS = 1500;
const NO_NUMBER = '–';

/** The loss as it falls, and the hand on the run. */
export default function TrainingView() {
  const actions = useActions();
  const status = useNotebookState(({ runtimes }) => runtimes.training.status);
  const paused = useNotebookState((state) => state.paused);
  const version = useNotebookState((state) => state.logVersion);
  const log = useNotebookState((state) => state.log);
  const report = useNotebookState(({ outputs }) => outputs.training);
  const [scale, setScale] = useState<'linear' | 'log'>('linear');
  const running = status === 'running';
  const latest = log?.latest ?? null;
  const smoothed = log?.smoothed.at(-1);
  const held = log?.heldOut.at(-1)?.loss;
  const notices = running || !report ? (log?.notices ?? []) : report.notices;
  return (
    <div>
      <div className={styles.controls}>
        {running ? (
          <>
            {paused ? (
              <button type="button" className="button primary" onClick={() => void actions.control('resume')}>
                Resume
              </button>
            ) : (
              <button type="button" className="button primary" onClick={() => void actions.control('pause')}>
                Pause
              </button>
            )}
            <button type="button" className="button" onClick={() => void actions.control('step')}>
              One step
            </button>
            <button type="button" className="button" onClick={() => void actions.control('stop')}>
              Stop
            </button>
          </>
        ) : (
          <button type="button" className="button primary" onClick={() => void actions.runFrom('training')}>
            Train
          </button>
        )}
        <span className={styles.spacer} />
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
      {report?.ended === 'stopped' && !running && (
        <p className={styles.notice} role="status">
          Stopped after {count(report.steps)} steps; what it had learned by then is kept.
        </p>
      )}
      <LossPlot scale={scale} version={version} />
      <dl className={styles.numbers}>
        <Item
          name="epoch"
          value={
            latest
              ? `${Math.min(latest.epochs, running ? latest.epoch + 1 : latest.epoch)} of ${latest.epochs}`
              : NO_NUMBER
          }
        />
        <Item name="step" value={latest ? `${count(latest.step)} of ${count(latest.steps)}` : NO_NUMBER} />
        <Item name="loss, last 100 steps" value={smoothed === undefined ? NO_NUMBER : smoothed.toPrecision(4)} />
        <Item name="held-out loss" value={held === undefined ? NO_NUMBER : held.toPrecision(4)} />
        <Item
          name="pairs a second"
          value={
            latest?.pairsPerSecond
              ? short(report && !running ? report.pairsPerSecond : latest.pairsPerSecond)
              : NO_NUMBER
          }
        />
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
    </div>
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

function LossPlot({ scale, version }: { scale: 'linear' | 'log'; version: number }) {
  const log = useNotebookState((state) => state.log);
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
        name: 'mean of 100',
        x: steps,
        y: at.map((i) => log.smoothed[i]),
        line: { color: colours.accent, width: 2.5 },
      },
      {
        type: 'scatter',
        mode: 'lines+markers',
        name: 'held out',
        x: log.heldOut.map(({ step }) => step),
        y: log.heldOut.map(({ loss }) => loss),
        line: { color: colours.held, width: 1.5, dash: 'dot' },
        marker: { size: 7 },
        hovertemplate: '%{y:.4f}<extra>held out, step %{x}</extra>',
      },
    ];
  }, [log, version, colours]);
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
          ? `Loss over ${log.losses.length} steps, from ${log.losses[0].toPrecision(3)} to ${last.toPrecision(3)}.`
          : 'Loss: nothing trained yet.'
      }
    />
  );
}
