import { useEffect, useMemo, useRef } from 'react';
import { capital, count, significant } from '../../notebook/format';
import type { EpochMetrics } from '../../training/trainer';
import { type Data, type Layout, Plot } from '../../ui/Plot';
import { type Colours, useColours } from '../../ui/useColours';
import type { RunShown } from './run-shown';
import styles from './View.module.css';

interface EpochsProps {
  epochs: readonly EpochMetrics[];
  scale: 'linear' | 'log';
  metric: RunShown['metric'];
  /** Epoch whose weights were kept; null while training. */
  restoredEpoch: number | null;
  /** Whether training leaves something out, which the held-out loss does not. */
  dropout: boolean;
}

/** The loss of each epoch, in training and on held-out pairs, and what was measured beside it. */
export function Epochs({ epochs, scale, metric, restoredEpoch, dropout }: EpochsProps) {
  const colours = useColours();
  // The list grows in place: its length says that it has changed.
  const { length } = epochs;
  const loss = useMemo(
    () => lines(epochs.slice(0, length), 'loss', 'heldOutLoss', colours, dropout),
    [epochs, length, colours, dropout],
  );
  const beside = useMemo(
    () => lines(epochs.slice(0, length), 'metric', 'heldOutMetric', colours, dropout),
    [epochs, length, colours, dropout],
  );
  const [lossLayout, figureLayout] = useMemo(
    () => [layout('loss', scale, length), layout(metric ?? '', 'linear', length)],
    [scale, metric, length],
  );
  const [first, last] = [epochs[0], epochs[length - 1]];
  const seriesLabel = (name: string, of: (epoch: EpochMetrics) => number | null) =>
    last
      ? `${name} over ${count(length)} epochs, from ${number(of(first))} to ${number(of(last))}.`
      : `${name}: nothing trained yet.`;
  return (
    <>
      <Plot
        data={loss}
        layout={lossLayout}
        height={260}
        fileName="cofactor-loss-by-epoch"
        label={seriesLabel('Loss', (epoch) => epoch.loss)}
      />
      {metric && (
        <Plot
          data={beside}
          layout={figureLayout}
          height={210}
          fileName={`cofactor-${metric.replaceAll(' ', '-')}-by-epoch`}
          label={seriesLabel(metric, (epoch) => epoch.metric)}
        />
      )}
      <EpochTable epochs={epochs} metric={metric} restoredEpoch={restoredEpoch} />
    </>
  );
}

/** A line an epoch; the last ones are in sight, and the rest a scroll away. */
function EpochTable({ epochs, metric, restoredEpoch }: Omit<EpochsProps, 'scale' | 'dropout'>) {
  const box = useRef<HTMLElement>(null);
  const { length } = epochs;
  // A new line at the end is what moves it.
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [length]);
  if (length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <section ref={box} className={styles.epochs} aria-label="Epochs" tabIndex={0}>
      <table data-epochs={length}>
        <thead>
          <tr>
            <th scope="col">Epoch</th>
            <th scope="col">Loss</th>
            {metric && <th scope="col">{capital(SHORT[metric])}</th>}
            <th scope="col">Held-out loss</th>
            {metric && <th scope="col">Held-out {SHORT[metric]}</th>}
          </tr>
        </thead>
        <tbody>
          {epochs.map((epoch) => (
            <tr key={epoch.epoch} data-kept={epoch.epoch === restoredEpoch || undefined}>
              <th scope="row">
                {count(epoch.epoch)}
                {epoch.epoch === restoredEpoch && restoredEpoch !== length ? ' (kept)' : ''}
              </th>
              <td>{number(epoch.loss)}</td>
              {metric && <td>{number(epoch.metric)}</td>}
              <td>{number(epoch.heldOutLoss)}</td>
              {metric && <td>{number(epoch.heldOutMetric)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const SHORT: Readonly<Record<NonNullable<RunShown['metric']>, string>> = {
  'mean absolute error': 'MAE',
  accuracy: 'accuracy',
  'negatives below their pair': 'negatives below',
};

function number(value: number | null): string {
  return value === null ? '–' : significant(value, 4);
}

type Metric = Exclude<keyof EpochMetrics, 'epoch'>;

function lines(
  epochs: readonly EpochMetrics[],
  trained: Metric,
  held: Metric,
  colours: Colours,
  dropout: boolean,
): Data[] {
  const line = (name: string, of: Metric, colour: string, dash: 'solid' | 'dot'): Data => {
    const known = epochs.filter((epoch) => epoch[of] !== null);
    return {
      type: 'scatter',
      mode: 'lines+markers',
      name,
      x: known.map(({ epoch }) => epoch),
      y: known.map((epoch) => epoch[of]),
      line: { color: colour, width: 1.8, dash },
      marker: { size: 5, symbol: dash === 'solid' ? 'circle' : 'diamond' },
      hovertemplate: `%{y:.4f}<extra>${name}, epoch %{x}</extra>`,
    };
  };
  return [
    line(dropout ? 'training, with dropout' : 'training', trained, colours.accent, 'solid'),
    line(dropout ? 'held out, without dropout' : 'held out', held, colours.held, 'dot'),
  ];
}

function layout(title: string, scale: 'linear' | 'log', epochs: number): Partial<Layout> {
  return {
    xaxis: { title: { text: 'epoch' }, tick0: 0, dtick: Math.max(1, 5 * Math.round(epochs / 50)) },
    yaxis: { title: { text: title }, type: scale },
    showlegend: true,
    legend: { orientation: 'h', y: 1.06, x: 0, yanchor: 'bottom' },
    margin: { l: 56, r: 8, t: 34, b: 44 },
    uirevision: scale,
  };
}
