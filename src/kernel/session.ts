import type { Dataset } from '../data/dataset';
import type { Split } from '../data/split';
import type { Vectors } from '../embedding/vectors';
import type { TrainingControl } from '../training/control';
import type { Devices } from './devices';
import type { EntityRef, Listed, MetricsTable, Side } from './protocol';

/** A finished run, as far as predictions and maps need it. */
export interface Run {
  readonly id: number;
  readonly split: Split;
  readonly vectors: Vectors;
  metrics: MetricsTable | null;
}

/** All that the kernel remembers between calls. */
export class Session {
  dataset: Dataset | null = null;
  run: Run | null = null;
  control: TrainingControl | null = null;
  /** Settles when the training under way, if any, has ended. */
  training: Promise<unknown> = Promise.resolve();
  runs = 0;

  constructor(readonly devices: Devices) {}

  /** @throws Error when nothing has been loaded */
  requireDataset(): Dataset {
    if (!this.dataset) throw new Error('Expected a dataset, found none: load a file or the sample first.');
    return this.dataset;
  }

  /** @throws Error when nothing has been trained */
  requireRun(): Run {
    if (!this.run) throw new Error('Expected a trained model, found none: train one first.');
    return this.run;
  }

  /** Position of the row or column that `ref` names. @throws RangeError when there is none */
  resolve(side: Side, ref: EntityRef): number {
    const dataset = this.requireDataset();
    if (side !== 'row' && side !== 'column') {
      throw new RangeError(`expected the side “row” or “column”, found “${String(side)}”`);
    }
    const { ids, labels } = dataset.interactions[side];
    const word = dataset.roles[side].one;
    if (ref.index !== undefined) {
      if (Number.isInteger(ref.index) && ref.index >= 0 && ref.index < ids.length) return ref.index;
      throw new RangeError(`expected a ${word} from 0 to ${ids.length - 1}, found ${ref.index}`);
    }
    if (ref.id !== undefined) {
      const index = ids.indexOf(String(ref.id));
      if (index >= 0) return index;
      throw new RangeError(`expected the id of a ${word}, found “${ref.id}”`);
    }
    if (ref.label !== undefined) {
      // Labels that two entries share are shown with their id; both forms are understood.
      const shown = this.shownLabels(side).indexOf(ref.label);
      const index = shown >= 0 ? shown : labels.indexOf(ref.label);
      if (index >= 0) return index;
      throw new RangeError(`expected the label of a ${word}, found “${ref.label}”`);
    }
    throw new RangeError(`expected the index, id or label of a ${word}, found none of them`);
  }

  shownLabels(side: Side) {
    const dataset = this.requireDataset();
    return side === 'row' ? dataset.rowLabels : dataset.columnLabels;
  }

  listed(side: Side, index: number): Listed {
    return {
      index,
      id: this.requireDataset().interactions[side].ids.get(index),
      label: this.shownLabels(side).get(index),
    };
  }
}
