import { excerpt } from '../data/data-error';
import { type Dataset, named } from '../data/dataset';
import type { Loaded } from '../data/load';
import { article } from '../data/words';
import { InputError, StateError } from '../errors';
import type { TrainingControl } from '../training/control';
import type { Continuation } from '../training/trainer';
import type { Devices } from './devices';
import type { Axis, EntityRef, EntitySummary, RunId } from './protocol';
import type { Run, Saveable } from './run';
import { ModelScorer } from './scoring';

const RUNS_KEPT = 30;
const BYTES_KEPT = 600 * 1024 * 1024;
/** A larger run is not kept as it would have to be to go on with it. */
const CONTINUATION_BYTES = 600 * 1024 * 1024;

/** All that the kernel remembers between calls. */
export class Session {
  /** What was read, before any cleaning: another recipe begins with it again. */
  read: Loaded | null = null;
  dataset: Dataset | null = null;
  /** Runs on the dataset at hand, the oldest first. */
  readonly history: Run[] = [];
  readonly scoring: ModelScorer;
  control: TrainingControl | null = null;
  /** Gives what the run that is held has learned so far; null while none is held. */
  held: (() => Promise<Saveable>) | null = null;
  /** Settles when the training under way, if any, has ended. */
  training: Promise<unknown> = Promise.resolve();
  /** Runs and datasets so far, which is what they are numbered by. */
  runs = 0;
  datasets = 0;

  constructor(readonly devices: Devices) {
    this.scoring = new ModelScorer(devices);
  }

  /** Keeps a run. The oldest go when there are too many, or when they take too much memory. */
  keep(run: Run): void {
    for (const earlier of this.history) earlier.continuation = null;
    if (run.continuation && continuationBytes(run.continuation) > CONTINUATION_BYTES) run.continuation = null;
    this.history.push(run);
    const bytes = ({ tables, learned: { vectors, network } }: Run) =>
      vectors.rows.byteLength +
      vectors.columns.byteLength +
      [...tables, ...(network?.tables ?? [])].reduce((sum, { values }) => sum + values.byteLength, 0);
    let total = this.history.reduce((sum, kept) => sum + bytes(kept), 0);
    while (this.history.length > RUNS_KEPT || (total > BYTES_KEPT && this.history.length > 1)) {
      total -= bytes(this.history.shift() as Run);
    }
  }

  /** What belonged to a dataset that is gone. */
  forgetRuns(): void {
    this.history.length = 0;
    this.scoring.close();
  }

  /** @throws StateError when nothing has been trained; InputError that names the runs there are */
  requireRun(id: RunId): Run {
    const run = this.history.find((kept) => kept.id === id);
    if (run) return run;
    if (this.history.length === 0) throw new StateError('Expected a trained model, found none: train one first.');
    const there = this.history.map((kept) => kept.id).join(', ');
    throw new InputError(`expected a run of ${there}, found ${id}`);
  }

  /** @throws StateError when nothing has been loaded */
  requireDataset(): Dataset {
    if (!this.dataset) throw new StateError('Expected a dataset, found none: load a file or the sample first.');
    return this.dataset;
  }

  /** Position of the row or column that `ref` names. @throws InputError when there is none */
  resolve(side: Axis, ref: EntityRef): number {
    const dataset = this.requireDataset();
    if (side !== 'row' && side !== 'column') {
      throw new InputError(`expected the side “row” or “column”, found “${String(side)}”`);
    }
    const { ids, labels } = dataset.interactions[side];
    const word = article(dataset.roles[side].one);
    if (ref.index !== undefined) {
      if (Number.isInteger(ref.index) && ref.index >= 0 && ref.index < ids.length) return ref.index;
      throw new InputError(`expected ${word} from 0 to ${ids.length - 1}, found ${ref.index}`);
    }
    // Labels that two entries share are shown with their id; both forms are understood.
    const labelled = (label: string) => firstOf(this.shownLabels(side).indexOf(label), () => labels.indexOf(label));
    const identified = (id: string) => ids.indexOf(String(id));
    const { id, label, name } = ref;
    const [index, what, given] =
      id !== undefined
        ? [identified(id), 'id', id]
        : label !== undefined
          ? [labelled(label), 'label', label]
          : name !== undefined
            ? [firstOf(labelled(name), () => identified(name)), 'label or id', name]
            : [-1, 'index, id or label', null];
    if (index >= 0) return index;
    throw new InputError(
      `expected the ${what} of ${word}, found ${given === null ? 'none of them' : `“${excerpt(given)}”`}`,
    );
  }

  shownLabels(side: Axis) {
    const dataset = this.requireDataset();
    return side === 'row' ? dataset.rowLabels : dataset.columnLabels;
  }

  listed(side: Axis, index: number): EntitySummary {
    return named(this.requireDataset(), side, index);
  }
}

function continuationBytes({ state, best }: Continuation): number {
  const states = best && best.state !== state ? [state, best.state] : [state];
  return states
    .flatMap(({ tables }) => tables)
    .reduce((sum, { values, m, v }) => sum + values.byteLength + m.byteLength + v.byteLength, 0);
}

/** A position, or where it is −1 the next that is looked for. */
function firstOf(position: number, next: () => number): number {
  return position >= 0 ? position : next();
}
