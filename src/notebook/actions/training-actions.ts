import type { DatasetSummary } from '../../data/summary';
import type { EngineId } from '../../engines/engine';
import type { MetricsTable, TrainReport } from '../../kernel/protocol';
import { estimateCost } from '../../models/cost';
import { completeOptions, type OptionValues } from '../../models/option';
import { presetById } from '../../models/registry';
import type { TrainingProgress } from '../../training/trainer';
import { duration } from '../format';
import type { Notebook } from '../notebook';
import { TrainingLog } from '../training-log';
import type { CellRunner } from './cell-runner';
import { type ActionWorld, messageOf, type RunOptions } from './world';

/** Redraws of the loss curve are at least this far apart, in milliseconds: five a second. */
const DRAW_EVERY = 200;

/** Choosing a model and a device, training, and measuring. */
export function createTrainingActions(
  { graph, store, host, clock }: ActionWorld,
  runner: CellRunner,
  onTrained: () => void,
) {
  function setModel(model: Partial<Notebook['model']>): void {
    store.setState(({ notebook }) => ({ notebook: { ...notebook, model: { ...notebook.model, ...model } } }));
    runner.invalidate(graph.downstream('model'));
  }

  async function specify(): Promise<void> {
    runner.require('dataset');
    await runner.run('model', undefined, async () => undefined);
  }

  async function refreshDevice(choose: EngineId | 'auto' | null): Promise<void> {
    try {
      const device = await host.kernel.call('device', { choose });
      store.setState({ device, deviceError: null });
    } catch (error) {
      store.setState({ deviceError: messageOf(error) });
      if (choose === null) throw error;
    }
  }

  async function train(
    { preset, options }: { preset?: string; options?: OptionValues } = {},
    { signal, onProgress }: RunOptions<TrainingProgress> = {},
  ): Promise<TrainReport> {
    runner.require('dataset');
    if (preset !== undefined || options !== undefined) {
      setModel(checkedModel(store.getState().notebook.model, preset, options));
    }
    if (store.getState().runtimes.model.status !== 'done') await specify();
    const log = new TrainingLog();
    const report = await runner
      .run('training', signal, async ({ signal: inner, progress, current }) => {
        store.setState({ log, logVersion: 0, paused: false });
        let drawn = 0;
        const finished = await host.kernel.call('train', store.getState().notebook.model, {
          signal: inner,
          onProgress: (now) => {
            log.add(now);
            onProgress?.(now);
            if (!current()) return;
            progress(now.step / now.steps, trainingText(now));
            if (clock() - drawn < DRAW_EVERY && now.phase !== 'paused') return;
            drawn = clock();
            store.setState(({ logVersion }) => ({ logVersion: logVersion + 1, paused: now.phase === 'paused' }));
          },
        });
        const { notebook, outputs } = store.getState();
        store.setState(({ logVersion }) => ({
          logVersion: logVersion + 1,
          lastOperations: operationsOf(notebook, outputs.dataset?.summary ?? null),
        }));
        runner.output({ training: finished });
        return finished;
      })
      .finally(() => store.setState({ paused: false }));
    onTrained();
    runner.invalidate(graph.downstream('training'));
    // A lost device has left another one in its place.
    if (report.engine !== store.getState().device?.current.engine) await refreshDevice(null);
    return report;
  }

  return {
    setModel,
    specify,
    refreshDevice,
    train,

    control(action: 'pause' | 'resume' | 'step' | 'stop'): Promise<boolean> {
      if (action === 'resume') store.setState({ paused: false });
      return host.kernel.call('control', { action });
    },

    async evaluate({ signal }: RunOptions = {}): Promise<MetricsTable> {
      runner.require('training');
      return runner.run('evaluation', signal, async ({ signal: inner, progress }) => {
        const evaluation = await host.kernel.call(
          'evaluate',
          { k: 10 },
          {
            signal: inner,
            onProgress: ({ what, share }) =>
              what === 'model'
                ? progress(share / 2, 'Ranking for the model')
                : progress((1 + share) / 2, 'Ranking for ItemKNN'),
          },
        );
        runner.output({ evaluation });
        return evaluation;
      });
    },

    /** A corner of the predicted matrix, before or after training. */
    corner: (size: number, trained: boolean) =>
      host.kernel.call('corner', { ...store.getState().notebook.model, size, trained }),
  };
}

/** The model that is asked for, checked before anything on the page changes. @throws RangeError */
function checkedModel(now: Notebook['model'], preset = now.preset, options?: OptionValues): Notebook['model'] {
  const wanted = { preset, options: options ?? (preset === now.preset ? now.options : {}) };
  completeOptions(presetById(wanted.preset).options, wanted.options);
  return wanted;
}

function trainingText(now: TrainingProgress): string {
  const epoch = `${Math.min(now.epoch + 1, now.epochs)} of ${now.epochs}`;
  switch (now.phase) {
    case 'preparing':
      return 'Preparing the device';
    case 'paused':
      return `Paused in epoch ${epoch}`;
    case 'training':
      return `Epoch ${epoch}${now.secondsLeft === null ? '' : `, ${duration(now.secondsLeft)} left`}`;
    default:
      return now.phase satisfies never;
  }
}

function operationsOf({ model: { preset: id, options } }: Notebook, summary: DatasetSummary | null): number | null {
  if (!summary) return null;
  const preset = presetById(id);
  const { model, training } = preset.specify(completeOptions(preset.options, options), summary);
  return estimateCost(model, training, summary).operations;
}
