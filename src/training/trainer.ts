import type { Csr } from '../data/csr';
import { DeviceLostError, type Engine, type FactorState, type FactorTrainer } from '../engines/engine';
import { type HeldOutLoss, heldOutLoss } from '../evaluation/held-out-loss';
import type { FactorSpec, TrainingSpec } from '../models/factor';
import type { TrainingControl } from './control';
import { Sampler } from './sampler';
import { rateAt } from './schedule';
import { startValues } from './start-values';

export interface TrainingRun {
  readonly model: FactorSpec;
  readonly training: TrainingSpec;
  readonly train: Csr;
  readonly heldOut: Csr;
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
  readonly pairsPerSecond: number;
  readonly secondsLeft: number | null;
  /** Said once: something happened that a person should know. */
  readonly notice: string | null;
}

export interface TrainingResult {
  readonly state: FactorState;
  readonly engine: Engine;
  readonly epochs: number;
  readonly steps: number;
  readonly seconds: number;
  readonly pairsPerSecond: number;
  /** Mean training loss of each epoch. */
  readonly loss: readonly number[];
  readonly heldOutLoss: readonly number[];
  readonly ended: 'done' | 'stopped' | 'diverged';
  readonly notices: readonly string[];
}

/** Reports are at least this far apart, in milliseconds. */
const REPORT_EVERY = 60;

/** A loss this many times the first one is no training any more. */
const OUT_OF_HAND = 1000;

interface Checkpoint {
  readonly state: FactorState;
  readonly epoch: number;
  readonly loss: readonly number[];
  readonly heldOutLoss: readonly number[];
}

/**
 * Trains a factor model on an engine. After each epoch it keeps a checkpoint; a loss that is not a
 * number ends the run at the last one, and a lost device goes on from it on the next engine.
 * @throws AbortError of the signal; DeviceLostError when no engine is left
 */
export async function trainFactorModel(run: TrainingRun, first: Engine, world: TrainingWorld): Promise<TrainingResult> {
  const { model, training, train } = run;
  const sampler = new Sampler(train, model, training, run.seed);
  const stepsPerEpoch = sampler.stepsPerEpoch;
  const steps = stepsPerEpoch * training.epochs;
  const notices: string[] = [];
  let engine = first;
  let checkpoint: Checkpoint = {
    state: startValues(model, train.rows, train.columns, run.seed),
    epoch: 0,
    loss: [],
    heldOutLoss: [],
  };
  let active = 0;
  let lastResume = world.clock();
  let stepsTimed = 0;
  let firstLoss: number | null = null;
  let notice: string | null = null;
  const tellOnce = (text: string) => {
    notices.push(text);
    notice = notice === null ? text : `${notice} ${text}`;
  };
  const pairsPerStep = train.indices.length / stepsPerEpoch;

  const report = (
    phase: TrainingProgress['phase'],
    epoch: number,
    step: number,
    losses: Float32Array,
    heldOut: readonly { step: number; loss: number }[],
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
      heldOut,
      pairsPerSecond: perStep ? pairsPerStep / perStep : 0,
      secondsLeft: perStep ? perStep * (steps - step) : null,
      notice,
    });
    notice = null;
  };

  const finish = (ended: TrainingResult['ended'], kept: Checkpoint): TrainingResult => {
    const seconds = (active + world.clock() - lastResume) / 1000;
    return {
      state: kept.state,
      engine,
      epochs: kept.epoch,
      steps: kept.state.step,
      seconds,
      pairsPerSecond: seconds > 0 ? (stepsTimed * pairsPerStep) / seconds : 0,
      loss: kept.loss,
      heldOutLoss: kept.heldOutLoss,
      ended,
      notices,
    };
  };

  /** Runs from the checkpoint to the end, or to the stop. */
  const attempt = async (trainer: FactorTrainer): Promise<TrainingResult> => {
    for (let epoch = checkpoint.epoch; epoch < training.epochs; epoch++) {
      const epochLosses: number[] = [];
      let lastReport = world.clock();
      let step = epoch * stepsPerEpoch;
      const collect = async (phase: TrainingProgress['phase']) => {
        const losses = await trainer.losses();
        firstLoss ??= losses[0] ?? null;
        const bound = OUT_OF_HAND * Math.max(1, firstLoss ?? 1);
        const sound = losses.every((loss) => Number.isFinite(loss) && loss <= bound);
        for (const loss of losses) epochLosses.push(loss);
        // The report gives the losses away.
        report(phase, epoch, step, losses, []);
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
      for (const block of sampler.epoch(epoch)) {
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
          return finish('stopped', {
            state,
            epoch,
            loss: epochLosses.length ? [...checkpoint.loss, mean(epochLosses)] : checkpoint.loss,
            heldOutLoss: checkpoint.heldOutLoss,
          });
        }
        trainer.step(block, rateAt(training, step, steps));
        step++;
        stepsTimed++;
        if (world.clock() - lastReport >= REPORT_EVERY) {
          if (!(await collect('training'))) return diverged();
          await world.breathe();
        }
      }
      if (!(await collect('training'))) return diverged();
      const state = await trainer.save();
      if (!finiteState(state)) return diverged();
      const held: HeldOutLoss | null = await heldOutLoss(run, trainer, world.breathe);
      checkpoint = {
        state,
        epoch: epoch + 1,
        loss: [...checkpoint.loss, mean(epochLosses)],
        heldOutLoss: held ? [...checkpoint.heldOutLoss, held.loss] : checkpoint.heldOutLoss,
      };
      report('training', epoch + 1, step, new Float32Array(0), held ? [{ step, loss: held.loss }] : []);
      await world.breathe();
    }
    return finish('done', checkpoint);
  };

  for (;;) {
    let trainer: FactorTrainer | null = null;
    try {
      report('preparing', checkpoint.epoch, checkpoint.epoch * stepsPerEpoch, new Float32Array(0), []);
      trainer = engine.create(model, checkpoint.state, { rows: train.rows, columns: train.columns });
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

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function finiteState(state: FactorState): boolean {
  return state.tables.every(({ values }) => values.every(Number.isFinite));
}
