import { DeviceLostError, type Engine, type ModelState, type ModelTrainer } from '../engines/engine';
import { unsoundParameter } from '../models/bounds';
import { rateAt } from '../models/schedule';
import { type ModelSpec, requireTrainable } from '../models/spec';
import type { TrainingSpec } from '../models/training';
import type { TrainingControl } from './control';
import { heldOutMeasure } from './held-out-loss';
import { createSampler } from './sampler';
import { startValues } from './start-values';
import { Stepper } from './stepper';
import { engineDataOf, type TrainingData } from './training-data';

export interface TrainingRun {
  readonly model: ModelSpec;
  readonly training: TrainingSpec;
  readonly data: TrainingData;
  readonly seed: number;
}

/** The world that training needs, passed in. */
export interface TrainingWorld {
  readonly clock: () => number;
  /** Lets messages in between two steps. */
  readonly breathe: () => Promise<void>;
  readonly control: TrainingControl;
  readonly signal?: AbortSignal;
  /** Another engine after this one lost its device, or null. */
  readonly nextEngine: (lost: Engine, reason: string) => Promise<Engine | null>;
  readonly onProgress: (progress: TrainingProgress) => void;
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
  /** Figures of the epoch that ended with this report; null between. */
  readonly epochEnd: EpochFigures | null;
  readonly pairsPerSecond: number;
  readonly secondsLeft: number | null;
  /** Said once: something happened that a person should know. */
  readonly notice: string | null;
}

/** What one epoch came to. */
export interface EpochFigures {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  /** Mean of `ModelTrainer.figures` over the epoch's batches; null for models of blocks. */
  readonly figure: number | null;
  readonly heldOutLoss: number | null;
  readonly heldOutFigure: number | null;
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
  readonly history: readonly EpochFigures[];
  /** Epoch whose weights were kept, from 1; 0 for the start. */
  readonly keptEpoch: number;
  /** early: the held-out loss no longer fell. */
  readonly ended: 'done' | 'early' | 'stopped' | 'diverged';
  readonly notices: readonly string[];
}

/** Reports are at least this far apart, in milliseconds. */
const REPORT_EVERY = 60;

/** A loss this many times the first one is no training any more. */
const OUT_OF_HAND = 1000;

interface Checkpoint {
  readonly state: ModelState;
  readonly epoch: number;
  readonly history: readonly EpochFigures[];
}

/**
 * Trains a model on an engine. After each epoch it keeps a checkpoint; a loss that is not a number
 * ends the run at the last one, and a lost device goes on from it on the next engine. With patience,
 * the weights of the lowest held-out loss are put back at the end (Prechelt, 1998).
 * @throws AbortError of the signal; DeviceLostError when no engine is left; InputError for a model
 * that its batches cannot teach
 */
export async function trainModel(run: TrainingRun, first: Engine, world: TrainingWorld): Promise<TrainingResult> {
  const { model, training, data } = run;
  const { train } = data;
  requireTrainable(model, training);
  const sampler = createSampler(data, model, training, run.seed);
  const measure = heldOutMeasure(data, model, training, run.seed);
  const stepsPerEpoch = sampler.stepsPerEpoch;
  const steps = stepsPerEpoch * training.epochs;
  const notices: string[] = [];
  let engine = first;
  let checkpoint: Checkpoint = {
    state: startValues(model, train.rows, train.columns, run.seed),
    epoch: 0,
    history: [],
  };
  let best: { readonly state: ModelState; readonly epoch: number; readonly loss: number } | null = null;
  let active = 0;
  let lastResume = world.clock();
  let stepsTimed = 0;
  let firstLoss: number | null = null;
  let notice: string | null = null;
  const tellOnce = (text: string) => {
    notices.push(text);
    notice = notice === null ? text : `${notice} ${text}`;
  };
  const { pairsPerStep } = sampler;

  const report = (
    phase: TrainingProgress['phase'],
    epoch: number,
    step: number,
    losses: Float32Array,
    ended: EpochFigures | null = null,
  ) => {
    const seconds = (active + (phase === 'paused' ? 0 : world.clock() - lastResume)) / 1000;
    const perStep = stepsTimed > 0 ? seconds / stepsTimed : null;
    world.onProgress({
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

  const finish = (ended: TrainingResult['ended'], kept: Checkpoint): TrainingResult => {
    const seconds = (active + world.clock() - lastResume) / 1000;
    const put = training.patience === null ? null : best;
    return {
      state: put?.state ?? kept.state,
      engine,
      epochs: kept.epoch,
      steps: kept.state.step,
      seconds,
      pairsPerSecond: seconds > 0 ? (stepsTimed * pairsPerStep) / seconds : 0,
      loss: kept.history.map(({ loss }) => loss),
      heldOutLoss: kept.history.flatMap(({ heldOutLoss }) => heldOutLoss ?? []),
      history: kept.history,
      keptEpoch: put?.epoch ?? kept.epoch,
      ended,
      notices,
    };
  };

  /** Runs from the checkpoint to the end, or to the stop. */
  const attempt = async (trainer: ModelTrainer): Promise<TrainingResult> => {
    const rate = (step: number) => rateAt(training, step, steps, stepsPerEpoch);
    const stepper = new Stepper(trainer, sampler, rate, world.clock);
    for (let epoch = checkpoint.epoch; epoch < training.epochs; epoch++) {
      const advance = stepper.epoch(epoch);
      const end = (epoch + 1) * stepsPerEpoch;
      const epochLosses: number[] = [];
      const epochFigures: number[] = [];
      let lastReport = world.clock();
      let step = epoch * stepsPerEpoch;
      const collect = async (phase: TrainingProgress['phase']) => {
        const losses = await trainer.losses();
        stepper.waited();
        firstLoss ??= losses[0] ?? null;
        const bound = OUT_OF_HAND * Math.max(1, firstLoss ?? 1);
        const sound = losses.every((loss) => Number.isFinite(loss) && loss <= bound);
        for (const loss of losses) epochLosses.push(loss);
        for (const figure of await trainer.figures()) epochFigures.push(figure);
        // The report gives the losses away.
        report(phase, epoch, step, losses);
        lastReport = world.clock();
        return sound;
      };
      const diverged = (): TrainingResult => {
        tellOnce(
          `The loss ${
            epochLosses.every(Number.isFinite) ? 'has grown beyond all bounds' : 'is no longer a number'
          } (in epoch ${epoch + 1}). Training stopped, and the weights of ${
            checkpoint.epoch === 0 ? 'the start' : `epoch ${checkpoint.epoch}`
          } were kept. Try a lower learning rate.`,
        );
        return finish('diverged', checkpoint);
      };
      while (step < end) {
        if (world.control.holds) {
          if (!(await collect('paused'))) return diverged();
          active += world.clock() - lastResume;
          await world.control.permission(world.signal);
          lastResume = world.clock();
        } else {
          await world.control.permission(world.signal);
        }
        world.signal?.throwIfAborted();
        if (world.control.stopped) {
          if (!(await collect('training'))) return diverged();
          const state = await trainer.save();
          const part = { ...figuresOf(epoch, epochLosses, epochFigures), heldOutLoss: null, heldOutFigure: null };
          const history = epochLosses.length ? [...checkpoint.history, part] : checkpoint.history;
          return finish('stopped', { state, epoch, history });
        }
        // Still paused, it was let go for one step.
        const made = advance(world.control.isPaused);
        step += made;
        stepsTimed += made;
        if (stepper.full || world.clock() - lastReport >= REPORT_EVERY) {
          if (!(await collect('training'))) return diverged();
          await world.breathe();
        }
      }
      if (!(await collect('training'))) return diverged();
      const state = await trainer.save();
      if (!soundState(state)) return diverged();
      const held = measure ? await measure(trainer, world.breathe) : null;
      const ended: EpochFigures = {
        ...figuresOf(epoch, epochLosses, epochFigures),
        heldOutLoss: held?.loss ?? null,
        heldOutFigure: held?.figure ?? null,
      };
      checkpoint = { state, epoch: epoch + 1, history: [...checkpoint.history, ended] };
      report('training', epoch + 1, step, new Float32Array(0), ended);
      if (held && (best === null || held.loss < best.loss)) best = { state, epoch: epoch + 1, loss: held.loss };
      if (training.patience !== null && best !== null && epoch + 1 - best.epoch >= training.patience) {
        tellOnce(
          `The held-out loss has not fallen for ${training.patience} epochs. Training stopped, and the weights of epoch ${best.epoch} were put back.`,
        );
        return finish('early', checkpoint);
      }
      await world.breathe();
    }
    return finish('done', checkpoint);
  };

  for (;;) {
    let trainer: ModelTrainer | null = null;
    try {
      report('preparing', checkpoint.epoch, checkpoint.epoch * stepsPerEpoch, new Float32Array(0));
      trainer = engine.create(model, checkpoint.state, engineDataOf(data), sampler.source);
      return await attempt(trainer);
    } catch (error) {
      if (!(error instanceof DeviceLostError)) throw error;
      const next = await world.nextEngine(engine, error.message);
      if (!next) throw error;
      engine = next;
      tellOnce(
        `${error.message.replace(/\.$/, '')}. Training went on from ${
          checkpoint.epoch === 0 ? 'the start' : `the end of epoch ${checkpoint.epoch}`
        } on ${next.description.engine}.`,
      );
    } finally {
      trainer?.dispose();
    }
  }
}

function figuresOf(epoch: number, losses: readonly number[], figures: readonly number[]) {
  return { epoch: epoch + 1, loss: mean(losses), figure: figures.length > 0 ? mean(figures) : null };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function soundState(state: ModelState): boolean {
  return state.tables.every(({ values }) => unsoundParameter(values) === null);
}
