import type { FactorSpec } from '../../models/factor';
import type { Block, BlockInputs } from '../engine';
import { vec4sPerRow } from './shaders/block-cells.wgsl';
import type { SomeNumbers } from './step-numbers';

/** Numbers of a step about its block. */
export type BlockNumbers = SomeNumbers<
  | 'blockRows'
  | 'rowEntries'
  | 'columnEntries'
  | 'rowsAt'
  | 'columnsAt'
  | 'columnNumbersAt'
  | 'positivesAt'
  | 'poolAt'
  | 'spreadAt'
  | 'each'
>;

/** A block as kernels look at it. */
export interface ListedBlock {
  /**
   * One after another: entries of the row side and of the column side; of each four columns how often they stand in the
   * block, and the logs of their chances of being there; of each row its pairs, as columns and how often; and for pooled rows the
   * inputs of each row and the rows of each input, with their weights. Lists of lists begin with their offsets, one
   * more than they are, and have two words an entry. Weights, chances and how often a column stands are floats.
   */
  readonly words: Uint32Array;
  /** Places count from the first of `words`. */
  readonly numbers: BlockNumbers;
}

/** Lists of two words an entry. */
interface Lists {
  readonly offsets: Uint32Array;
  readonly entries: Uint32Array;
}

/** Writes blocks down as kernels look at them; a column that repeats stands once, with how often it does. */
export class BlockLists {
  /** Scratch: of each column its place among those of a block, or −1; and the last row's entry that named it. */
  private readonly place: Int32Array;
  private readonly named: Int32Array;
  /** All columns in order, once a block has them. */
  private all: Int32Array | null = null;

  constructor(
    private readonly spec: FactorSpec,
    private readonly columns: number,
  ) {
    this.place = new Int32Array(columns).fill(-1);
    this.named = new Int32Array(columns);
  }

  write(block: Block): ListedBlock {
    const { rows, positiveRows, logChance } = block;
    const pooled = this.spec.rowVector === 'pooled';
    const inputs = pooled ? block.inputs : null;
    if (pooled && !inputs) throw new TypeError('expected the inputs of pooled rows, found none');
    const { distinct, places, times } = this.distinctOf(block.columns);
    // In vec4Count, as scores are; behind the last column stands one that is there no times.
    const columnNumbers = new Float32Array(8 * vec4sPerRow(distinct.length));
    const placeOf = (k: number) => 8 * (k >> 2) + (k & 3);
    times.forEach((count, k) => {
      columnNumbers[placeOf(k)] = count;
    });
    // A chance is a column’s, wherever it stands in the block.
    logChance?.forEach((chance, k) => {
      columnNumbers[placeOf(places[k]) + 4] = chance;
    });
    const lists = [
      inputs ? inputs.columns : rows,
      distinct,
      columnNumbers,
      ...asLists(this.positives(block, places)),
      ...(inputs ? [...asLists(byRow(inputs, rows.length)), ...asLists(byInput(inputs))] : []),
    ];
    const words = new Uint32Array(lists.reduce((sum, { length }) => sum + length, 0));
    const starts: number[] = [];
    let at = 0;
    for (const list of lists) {
      starts.push(at);
      words.set(new Uint32Array(list.buffer, list.byteOffset, list.length), at);
      at += list.length;
    }
    const [rowsAt, columnsAt, columnNumbersAt, positivesAt, , poolAt = 0, , spreadAt = 0] = starts;
    const terms = this.spec.loss === 'bce' ? rows.length * places.length : positiveRows.length;
    return {
      words,
      numbers: {
        blockRows: rows.length,
        rowEntries: inputs ? inputs.columns.length : rows.length,
        columnEntries: distinct.length,
        rowsAt,
        columnsAt,
        columnNumbersAt,
        positivesAt,
        poolAt,
        spreadAt,
        each: 1 / terms,
      },
    };
  }

  /** Each column of a block once, where each place of the block finds it, and how often it stands there. */
  private distinctOf(columns: Int32Array | null) {
    if (!columns) {
      this.all ??= Int32Array.from({ length: this.columns }, (_, c) => c);
      return { distinct: this.all, places: this.all, times: new Float32Array(this.columns).fill(1) };
    }
    const { place } = this;
    const distinct = new Int32Array(columns.length);
    const times = new Float32Array(columns.length);
    let count = 0;
    const places = columns.map((column) => {
      if (place[column] < 0) {
        place[column] = count;
        distinct[count++] = column;
      }
      times[place[column]]++;
      return place[column];
    });
    for (const column of columns) place[column] = -1;
    return { distinct: distinct.subarray(0, count), places, times: times.subarray(0, count) };
  }

  /** Pairs of each row: columns, each once, and how often the row has them; several copies of a column may be pairs. */
  private positives({ rows, positiveRows, positiveColumns }: Block, places: Int32Array): Lists {
    const { offsets, order } = bucketed(positiveRows, rows.length);
    const entries = new Uint32Array(2 * order.length);
    const merged = new Uint32Array(offsets.length);
    const { named } = this;
    let count = 0;
    for (let b = 0; b < rows.length; b++) {
      const first = count;
      for (let p = offsets[b]; p < offsets[b + 1]; p++) {
        const column = places[positiveColumns[order[p]]];
        const known = named[column];
        // What an earlier row or block left there lies outside this row’s entries, or names another column.
        if (known >= first && known < count && entries[2 * known] === column) {
          entries[2 * known + 1]++;
          continue;
        }
        named[column] = count;
        entries[2 * count] = column;
        entries[2 * count++ + 1] = 1;
      }
      merged[b + 1] = count;
    }
    return { offsets: merged, entries: entries.subarray(0, 2 * count) };
  }
}

/** The part of the inputs that belongs to the rows from..to of a block, as those of a block of their own. */
export function inputsOf(
  { columns, pairRows, pairColumns, weights }: BlockInputs,
  from: number,
  to: number,
): BlockInputs {
  const own = Array.from(pairRows.keys()).filter((p) => pairRows[p] >= from && pairRows[p] < to);
  return {
    columns,
    pairRows: Int32Array.from(own, (p) => pairRows[p] - from),
    pairColumns: Int32Array.from(own, (p) => pairColumns[p]),
    weights: Float32Array.from(own, (p) => weights[p]),
  };
}

/** The inputs of each pooled row, with their weights. */
function byRow({ pairRows, pairColumns, weights }: BlockInputs, rows: number): Lists {
  return weighted(pairRows, rows, pairColumns, weights);
}

/** The pooled rows of each input, with its weights. */
function byInput({ columns, pairRows, pairColumns, weights }: BlockInputs): Lists {
  return weighted(pairColumns, columns.length, pairRows, weights);
}

function weighted(keys: Int32Array, count: number, others: Int32Array, weights: Float32Array): Lists {
  const { offsets, order } = bucketed(keys, count);
  const entries = new Uint32Array(2 * order.length);
  const floats = new Float32Array(entries.buffer);
  order.forEach((p, i) => {
    entries[2 * i] = others[p];
    floats[2 * i + 1] = weights[p];
  });
  return { offsets, entries };
}

/** Places of the keys 0, 1, …, `count` − 1 in a list, in its order, and where those of each key begin. */
function bucketed(keys: Int32Array, count: number): { offsets: Uint32Array; order: Uint32Array } {
  const offsets = new Uint32Array(count + 1);
  for (const key of keys) offsets[key + 1]++;
  for (let key = 0; key < count; key++) offsets[key + 1] += offsets[key];
  const next = offsets.slice();
  const order = new Uint32Array(keys.length);
  keys.forEach((key, p) => {
    order[next[key]++] = p;
  });
  return { offsets, order };
}

function asLists({ offsets, entries }: Lists): readonly [Uint32Array, Uint32Array] {
  return [offsets, entries];
}
