import { CELLS, COLUMN_NUMBERS, PART_OF_ROW } from './block-cells.wgsl';
import { type Kernel, kernel, read, write } from './kernel';

/** Of each part of a row of a block: its highest score and the sum of e^(score − highest), for a softmax over the row. */
export const BLOCK_PEAKS: Kernel = kernel('peaks of block', {
  bindings: [read('lists', 'array<u32>'), read('scores', 'array<vec4f>'), write('peaks', 'array<vec2f>')],
  functions: [
    CELLS,
    COLUMN_NUMBERS,
    /* wgsl */ `
// Four scores; very low where there is no column.
fn scoresAt(start: u32, k: u32) -> vec4f {
  return select(vec4f(-3.0e38), scores[start + k] - chancesOf(k), timesOf(k) > vec4f());
}`,
  ],
  main: /* wgsl */ `
  ${PART_OF_ROW}
  var four = vec4f(-3.0e38);
  for (var k = first; k < end; k++) {
    four = max(four, scoresAt(start, k));
  }
  let highest = max(max(four.x, four.y), max(four.z, four.w));
  var sum = 0.0;
  for (var k = first; k < end; k++) {
    sum += dot(timesOf(k), exp(scoresAt(start, k) - highest));
  }
  peaks[item] = vec2f(highest, sum);`,
});
