import type { Skip, TopColumns } from './engine';

/** Which columns there are to choose from. */
export interface Choice {
  readonly columns: number;
  readonly skip: Skip | null;
  readonly unknown?: ArrayLike<number>;
}

/**
 * The best columns of some rows, while their scores come in blocks of columns, the lower positions first. Of each row
 * a heap of the k best so far, whose root is the worst of them: lowest score, and of equals the highest position.
 */
export class BestColumns {
  private readonly width: number;
  private readonly scores: Float32Array;
  private readonly positions: Int32Array;
  private readonly used: Int32Array;
  /** Place among the skipped of each row where those begin that are still to come. */
  private readonly skipped: Uint32Array;

  constructor(
    private readonly rows: number,
    k: number,
    private readonly choice: Choice,
  ) {
    this.width = Math.max(0, Math.min(k, choice.columns));
    this.scores = new Float32Array(rows * this.width).fill(Number.NaN);
    this.positions = new Int32Array(rows * this.width).fill(-1);
    this.used = new Int32Array(rows);
    this.skipped = Uint32Array.from(choice.skip?.offsets.subarray(0, rows) ?? []);
  }

  /** Scores of all rows against `count` columns from `first` on, rows × count; they may be written over. */
  take(scores: Float32Array, first: number, count: number): void {
    const unknown = Array.from(this.choice.unknown ?? []).filter((c) => c >= first && c < first + count);
    for (let row = 0; row < this.rows; row++) {
      const own = scores.subarray(row * count, (row + 1) * count);
      for (const column of unknown) own[column - first] = Number.NaN;
      this.leaveOut(row, own, first);
      this.takeRow(row, own, first);
    }
  }

  /** Best first. Nothing can be taken afterwards. */
  result(): TopColumns {
    const { width, scores, positions } = this;
    for (let row = 0; row < this.rows; row++) {
      const start = row * width;
      const used = this.used[row];
      // A row that did not fill up is no heap yet.
      if (used < width) this.makeHeap(start, used);
      // The worst goes to the end, again and again.
      for (let last = used - 1; last > 0; last--) {
        const [score, position] = [scores[start + last], positions[start + last]];
        scores[start + last] = scores[start];
        positions[start + last] = positions[start];
        this.settle(start, 0, last, score, position);
      }
    }
    return { width, scores, positions };
  }

  private leaveOut(row: number, own: Float32Array, first: number): void {
    const { skip } = this.choice;
    if (!skip) return;
    const end = skip.offsets[row + 1];
    let at = this.skipped[row];
    for (; at < end && skip.indices[at] < first + own.length; at++) own[skip.indices[at] - first] = Number.NaN;
    this.skipped[row] = at;
  }

  private takeRow(row: number, own: Float32Array, first: number): void {
    const { width, scores, positions } = this;
    const start = row * width;
    let used = this.used[row];
    for (let c = 0; c < own.length; c++) {
      const score = own[c];
      if (used === width) {
        if (score > scores[start]) this.settle(start, 0, width, score, first + c);
      } else if (!Number.isNaN(score)) {
        scores[start + used] = score;
        positions[start + used] = first + c;
        used++;
        if (used === width) this.makeHeap(start, width);
      }
    }
    this.used[row] = used;
  }

  private makeHeap(start: number, used: number): void {
    for (let at = (used >> 1) - 1; at >= 0; at--) {
      this.settle(start, at, used, this.scores[start + at], this.positions[start + at]);
    }
  }

  /** Puts an entry where it belongs from `from` downwards, in a heap of `used`. */
  private settle(start: number, from: number, used: number, score: number, position: number): void {
    const { scores, positions } = this;
    let at = start + from;
    for (;;) {
      const left = 2 * at - start + 1;
      if (left >= start + used) break;
      const right = left + 1;
      const child = right < start + used && this.isWorse(right, scores[left], positions[left]) ? right : left;
      if (!this.isWorse(child, score, position)) break;
      scores[at] = scores[child];
      positions[at] = positions[child];
      at = child;
    }
    scores[at] = score;
    positions[at] = position;
  }

  private isWorse(place: number, score: number, position: number): boolean {
    const own = this.scores[place];
    return own < score || (own === score && this.positions[place] > position);
  }
}

/** What `BlockScorer.top` is asked for. */
export interface TopQuestion {
  readonly u: Float32Array;
  readonly dimensions: number;
  readonly columns: number;
  readonly k: number;
  readonly skip: Skip | null;
}

/** Answers a question in parts of at most `atOnce` rows. */
export async function topByRows(
  { u, dimensions, columns, k, skip }: TopQuestion,
  atOnce: number,
  answer: (u: Float32Array, skip: Skip | null) => TopColumns | Promise<TopColumns>,
): Promise<TopColumns> {
  const rows = u.length / dimensions;
  const width = Math.max(0, Math.min(k, columns));
  const whole = { width, positions: new Int32Array(rows * width), scores: new Float32Array(rows * width) };
  for (let from = 0; from < rows; from += atOnce) {
    const to = Math.min(rows, from + atOnce);
    const own = skip && { offsets: skip.offsets.subarray(from, to + 1), indices: skip.indices };
    const part = await answer(u.subarray(from * dimensions, to * dimensions), own);
    whole.positions.set(part.positions, from * width);
    whole.scores.set(part.scores, from * width);
  }
  return whole;
}

/** The columns of a row, best first. */
export function topOf({ width, positions }: TopColumns, row: number): Int32Array {
  const own = positions.subarray(row * width, (row + 1) * width);
  const end = own.indexOf(-1);
  return end < 0 ? own : own.subarray(0, end);
}
