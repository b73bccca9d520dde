import { type Dataset, named } from '../../data/dataset';
import { toTrainedModel } from '../../embedding/trained-model';
import type { ModelState, ParameterTable } from '../../engines/engine';
import { InputError, StateError } from '../../errors';
import type { Preset } from '../../models/model';
import { completeOptions, type OptionValues } from '../../models/option';
import { presetById } from '../../models/registry';
import { parameterCount } from '../../models/spec';
import type { TaskContext } from '../../task';
import { TrainingControl } from '../../training/control';
import { findRate } from '../../training/rate-finder';
import { createSampler } from '../../training/sampler';
import { type Continuation, type TrainingProgress, type TrainingResult, trainModel } from '../../training/trainer';
import type { KernelMethods, TrainParams, TrainReport } from '../protocol';
import { prepareRun } from '../run-setup';
import type { Handlers } from '../serve';
import type { Session } from '../session';

export function trainHandlers(
  session: Session,
): Pick<Handlers<KernelMethods>, 'runSize' | 'train' | 'continueRun' | 'control' | 'device' | 'findRate' | 'batch'> {
  /** One run at a time: a new one ends the one before, which may still be on its way out. */
  function begin(asked: Asked, task: TaskContext<[TrainingProgress]>): Promise<TrainReport> {
    session.control?.stop();
    const run = session.training.then(() => trainNow(session, asked, task));
    session.training = run.catch(() => undefined);
    return run;
  }

  return {
    runSize(params) {
      const { dataset, preset, options } = requested(session, params);
      const { model, training, data, seed, trained } = prepareRun(dataset, preset, options);
      const { stepsPerEpoch } = createSampler(data, model, training, seed);
      return {
        parameters: parameterCount(model, trained.rows, trained.columns),
        steps: stepsPerEpoch * training.epochs,
        trained,
      };
    },

    train: async (params, task) => begin({ ...requested(session, params), from: null }, task),

    async continueRun({ run: id, moreEpochs }, task) {
      const { preset, options, continuation } = session.requireRun(id);
      if (!continuation) {
        throw new StateError(
          `Run ${id} cannot be gone on with: what its optimiser kept is there for the last run alone. Train it anew with more epochs.`,
        );
      }
      const { history, losses } = continuation;
      const begun = history.length + (losses.length > 0 ? 1 : 0);
      const epochs = moreEpochs === null ? (options.epochs as number) : begun + moreEpochs;
      const longer = completeOptions(preset.options, { ...options, epochs });
      if (history.length >= epochs) {
        throw new InputError(`expected more than the ${begun} epochs that run ${id} has, found ${epochs}`);
      }
      return begin({ dataset: session.requireDataset(), preset, options: longer, from: continuation }, task);
    },

    async findRate(params, task) {
      const { dataset, preset, options } = requested(session, params);
      await session.training;
      const { model, training, data, seed } = prepareRun(dataset, preset, options);
      const { engine } = await session.devices.forModel(model);
      return findRate({ model, training, data, seed }, engine, {
        ...task,
        progress: (share) => task.progress({ share }),
      });
    },

    batch({ count, ...params }) {
      const { dataset, preset, options } = requested(session, params);
      const { model, training, data, seed } = prepareRun(dataset, preset, options);
      const [batch] = createSampler(data, model, training, seed).epoch(0);
      const pair = (row: number, column: number, target: number) => ({
        row: named(dataset, 'row', row).label,
        column: named(dataset, 'column', column).label,
        target,
      });
      if (batch.kind === 'pairs') {
        const shown = Math.min(count, batch.rows.length);
        return {
          kind: 'pairs',
          pairs: Array.from({ length: shown }, (_, n) => pair(batch.rows[n], batch.columns[n], batch.targets[n])),
        };
      }
      const { positiveRows, positiveColumns, rows, columns } = batch;
      const shown = Math.min(count, positiveRows.length);
      return {
        kind: 'block',
        pairs: Array.from({ length: shown }, (_, n) =>
          pair(rows[positiveRows[n]], columns ? columns[positiveColumns[n]] : positiveColumns[n], 1),
        ),
      };
    },

    control({ action }) {
      const { control } = session;
      if (!control) return false;
      control[action]();
      return true;
    },

    async device({ choose, speeds }) {
      if (speeds) session.devices.prefer(speeds);
      if (choose) {
        if (session.control)
          throw new StateError('Expected no training under way, found one: stop it before changing the device.');
        await session.devices.choose(choose);
      }
      return session.devices.state();
    },
  };
}

interface Asked extends Requested {
  /** Where an earlier run is gone on with. */
  readonly from: Continuation | null;
}

interface Requested {
  readonly dataset: Dataset;
  readonly preset: Preset;
  readonly options: OptionValues;
}

/** What a call asks for, checked. @throws Error; InputError that names the option or the presets there are */
function requested(session: Session, params: TrainParams): Requested {
  const preset = presetById(params.preset);
  return {
    dataset: session.requireDataset(),
    preset,
    options: completeOptions(preset.options, params.options),
  };
}

async function trainNow(
  session: Session,
  { dataset, preset, options, from }: Asked,
  task: TaskContext<[TrainingProgress]>,
): Promise<TrainReport> {
  task.signal.throwIfAborted();
  const control = new TrainingControl();
  session.control = control;
  try {
    const setup = prepareRun(dataset, preset, options);
    const { model, training, data, split, seed, notices, trained } = setup;
    const { engine, notice } = await session.devices.forModel(model);
    const reportOf = (
      { state: _, engine: used, continuation: __, ...parsed }: TrainingResult,
      run: number,
    ): TrainReport => ({
      ...parsed,
      run,
      preset: preset.id,
      options,
      engine: used.description.engine,
      device: used.description,
      parameters: parameterCount(model, trained.rows, trained.columns),
      trained,
      heldOutPairs: split.heldOut.indices.length,
      notices: [...notices, ...(notice ? [notice] : []), ...parsed.notices],
    });
    const result = await trainModel({ model, training, data, seed, from }, engine, {
      ...task,
      progress: saidOnce(notice, task.progress),
      control,
      nextEngine: async (lost, reason) =>
        (await session.devices.replace(lost, reason)) && (await session.devices.forModel(model)).engine,
      onHold(resultSoFar) {
        session.held =
          resultSoFar &&
          (async () => {
            const sofar = await resultSoFar();
            return {
              preset,
              options,
              split,
              tables: parametersOf(sofar.state),
              report: reportOf(sofar, session.runs + 1),
            };
          });
      },
    });
    // A file that was loaded meanwhile makes this run's rows and columns meaningless.
    if (session.dataset !== dataset) throw new DOMException('Another file was loaded.', 'AbortError');
    const { state, continuation } = result;
    const done = reportOf(result, ++session.runs);
    const learned = toTrainedModel(model, state, data);
    const tables = parametersOf(state);
    session.keep({
      id: done.run,
      preset,
      options,
      split,
      learned,
      tables,
      report: done,
      evaluation: null,
      ranked: null,
      continuation,
    });
    return done;
  } finally {
    if (session.control === control) session.control = null;
  }
}

/** A model without what the optimiser kept of it. */
function parametersOf(state: ModelState): ParameterTable[] {
  return state.tables.map(({ name, shape, values }) => ({ name, shape, values }));
}

/** Says with the first report what there is to say before a run. */
function saidOnce(
  notice: string | null,
  report: (progress: TrainingProgress) => void,
): (progress: TrainingProgress) => void {
  let pendingNotice = notice;
  return (progress) => {
    report(pendingNotice === null ? progress : { ...progress, notice: pendingNotice });
    pendingNotice = null;
  };
}
