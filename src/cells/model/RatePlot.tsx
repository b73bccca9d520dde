import { useMemo } from 'react';
import { rateAt } from '../../models/schedule';
import type { TrainingSpec } from '../../models/training';
import { count, plainNumber } from '../../notebook/format';
import { type Data, type Layout, Plot } from '../../ui/Plot';
import { useColours } from '../../ui/useColours';
import styles from './View.module.css';

/** Points drawn of a curve: more than a screen has pixels adds nothing. */
const POINTS = 1500;

interface RatePlotProps {
  training: Pick<TrainingSpec, 'learningRate' | 'schedule' | 'epochs'>;
  stepsPerEpoch: number;
  /** Steps that were made, where the run is over; else all of them are drawn. */
  made?: number;
}

/** The learning rate at each step of a run, as a curve and in words; a rate that stays needs no curve. */
export function RatePlot({ training, stepsPerEpoch, made }: RatePlotProps) {
  const colours = useColours();
  const { epochs, learningRate, schedule } = training;
  const key = JSON.stringify([epochs, learningRate, schedule, stepsPerEpoch, made]);
  // The key holds all that the curve depends on.
  const { steps, rates } = useMemo(() => curve(training, stepsPerEpoch, made), [key]);
  const data = useMemo<Data[]>(
    () => [
      {
        type: 'scatter',
        mode: 'lines',
        x: steps,
        y: rates,
        line: { color: colours.accent, width: 1.5 },
        hovertemplate: '%{y:.3g}<extra>step %{x}</extra>',
      },
    ],
    [steps, rates, colours],
  );
  const [first, last] = [rates[0], rates[rates.length - 1]];
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  const over = `over ${count(made ?? Math.round(epochs * stepsPerEpoch))} steps`;
  if (schedule.kind === 'constant') {
    return (
      <p className={styles.rateText} data-rate="constant">
        {rate(learningRate)} at every step, {over}.
      </p>
    );
  }
  const text = `From ${rate(first)} to ${rate(last)} ${over}; the lowest is ${rate(low)}, the highest ${rate(high)}.`;
  return (
    <div data-rate={schedule.kind}>
      <Plot
        data={data}
        layout={LAYOUT}
        height={170}
        fileName="cofactor-learning-rate"
        label={`Learning rate. ${text}`}
      />
      <p className={styles.rateText}>{text}</p>
    </div>
  );
}

const LAYOUT: Partial<Layout> = {
  xaxis: { title: { text: 'step' }, rangemode: 'tozero' },
  yaxis: { rangemode: 'tozero', nticks: 5, exponentformat: 'e' },
  margin: { l: 56, r: 8, t: 28, b: 40 },
};

/** A rate with three digits, as it would be typed. */
export function rate(value: number): string {
  return plainNumber(value, 3);
}

function curve(training: RatePlotProps['training'], stepsPerEpoch: number, made?: number) {
  const planned = Math.max(1, Math.round(training.epochs * stepsPerEpoch));
  const drawn = Math.max(1, Math.min(planned, made ?? planned));
  const every = Math.max(1, Math.ceil(drawn / POINTS));
  const steps: number[] = [];
  for (let step = 0; step < drawn; step += every) steps.push(step);
  if (steps.at(-1) !== drawn - 1) steps.push(drawn - 1);
  return {
    steps: steps.map((step) => step + 1),
    rates: steps.map((step) => rateAt(training, step, planned, stepsPerEpoch)),
  };
}
