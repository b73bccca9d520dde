import { hash32 } from '../../data/counter-rng';
import { type Csr, csrFromPairs } from '../../data/csr';
import { StateError } from '../../errors';
import { completeOptions } from '../../models/option';
import { presetById } from '../../models/registry';
import { measureSpeed } from '../../training/speed';
import type { TrainingRun } from '../../training/trainer';
import { pairsOnly } from '../../training/training-data';
import type { KernelMethods } from '../protocol';
import type { Handlers } from '../serve';
import type { Session } from '../session';

/** As many users and films as MovieLens 1M has. */
const ROWS = 6040;
const COLUMNS = 3706;
const DRAWS_PER_ROW = 160;

/** Measures how fast this machine trains. */
export function benchmarkHandlers(session: Session): Pick<Handlers<KernelMethods>, 'benchmark'> {
  return {
    async benchmark(_, task) {
      if (session.control) {
        throw new StateError('Expected no training under way, found one: stop it before measuring this machine.');
      }
      const run = benchmarkRun();
      return session.devices.measure(
        (engine, progress) => measureSpeed(run, engine, { ...task, progress }),
        task.progress,
      );
    },
  };
}

/** Two towers with the options of their preset, on pairs that are always the same: common columns have most of them. */
function benchmarkRun(): TrainingRun {
  const { specify, options } = presetById('two-tower');
  const train = madeUpPairs();
  const facts = {
    rows: ROWS,
    columns: COLUMNS,
    pairs: train.indices.length,
    values: null,
    rowFeatures: 0,
    columnFeatures: 0,
  };
  const none = csrFromPairs(ROWS, COLUMNS, [], []).matrix;
  return { ...specify(completeOptions(options, {}), facts), data: pairsOnly(train, none), seed: 1 };
}

function madeUpPairs(): Csr {
  const count = ROWS * DRAWS_PER_ROW;
  const rows = Uint32Array.from({ length: count }, (_, i) => Math.floor(i / DRAWS_PER_ROW));
  const columns = Uint32Array.from({ length: count }, (_, i) => Math.floor(COLUMNS * (hash32(i) / 2 ** 32) ** 2));
  return csrFromPairs(ROWS, COLUMNS, rows, columns).matrix;
}
