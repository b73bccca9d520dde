import { useEffect, useMemo, useRef, useState } from 'react';
import { messageOf } from '../../errors';
import type { NumberOption } from '../../models/option';
import { presetById } from '../../models/registry';
import { useActions, useNotebookState } from '../../notebook/context';
import { count } from '../../notebook/format';
import type { RateSearch } from '../../training/rate-finder';
import { type Data, type Layout, Plot } from '../../ui/Plot';
import { useColours } from '../../ui/useColours';
import { rate } from '../model/RatePlot';
import styles from './View.module.css';

type State =
  | { readonly is: 'idle' }
  | { readonly is: 'running'; readonly share: number }
  | { readonly is: 'found'; readonly search: RateSearch; readonly key: string }
  | { readonly is: 'failed'; readonly error: string };

/** One step at each of a series of growing learning rates, to see at which the loss falls. */
export function RateFinder() {
  const actions = useActions();
  const model = useNotebookState(({ notebook }) => notebook.model);
  const data = useNotebookState(({ runtimes }) => runtimes.dataset.run);
  const training = useNotebookState(({ runtimes }) => runtimes.training.status === 'running');
  const [state, setState] = useState<State>({ is: 'idle' });
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), []);

  // The rate itself is what is looked for: another one changes nothing about the search.
  const { learningRate: _, ...rest } = model.options;
  const key = JSON.stringify([data, model.preset, rest]);
  const find = async () => {
    const own = new AbortController();
    controller.current = own;
    setState({ is: 'running', share: 0 });
    try {
      const search = await actions.findRate({
        signal: own.signal,
        onProgress: ({ share }) => !own.signal.aborted && setState({ is: 'running', share }),
      });
      if (!own.signal.aborted) setState({ is: 'found', search, key });
    } catch (error) {
      if (own.signal.aborted) return;
      setState({ is: 'failed', error: messageOf(error) });
    }
  };
  const cancel = () => {
    controller.current?.abort();
    setState({ is: 'idle' });
  };
  return (
    <details className={styles.part}>
      <summary>Find a learning rate</summary>
      <p className={styles.text}>
        One step at each of up to 120 rates, from tiny to large, on a fresh start of the model chosen above. A good rate
        lies where the loss falls fast, well before it rises.
      </p>
      <div className={styles.controls}>
        {state.is === 'running' ? (
          <>
            <button type="button" className="button" onClick={cancel}>
              Cancel the search
            </button>
            <progress value={state.share} max={1} aria-label="Rates tried" />
          </>
        ) : (
          <button type="button" className="button" disabled={training} onClick={() => void find()}>
            Find a learning rate
          </button>
        )}
      </div>
      {state.is === 'failed' && (
        <p className={styles.text} role="alert">
          {state.error}
        </p>
      )}
      {state.is === 'found' && state.key === key && <Found search={state.search} />}
    </details>
  );
}

/** The loss against the rate, and the rates that one would take. */
function Found({ search }: { search: RateSearch }) {
  const actions = useActions();
  const model = useNotebookState(({ notebook }) => notebook.model);
  const training = useNotebookState(({ runtimes }) => runtimes.training.status === 'running');
  const colours = useColours();
  const option = presetById(model.preset).options.find(({ id }) => id === 'learningRate') as NumberOption;
  const offered = useMemo(() => {
    const { steepest, tenthOfLowest } = search;
    return [
      { name: 'steepest fall', found: steepest, symbol: 'diamond', colour: colours.held },
      { name: 'a tenth of the lowest', found: tenthOfLowest, symbol: 'square', colour: colours.ink },
    ].flatMap(({ found, ...rest }) => (found === null ? [] : [{ ...rest, found, value: typed(found, option) }]));
  }, [search, option, colours]);
  const data = useMemo<Data[]>(() => {
    const rates = Array.from(search.rates);
    return [
      {
        type: 'scatter',
        mode: 'lines',
        name: 'loss',
        x: rates,
        y: Array.from(search.losses),
        line: { color: colours.accent, width: 2 },
        hovertemplate: '%{y:.4f}<extra>rate %{x:.2g}</extra>',
      },
      ...offered.map(
        ({ name, found, symbol, colour }): Data => ({
          type: 'scatter',
          mode: 'markers',
          name,
          x: [found],
          y: [search.losses[nearest(rates, found)]],
          marker: { size: 11, symbol, color: colour },
          hovertemplate: `%{x:.3g}<extra>${name}</extra>`,
        }),
      ),
    ];
  }, [search, offered, colours]);
  const use = (value: number) => actions.setModel({ options: { ...model.options, learningRate: value } });
  const tried = search.rates.length;
  return (
    <div data-rates={tried}>
      <Plot
        data={data}
        layout={LAYOUT}
        height={240}
        fileName="cofactor-rate-finder"
        label={`Loss at ${count(tried)} learning rates, from ${rate(search.rates[0])} to ${rate(search.rates[tried - 1])}.`}
      />
      <div className={styles.controls}>
        {offered.map(({ name, value }) => (
          <button
            key={name}
            type="button"
            className="button"
            disabled={training}
            aria-pressed={model.options.learningRate === value}
            onClick={() => use(value)}
          >
            Use {value} ({name})
          </button>
        ))}
        {offered.length === 0 && <span className={styles.text}>The loss did not fall at any rate.</span>}
      </div>
    </div>
  );
}

/** Two digits are more than such a search resolves, within the bounds of the option. */
function typed(value: number, { minimum, maximum }: NumberOption): number {
  return Math.max(minimum, Math.min(maximum, Number(value.toPrecision(2))));
}

function nearest(rates: readonly number[], wanted: number): number {
  let best = 0;
  rates.forEach((value, i) => {
    if (Math.abs(Math.log(value / wanted)) < Math.abs(Math.log(rates[best] / wanted))) best = i;
  });
  return best;
}

const LAYOUT: Partial<Layout> = {
  xaxis: { title: { text: 'learning rate' }, type: 'log', exponentformat: 'e', nticks: 8 },
  yaxis: { title: { text: 'loss' } },
  showlegend: true,
  legend: { orientation: 'h', y: 1.06, x: 0, yanchor: 'bottom' },
  margin: { l: 56, r: 8, t: 34, b: 44 },
};
