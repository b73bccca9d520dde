import { StateError } from '../../errors';
import type { CallOptions } from '../../kernel/client';
import type { RunId, RunSize, ShownBatch, TrainReport } from '../../kernel/protocol';
import { changedOptions, completeOptions, type OptionValues } from '../../models/option';
import { presetById } from '../../models/registry';
import type { RateSearch } from '../../training/rate-finder';
import type { TrainingProgress } from '../../training/trainer';
import type { CellId } from '../cell-graph';
import { count, duration } from '../format';
import type { Notebook } from '../notebook';
import { dispatch } from '../store';
import { TrainingLog } from '../training-log';
import type { CellRunner } from './cell-runner';
import type { ActionDependencies } from './dependencies';
import type { DeviceActions } from './device-actions';

/** Redraws of the loss curve are at least this far apart, in milliseconds: five a second. */
const DRAW_INTERVAL_MS = 200;

/** Choosing a model, and training. */
export function createTrainingActions(
  { graph, store, host, clock, mark }: ActionDependencies,
  runner: CellRunner,
  { cancelBenchmark, refreshDevice }: DeviceActions,
  onTrained: () => void,
) {
  /** What is chosen is for the next run: one that is under way goes on as it was begun. */
  function setModel(model: Partial<Notebook['model']>): void {
    store.setState(({ notebook }) => ({ notebook: { ...notebook, model: { ...notebook.model, ...model } } }));
    const training = store.getState().runtimes.training?.status === 'running';
    runner.invalidate(training ? [] : graph.downstream('model'));
  }

  async function specify(): Promise<void> {
    runner.requireDataset();
    await runner.run('model', undefined, async () => undefined);
  }

  async function train(
    { preset, options }: { preset?: string; options?: OptionValues } = {},
    { signal, onProgress }: CallOptions<TrainingProgress> = {},
  ): Promise<TrainReport> {
    runner.requireDataset();
    // Training needs the device, and comes first.
    cancelBenchmark();
    if (preset !== undefined || options !== undefined) {
      setModel(checkedModel(store.getState().notebook.model, preset, options));
    }
    if (store.getState().runtimes.model.status !== 'done') await specify();
    const { model } = store.getState().notebook;
    const log = new TrainingLog(model);
    const report = await follow((options) => host.kernel.call('train', model, options), log, { signal, onProgress });
    // Meanwhile another model may have been prepared for the next run.
    if (store.getState().notebook.model !== model) runner.invalidate(['training']);
    return report;
  }

  /**
   * Goes on with the run shown, as it was asked for with, whatever the form says now: to the epochs that were planned,
   * or by so many more. @throws StateError where it cannot be gone on with; InputError for too many epochs
   */
  async function continueTraining(
    moreEpochs: number | null,
    call: CallOptions<TrainingProgress> = {},
  ): Promise<TrainReport> {
    runner.shownRun();
    cancelBenchmark();
    const { outputs, log, notebook } = store.getState();
    const { run, preset, options } = outputs.training as TrainReport;
    const report = await follow(
      (through) => host.kernel.call('continueRun', { run, moreEpochs }, through),
      log?.copy({ preset, options }) ?? new TrainingLog({ preset, options }),
      call,
    );
    if (store.getState().notebook.model !== notebook.model) {
      runner.invalidate(['training']);
      return report;
    }
    // The form says what the run is made of now.
    setModel({ preset, options: changedOptions(presetById(preset), report.options) });
    await specify();
    finish('training', report.seconds);
    return report;
  }

  /** Follows a run of the kernel on the page until it ends. */
  async function follow(
    start: (call: CallOptions<TrainingProgress>) => Promise<TrainReport>,
    log: TrainingLog,
    { signal, onProgress }: CallOptions<TrainingProgress>,
  ): Promise<TrainReport> {
    const { log: before } = store.getState();
    const report = await runner
      .run('training', signal, async ({ signal: inner, progress, current }) => {
        store.setState({ log, logVersion: 0, paused: false });
        let drawn = 0;
        const finished = await start({
          signal: inner,
          onProgress: (now) => {
            log.add(now);
            onProgress?.(now);
            if (!current()) return;
            progress(now.step / now.steps, trainingText(now));
            if (clock() - drawn < DRAW_INTERVAL_MS && now.phase !== 'paused') return;
            drawn = clock();
            store.setState(({ logVersion }) => ({ logVersion: logVersion + 1, paused: now.phase === 'paused' }));
          },
        });
        store.setState(({ logVersion }) => ({ logVersion: logVersion + 1 }));
        runner.output({ training: finished });
        return finished;
      })
      .catch((error: unknown) => {
        // What the page then shows is the run before; a later run has a log of its own.
        store.setState((now) => (now.log === log ? { log: before, logVersion: now.logVersion + 1 } : {}));
        throw error;
      })
      .finally(() => store.setState({ paused: false }));
    mark('trained');
    onTrained();
    runner.invalidate(graph.downstream('training'));
    // A lost device has left another one in its place.
    if (report.engine !== store.getState().device?.current.engine) await refreshDevice(null);
    return report;
  }

  /** The state of a cell whose output says what its settings ask for. */
  function finish(cell: CellId, seconds: number): void {
    dispatch(store, cell, { type: 'finished', run: store.getState().runtimes[cell].run, seconds });
  }

  return {
    setModel,
    specify,
    train,
    continueTraining,

    control(action: 'pause' | 'resume' | 'step' | 'stop'): Promise<boolean> {
      if (action === 'resume') store.setState({ paused: false });
      return host.kernel.call('control', { action });
    },

    /** The first rows and columns of the scores of a run, or (null) of the chosen model before its first step. */
    scorePreview: (size: number, run: RunId | null) =>
      host.kernel.call('scorePreview', { of: run ?? store.getState().notebook.model, size }),

    /** How large a run of the chosen model would be. */
    runSize: (): Promise<RunSize> => host.kernel.call('runSize', store.getState().notebook.model),

    /** The first pairs of the first batch of a run, as training would see them. */
    batch: (count: number): Promise<ShownBatch> =>
      host.kernel.call('batch', { ...store.getState().notebook.model, count }),

    /** Tries growing learning rates on the model as it is chosen; changes nothing on the page. */
    findRate(call: CallOptions<{ share: number }> = {}): Promise<RateSearch> {
      runner.requireDataset();
      return host.kernel.call('findRate', store.getState().notebook.model, call);
    },

    /** The model shown, or the run that is paused, as one file: see exchange/model-file.ts. */
    async exportModel(): Promise<Blob> {
      const run = store.getState().paused ? null : runner.shownRun();
      return host.kernel.call('exportModel', { run });
    },

    /** Reads such a file into a kept run, without showing it. @throws StateError while a run is under way */
    importModel(file: File): Promise<TrainReport> {
      runner.requireDataset();
      if (store.getState().runtimes.training.status === 'running') {
        throw new StateError('Expected no training under way, found one: stop it before opening a model.');
      }
      return host.kernel.call('importModel', { file });
    },
  };
}

/** The model that is asked for, checked before anything on the page changes. @throws InputError */
function checkedModel(now: Notebook['model'], preset = now.preset, options?: OptionValues): Notebook['model'] {
  const wanted = { preset, options: options ?? (preset === now.preset ? now.options : {}) };
  completeOptions(presetById(wanted.preset).options, wanted.options);
  return wanted;
}

function trainingText(now: TrainingProgress): string {
  const epoch = `${count(Math.min(now.epoch + 1, now.epochs))} of ${count(now.epochs)}`;
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
