import { type Csr, columnDegrees, has, rowDegrees } from '../data/csr';
import type { Random } from '../data/random';
import type { NegativeSpec } from '../models/training';

/** Draws that may fail before a row is taken to have every column: it then keeps the last one drawn. */
const PATIENCE = 100;

/** Pairs and what the model should say of them, all of one length. */
export interface LabelledPairs {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly targets: Float32Array;
}

/** Negative sampling among the rows and columns that training has. */
export class NegativeSampler {
  private readonly rows: Int32Array;
  private readonly columns: Int32Array;

  constructor(
    private readonly train: Csr,
    private readonly spec: NegativeSpec,
  ) {
    this.rows = seen(rowDegrees(train));
    this.columns = seen(columnDegrees(train));
  }

  /** Each pair followed by its negatives. */
  extend(known: LabelledPairs, random: Random): LabelledPairs {
    const { perPositive, target } = this.spec;
    const each = 1 + perPositive;
    const count = known.rows.length * each;
    const rows = new Int32Array(count);
    const columns = new Int32Array(count);
    const targets = new Float32Array(count).fill(target);
    for (let n = 0; n < known.rows.length; n++) {
      rows[n * each] = known.rows[n];
      columns[n * each] = known.columns[n];
      targets[n * each] = known.targets[n];
      for (let i = n * each + 1; i < (n + 1) * each; i++) {
        for (let tries = 0; tries < PATIENCE; tries++) {
          rows[i] = this.spec.draw === 'column' ? known.rows[n] : this.rows[random.integer(this.rows.length)];
          columns[i] = this.column(random);
          if (!this.spec.reject || !has(this.train, rows[i], columns[i])) break;
        }
      }
    }
    return { rows, columns, targets };
  }

  private column(random: Random): number {
    if (this.spec.by === 'uniform') return this.columns[random.integer(this.columns.length)];
    // A random pair has a column in proportion to the column's pairs.
    return this.train.indices[random.integer(this.train.indices.length)];
  }
}

function seen(degrees: Uint32Array): Int32Array {
  return Int32Array.from([...degrees.keys()].filter((entry) => degrees[entry] > 0));
}
