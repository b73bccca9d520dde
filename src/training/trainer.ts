import { DeviceLostError, type Engine, type ModelState, type ModelTrainer } from '../engines/engine';
import { unsoundParameter } from '../models/bounds';
import { rateAt } from '../models/schedule';
import { type ModelSpec, requireTrainable } from '../models/spec';
import type { TrainingSpec } from '../models/training';
import type { TaskContext } from '../task';
import type { TrainingControl } from './control';
import { heldOutMeasure } from './held-out-loss';
import { initialState } from './initial-state';
import { createSampler } from './sampler';
import { Stepper } from './stepper';
import { engineDataOf, type TrainingData } from './training-data';

export interface TrainingRun {
  readonly model: ModelSpec;
  readonly training: TrainingSpec;
  readonly data: TrainingData;
  readonly seed: number;
  /** Where an earlier run with the same data, seed and model ended; null from the start. */
  readonly from?: Continuation | null;
}

/** Where a run ended: from here it goes on as if it had not, to the rounding of 32-bit numbers. */
export interface Continuation {
  /** Parameters and what the optimiser keeps of them, after `state.step` steps. */
  readonly state: ModelState;
  /** Epochs that have ended. */
  readonly history: readonly EpochMetrics[];
  /** Losses and metrics of the steps of an epoch that has not. */
  readonly losses: readonly number[];
  readonly metrics: readonly number[];
  /** Weights of the lowest held-out loss, where something is held out. */
  readonly best: Best | null;
  /** Seconds that it took to come here. */
  readonly seconds: number;
}

interface Best {
  readonly state: ModelState;
  readonly epoch: number;
  readonly loss: number;
}

/** What training is given besides what it trains. */
export interface TrainingContext extends TaskContext<[TrainingProgress]> {
  readonly control: TrainingControl;
  /** Another engine after this one lost its device, or null. */
  readonly nextEngine: (lost: Engine, reason: string) => Promise<Engine | null>;
  /** Told when the run is held, with what gives its result as if it were stopped there, and null when it goes on. */
  readonly onHold?: (resultSoFar: (() => Promise<TrainingResult>) | null) => void;
}

export interface TrainingProgress {
  readonly phase: 'preparing' | 'training' | 'paused';
  readonly epoch: number;
  readonly epochs: number;
  /** Steps made of steps planned. */
  readonly step: number;
  readonly steps: number;
  /** Losses of the steps since the last report. */
  readonly losses: Float32Array;
  /** First step that `losses` speaks of, from 0: after a lost device it lies back. */
  readonly firstStep: number;
  /** Loss on held-out pairs after each epoch that ended since the last report. */
  readonly heldOut: readonly { step: number; loss: number }[];
  /** Metrics of the epoch that ended with this report; null between. */
  readonly epochEnd: EpochMetrics | null;
  readonly pairsPerSecond: number;
  readonly secondsLeft: number | null;
  /** Said once: something happened that a person should know. */
  readonly notice: string | null;
}

/** What one epoch came to. */
export interface EpochMetrics {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  /** Mean of `ModelTrainer.metrics` over the epoch's batches; null for models of blocks. */
  readonly metric: number | null;
  readonly heldOutLoss: number | null;
  readonly heldOutMetric: number | null;
}

export interface TrainingResult {
  readonly state: ModelState;
  readonly engine: Engine;
  readonly epochs: number;
  readonly steps: number;
  readonly seconds: number;
  readonly pairsPerSecond: number;
  /** Mean training loss of each epoch. */
  readonly loss: readonly number[];
  readonly heldOutLoss: readonly number[];
  readonly history: readonly EpochMetrics[];
  /** Epoch whose weights were kept, from 1; 0 for the start. */
  readonly restoredEpoch: number;
  /** early: the held-out loss no longer fell. */
  readonly stopReason: 'done' | 'early' | 'stopped' | 'diverged';
  readonly notices: readonly string[];
  /** Where it can be gone on with; null after a loss that broke. */
  readonly continuation: Continuation | null;
}

/** Reports are at least this far apart, in milliseconds. */
const REPORT_INTERVAL_MS = 60;

/** A loss this many times the first one is no training any more. */
const OUT_OF_HAND = 1000;

/** What a run goes back to: the end of an epoch, or where an earlier run was stopped within one. */
type Checkpoint = Omit<Continuation, 'best' | 'seconds'>;

/**
 * Trains a model on an engine. After each epoch it keeps a checkpoint; a loss that is not a number
 * ends the run at the last one, and a lost device goes on from it on the next engine. With patience,
 * the weights of the lowest held-out loss are put back at the end (Prechelt, 1998).
 * @throws AbortError of the signal; DeviceLostError when no engine is left; InputError for a model
 * that its batches cannot teach
 */
export async function trainModel(run: TrainingRun, first: Engine, task: TrainingContext): Promise<TrainingResult> {
  const { model, training, data } = run;
  const { train } = data;
  requireTrainable(model, training);
  const sampler = createSampler(data, model, training, run.seed);
  const measure = heldOutMeasure(data, model, training, run.seed);
  const stepsPerEpoch = sampler.stepsPerEpoch;
  const steps = stepsPerEpoch * training.epochs;
  const notices: string[] = [];
  let engine = first;
  const { from = null } = run;
  let checkpoint: Checkpoint = from ?? {
    state: initialState(model, train.rows, train.columns, run.seed),
    history: [],
    losses: [],
    metrics: [],
  };
  let best: Best | null = from?.best ?? null;
  /** Patience counts from here, also where an earlier run had lost it. */
  const firstEpoch = checkpoint.history.length;
  let active = 0;
  /** Null while the run is held. */
  let resumedAt: number | null = task.clock();
  const elapsed = () => (active + (resumedAt === null ? 0 : task.clock() - resumedAt)) / 1000;
  let stepsTimed = 0;
  let firstLoss: number | null = from ? (from.history[0]?.loss ?? from.losses[0] ?? null) : null;
  let notice: string | null = null;
  const noticeOnce = (text: string) => {
    notices.push(text);
    notice = notice === null ? text : `${notice} ${text}`;
  };
  const { pairsPerStep } = sampler;

  const report = (
    phase: TrainingProgress['phase'],
    epoch: number,
    step: number,
    losses: Float32Array,
    ended: EpochMetrics | null = null,
  ) => {
    const seconds = elapsed();
    const perStep = stepsTimed > 0 ? seconds / stepsTimed : null;
    task.progress({
      phase,
      epoch,
      epochs: training.epochs,
      step,
      steps,
      losses,
      firstStep: step - losses.length,
      heldOut: ended?.heldOutLoss == null ? [] : [{ step, loss: ended.heldOutLoss }],
      epochEnd: ended,
      pairsPerSecond: perStep ? pairsPerStep / perStep : 0,
      secondsLeft: perStep ? perStep * (steps - step) : null,
      notice,
    });
    notice = null;
  };

  const finish = (stopReason: TrainingResult['stopReason'], kept: Checkpoint): TrainingResult => {
    const seconds = elapsed();
    const put = training.patience === null ? null : best;
    const { losses, metrics } = kept;
    const part = { ...metricsOf(kept.history.length, losses, metrics), heldOutLoss: null, heldOutMetric: null };
    const history = losses.length > 0 ? [...kept.history, part] : kept.history;
    const total = seconds + (from?.seconds ?? 0);
    return {
      state: put?.state ?? kept.state,
      engine,
      epochs: kept.history.length,
      steps: kept.state.step,
      seconds: total,
      pairsPerSecond: seconds > 0 ? (stepsTimed * pairsPerStep) / seconds : 0,
      loss: history.map(({ loss }) => loss),
      heldOutLoss: history.flatMap(({ heldOutLoss }) => heldOutLoss ?? []),
      history,
      restoredEpoch: put?.epoch ?? kept.history.length,
      stopReason,
      notices,
      continuation: stopReason === 'diverged' ? null : { ...kept, best, seconds: total },
    };
  };

  /** Runs from the checkpoint to the end, or to the stop. */
  const attempt = async (trainer: ModelTrainer): Promise<TrainingResult> => {
    const rate = (step: number) => rateAt(training, step, steps, stepsPerEpoch);
    const stepper = new Stepper(trainer, sampler, rate, task.clock);
    for (let epoch = checkpoint.history.length; epoch < training.epochs; epoch++) {
      const end = (epoch + 1) * stepsPerEpoch;
      const epochLosses = [...checkpoint.losses];
      const epochMetrics = [...checkpoint.metrics];
      let lastReport = task.clock();
      let step = epoch * stepsPerEpoch + epochLosses.length;
      const advance = stepper.epoch(epoch, epochLosses.length);
      const collect = async (phase: TrainingProgress['phase']) => {
        const losses = await trainer.losses();
        stepper.waited();
        firstLoss ??= losses[0] ?? null;
        const bound = OUT_OF_HAND * Math.max(1, firstLoss ?? 1);
        const sound = losses.every((loss) => Number.isFinite(loss) && loss <= bound);
        for (const loss of losses) epochLosses.push(loss);
        for (const metric of await trainer.metrics()) epochMetrics.push(metric);
        // The report gives the losses away.
        report(phase, epoch, step, losses);
        lastReport = task.clock();
        return sound;
      };
      const diverged = (): TrainingResult => {
        noticeOnce(
          `The loss ${
            epochLosses.every(Number.isFinite) ? 'has grown beyond all bounds' : 'is no longer a number'
          } (in epoch ${epoch + 1}). Training stopped, and the weights of ${placeOf(
            checkpoint,
          )} were kept. Try a lower learning rate.`,
        );
        return finish('diverged', checkpoint);
      };
      const here = async (): Promise<Checkpoint> => ({
        state: await trainer.save(),
        history: checkpoint.history,
        losses: [...epochLosses],
        metrics: [...epochMetrics],
      });
      while (step < end) {
        if (task.control.holds) {
          if (!(await collect('training'))) return diverged();
          active = 1000 * elapsed();
          resumedAt = null;
          // The device is read before it goes on.
          let reading: Promise<unknown> = Promise.resolve();
          task.onHold?.(() => {
            const result = here().then((kept) => finish('stopped', kept));
            reading = result.catch(() => undefined);
            return result;
          });
          report('paused', epoch, step, new Float32Array(0));
          try {
            await task.control.permission(task.signal);
          } finally {
            task.onHold?.(null);
            await reading;
          }
          resumedAt = task.clock();
        } else {
          await task.control.permission(task.signal);
        }
        task.signal.throwIfAborted();
        if (task.control.stopped) {
          if (!(await collect('training'))) return diverged();
          return finish('stopped', await here());
        }
        // Still paused, it was let go for one step.
        const made = advance(task.control.isPaused);
        step += made;
        stepsTimed += made;
        if (stepper.full || task.clock() - lastReport >= REPORT_INTERVAL_MS) {
          if (!(await collect('training'))) return diverged();
          await task.yieldNow();
        }
      }
      if (!(await collect('training'))) return diverged();
      const state = await trainer.save();
      if (!soundState(state)) return diverged();
      const held = measure ? await measure(trainer, task) : null;
      const ended: EpochMetrics = {
        ...metricsOf(epoch, epochLosses, epochMetrics),
        heldOutLoss: held?.loss ?? null,
        heldOutMetric: held?.metric ?? null,
      };
      checkpoint = { state, history: [...checkpoint.history, ended], losses: [], metrics: [] };
      report('training', epoch + 1, step, new Float32Array(0), ended);
      if (held && (best === null || held.loss < best.loss)) best = { state, epoch: epoch + 1, loss: held.loss };
      if (
        training.patience !== null &&
        best !== null &&
        epoch + 1 - Math.max(best.epoch, firstEpoch) >= training.patience
      ) {
        noticeOnce(
          `The held-out loss has not fallen for ${training.patience === 1 ? 'an epoch' : `${training.patience} epochs`}. Training stopped, and the weights of epoch ${best.epoch} were put back.`,
        );
        return finish('early', checkpoint);
      }
      await task.yieldNow();
    }
    return finish('done', checkpoint);
  };

  for (;;) {
    let trainer: ModelTrainer | null = null;
    try {
      report('preparing', checkpoint.history.length, checkpoint.state.step, new Float32Array(0));
      trainer = engine.create(model, checkpoint.state, engineDataOf(data), sampler.source);
      return await attempt(trainer);
    } catch (error) {
      if (!(error instanceof DeviceLostError)) throw error;
      const next = await task.nextEngine(engine, error.message);
      if (!next) throw error;
      engine = next;
      noticeOnce(
        `${error.message.replace(/\.$/, '')}. Training went on from ${
          checkpoint.history.length > 0 && checkpoint.losses.length === 0 ? 'the end of ' : ''
        }${placeOf(checkpoint)} on ${next.description.engine}.`,
      );
    } finally {
      trainer?.dispose();
    }
  }
}

/** Where a checkpoint lies, in words. */
function placeOf({ state, history, losses }: Checkpoint): string {
  if (losses.length > 0) return `step ${state.step.toLocaleString('en')}`;
  return history.length === 0 ? 'the start' : `epoch ${history.length}`;
}

function metricsOf(epoch: number, losses: readonly number[], metrics: readonly number[]) {
  return { epoch: epoch + 1, loss: mean(losses), metric: metrics.length > 0 ? mean(metrics) : null };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function soundState(state: ModelState): boolean {
  return state.tables.every(({ values }) => unsoundParameter(values) === null);
}
