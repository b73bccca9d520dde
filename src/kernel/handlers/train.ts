import type { Dataset } from '../../data/dataset';
import { learnedOf } from '../../embedding/learned';
import { StateError } from '../../errors';
import type { Preset } from '../../models/model';
import { completeOptions, type OptionValues } from '../../models/option';
import { presetById } from '../../models/registry';
import { parameterCount } from '../../models/spec';
import { TrainingControl } from '../../training/control';
import { findRate } from '../../training/rate-finder';
import { createSampler } from '../../training/sampler';
import type { TrainingProgress } from '../../training/trainer';
import { trainModel } from '../../training/trainer';
import { assemble } from '../assembly';
import type { KernelMethods, TrainParams, TrainReport } from '../protocol';
import { breathe, type CallContext, type Handlers } from '../serve';
import type { Session } from '../session';

export function trainHandlers(
  session: Session,
  clock: () => number,
): Pick<Handlers<KernelMethods>, 'train' | 'control' | 'device' | 'findRate' | 'batch'> {
  return {
    async train(params, context) {
      const { dataset, preset, options } = requested(session, params);
      // One run at a time: a new one ends the one before, which may still be on its way out.
      session.control?.stop();
      const before = session.training;
      const run = before.then(() => trainNow(session, clock, { dataset, preset, options }, context));
      session.training = run.catch(() => undefined);
      return run;
    },

    async findRate(params, { signal, report }) {
      const { dataset, preset, options } = requested(session, params);
      await session.training;
      const { model, training, data, seed } = assemble(dataset, preset, options);
      const { engine } = await session.devices.forModel(model);
      return findRate({ model, training, data, seed }, engine, {
        breathe,
        signal,
        onProgress: (share) => report({ share }),
      });
    },

    batch({ count, ...params }) {
      const { dataset, preset, options } = requested(session, params);
      const { model, training, data, seed } = assemble(dataset, preset, options);
      const [batch] = createSampler(data, model, training, seed).epoch(0);
      const pair = (row: number, column: number, target: number) => ({
        row: dataset.rowLabels.get(row),
        column: dataset.columnLabels.get(column),
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
  clock: () => number,
  { dataset, preset, options }: Requested,
  { signal, report }: CallContext<TrainingProgress>,
): Promise<TrainReport> {
  signal.throwIfAborted();
  const control = new TrainingControl();
  session.control = control;
  try {
    const assembly = assemble(dataset, preset, options);
    const { model, training, data, split, seed, notices, trained } = assembly;
    const { engine, notice } = await session.devices.forModel(model);
    const result = await trainModel({ model, training, data, seed }, engine, {
      clock,
      breathe,
      control,
      signal,
      nextEngine: async (lost, reason) =>
        (await session.devices.replace(lost, reason)) && (await session.devices.forModel(model)).engine,
      onProgress: saidOnce(notice, report),
    });
    // A file that was loaded meanwhile makes this run's rows and columns meaningless.
    if (session.dataset !== dataset) throw new DOMException('Another file was loaded.', 'AbortError');
    const { state, engine: used, ...told } = result;
    const done: TrainReport = {
      ...told,
      run: ++session.runs,
      preset: preset.id,
      options,
      engine: used.description.engine,
      device: used.description,
      parameters: parameterCount(model, trained.rows, trained.columns),
      trained,
      heldOutPairs: split.heldOut.indices.length,
      notices: [...notices, ...(notice ? [notice] : []), ...told.notices],
    };
    const learned = learnedOf(model, state, data);
    // What the optimiser kept is not needed any more.
    const tables = state.tables.map(({ name, shape, values }) => ({ name, shape, values }));
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
    });
    return done;
  } finally {
    if (session.control === control) session.control = null;
  }
}

/** Says with the first report what there is to say before a run. */
function saidOnce(
  notice: string | null,
  report: (progress: TrainingProgress) => void,
): (progress: TrainingProgress) => void {
  let untold = notice;
  return (progress) => {
    report(untold === null ? progress : { ...progress, notice: untold });
    untold = null;
  };
}
