import { packedTile } from './matrix';
import { at, float, int, plan, setFloat, setInt, vector } from './memory';
import { COLUMNS_PER_PANEL, Plan, ROWS_PER_TILE } from './plan';
import { shareFrom } from './threads';

// Scores of rows against columns, both packed by the other side: the columns once and for all. Rows are
// shared by the threads; a score is the same whichever thread computes it. Where the best columns are looked for,
// rows meet as many columns at a time as the second cache holds, a tile of rows by another, and their scores
// stay in the first until they are gone through.

/** Scores of the rows at hand against all columns. */
export function rowScores(thread: i32): void {
  const columns = plan(Plan.BlockColumns);
  const last = lastRow(thread);
  for (let row = firstRow(thread); row < last; row += ROWS_PER_TILE) {
    score(row, min(ROWS_PER_TILE, last - row), 0, columns, vector(at(Plan.ScoresAt), row, columns), columns);
  }
}

/** The best columns of the rows at hand, best first. */
export function topColumns(thread: i32): void {
  const columns = plan(Plan.BlockColumns);
  const together = plan(Plan.ColumnsAtOnce);
  const scores = vector(at(Plan.TileScoresAt), thread, ROWS_PER_TILE * together);
  const first = firstRow(thread);
  const last = lastRow(thread);
  for (let row = first; row < last; row++) setInt(at(Plan.TopUsedAt), row, 0);
  for (let from = 0; from < columns; from += together) {
    const count = min(together, columns - from);
    for (let row = first; row < last; row += ROWS_PER_TILE) {
      const tall = min(ROWS_PER_TILE, last - row);
      score(row, tall, from, count, scores, together);
      for (let i = 0; i < tall; i++) take(row + i, from, count, vector(scores, i, together));
    }
  }
  for (let row = first; row < last; row++) sort(row);
}

/** Rows of a thread: whole tiles of them. */
function firstRow(thread: i32): i32 {
  return min(plan(Plan.BlockRows), ROWS_PER_TILE * shareFrom((plan(Plan.BlockRows) + ROWS_PER_TILE - 1) / ROWS_PER_TILE, thread));
}

function lastRow(thread: i32): i32 {
  return firstRow(thread + 1);
}

/** Scores of a tile of rows against `count` columns from `from` on, whole panels; rows of `into` are `width` apart. */
function score(row: i32, tall: i32, from: i32, count: i32, into: usize, width: i32): void {
  const depth = plan(Plan.Dimensions);
  const rows = vector(at(Plan.ScoredRowsAt), row, depth);
  const added = at(Plan.AddedAt) + (<usize>from << 2);
  for (let i = 0; i < tall; i++) memory.copy(vector(into, i, width), added, <usize>count << 2);
  for (let j = 0; j < count; j += COLUMNS_PER_PANEL) {
    const panel = vector(at(Plan.PanelsAt), from + j, depth);
    packedTile(tall, COLUMNS_PER_PANEL, rows, panel, depth, into + (<usize>j << 2), <usize>width << 2, false);
  }
}

/** Puts the scores of a row that are better than its worst in the place of these. What is not a number never is. */
function take(row: i32, from: i32, count: i32, scores: usize): void {
  leaveOut(row, from, count, scores);
  const width = plan(Plan.TopWidth);
  const best = vector(at(Plan.TopScoresAt), row, width);
  const positions = vector(at(Plan.TopPositionsAt), row, width);
  let used = int(at(Plan.TopUsedAt), row);
  let i = 0;
  if (used < width) {
    for (; i < count && used < width; i++) {
      const x = float(scores, i);
      if (x !== x) continue;
      setFloat(best, used, x);
      setInt(positions, used, from + i);
      used++;
    }
    setInt(at(Plan.TopUsedAt), row, used);
    if (used < width) return;
    makeHeap(best, positions, used);
    for (; i < count && (i & 3) !== 0; i++) replaceWorst(best, positions, width, float(scores, i), from + i);
  }
  for (; i < count; i += 4) {
    const four = v128.load(scores + (<usize>i << 2));
    if (!v128.any_true(f32x4.gt(four, v128.load32_splat(best)))) continue;
    for (let lane = i; lane < i + 4; lane++) replaceWorst(best, positions, width, float(scores, lane), from + lane);
  }
}

/** Scores of columns that the row leaves out become no numbers. */
function leaveOut(row: i32, from: i32, count: i32, scores: usize): void {
  const offsets = at(Plan.SkipOffsetsAt);
  if (offsets === 0) return;
  const indices = at(Plan.SkipIndicesAt);
  // Each row has a place to begin at and one to end at.
  const end = int(offsets, 2 * row + 1);
  let place = int(offsets, 2 * row);
  while (place < end && int(indices, place) < from + count) {
    setFloat(scores, int(indices, place) - from, NaN);
    place++;
  }
  setInt(offsets, 2 * row, place);
}

function replaceWorst(best: usize, positions: usize, width: i32, score: f32, position: i32): void {
  if (score > float(best, 0)) settle(best, positions, 0, width, score, position);
}

/**
 * Puts an entry where it belongs from a place downwards, in a heap of `used` whose root is the worst: lowest score,
 * and of equals the highest position.
 */
function settle(best: usize, positions: usize, from: i32, used: i32, score: f32, position: i32): void {
  let place = from;
  for (;;) {
    const left = 2 * place + 1;
    if (left >= used) break;
    const right = left + 1;
    const child =
      right < used && isWorse(best, positions, right, float(best, left), int(positions, left)) ? right : left;
    if (!isWorse(best, positions, child, score, position)) break;
    setFloat(best, place, float(best, child));
    setInt(positions, place, int(positions, child));
    place = child;
  }
  setFloat(best, place, score);
  setInt(positions, place, position);
}

// @ts-ignore: decorator
@inline
function isWorse(best: usize, positions: usize, place: i32, score: f32, position: i32): bool {
  const own = float(best, place);
  return own < score || (own === score && int(positions, place) > position);
}

function makeHeap(best: usize, positions: usize, used: i32): void {
  for (let place = (used >> 1) - 1; place >= 0; place--) {
    settle(best, positions, place, used, float(best, place), int(positions, place));
  }
}

/** From a heap, which a row that did not fill up is not yet, to a list, best first. */
function sort(row: i32): void {
  const width = plan(Plan.TopWidth);
  const best = vector(at(Plan.TopScoresAt), row, width);
  const positions = vector(at(Plan.TopPositionsAt), row, width);
  const used = int(at(Plan.TopUsedAt), row);
  if (used < width) makeHeap(best, positions, used);
  for (let last = used - 1; last > 0; last--) {
    const score = float(best, last);
    const position = int(positions, last);
    setFloat(best, last, float(best, 0));
    setInt(positions, last, int(positions, 0));
    settle(best, positions, 0, last, score, position);
  }
}
