import { splitPairs } from '../../data/split';
import { finalVectors } from '../../embedding/vectors';
import { parameterCount } from '../../models/factor';
import { holdOutOf } from '../../models/hold-out-options';
import { completeOptions } from '../../models/option';
import { presetById } from '../../models/registry';
import { TrainingControl } from '../../training/control';
import { trainFactorModel } from '../../training/trainer';
import type { KernelMethods } from '../protocol';
import { breathe, type Handlers } from '../serve';
import type { Session } from '../session';

export function trainHandlers(
  session: Session,
  clock: () => number,
): Pick<Handlers<KernelMethods>, 'train' | 'control' | 'device'> {
  return {
    async train(params, { signal, report }) {
      const dataset = session.requireDataset();
      const preset = presetById(params.preset);
      const options = completeOptions(preset.options, params.options);
      if (session.control) throw new Error('Expected no training under way, found one: stop it first.');
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
