import type { Dataset } from '../../data/dataset';
import { splitPairs } from '../../data/split';
import { finalVectors } from '../../embedding/vectors';
import { parameterCount } from '../../models/factor';
import { holdOutOf } from '../../models/hold-out-options';
import type { Preset } from '../../models/model';
import { completeOptions, type OptionValues } from '../../models/option';
import { presetById } from '../../models/registry';
import { TrainingControl } from '../../training/control';
import type { TrainingProgress } from '../../training/trainer';
import { trainFactorModel } from '../../training/trainer';
import type { KernelMethods, TrainParams, TrainReport } from '../protocol';
import { breathe, type CallContext, type Handlers } from '../serve';
import type { Session } from '../session';

export function trainHandlers(
  session: Session,
  clock: () => number,
): Pick<Handlers<KernelMethods>, 'train' | 'control' | 'device'> {
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

    control({ action }) {
      const { control } = session;
      if (!control) return false;
      control[action]();
      return true;
    },

    async device({ choose }) {
      if (choose) {
        if (session.control)
          throw new Error('Expected no training under way, found one: stop it before changing the device.');
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

/** What a call asks for, checked. @throws Error; RangeError that names the option or the presets there are */
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
    const { matrix } = dataset.interactions;
    const split = splitPairs(matrix, holdOutOf(options));
    const { model, training } = preset.specify(options, {
      rows: matrix.rows,
      columns: matrix.columns,
      pairs: split.train.indices.length,
    });
    const engine = await session.devices.current();
    const result = await trainFactorModel(
      { model, training, train: split.train, heldOut: split.heldOut, seed: options.seed as number },
      engine,
      {
        clock,
        breathe,
        control,
        signal,
        nextEngine: (lost, reason) => session.devices.replace(lost, reason),
        onProgress: report,
      },
    );
    // A file that was loaded meanwhile makes this run's rows and columns meaningless.
    if (session.dataset !== dataset) throw new DOMException('Another file was loaded.', 'AbortError');
    session.run = {
      id: ++session.runs,
      split,
      vectors: finalVectors(model, result.state, split.train),
      metrics: null,
    };
    const { state: _state, engine: used, ...told } = result;
    return {
      ...told,
      run: session.runs,
      preset: preset.id,
      engine: used.description.engine,
      device: used.description,
      parameters: parameterCount(model, matrix.rows, matrix.columns),
      heldOutPairs: split.heldOut.indices.length,
    };
  } finally {
    if (session.control === control) session.control = null;
  }
}
