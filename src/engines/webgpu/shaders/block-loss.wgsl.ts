import type { ModelShape } from '../shape';
import { CELLS, COLUMN_NUMBERS, eachPair, PART_OF_ROW } from './block-cells.wgsl';
import { type Kernel, kernel, read, write } from './kernel';

/**
 * Turns the scores of a block into gradients of its loss, as if none of its cells were a pair: a part of a row to a
 * thread. Cross-entropy: leaves the part's loss behind those of the rows.
 */
export function blockLossKernel({ spec }: ModelShape): Kernel {
  const softmax = spec.loss === 'softmax';
  return kernel('block loss', {
    bindings: [
      read('lists', 'array<u32>'),
      write('scores', 'array<vec4f>'),
      softmax ? read('shares', 'array<vec2f>') : write('totals', 'array<vec4f>'),
    ],
    functions: [CELLS, COLUMN_NUMBERS],
    main: /* wgsl */ `
  ${PART_OF_ROW}
  ${softmax ? SOFTMAX : CROSS_ENTROPY}`,
  });
}

const CROSS_ENTROPY = /* wgsl */ `
  var loss = 0.0;
  for (var k = first; k < end; k++) {
    let z = scores[start + k] - chancesOf(k);
    let times = timesOf(k);
    // ln(1 + eᶻ), which neither end makes overflow.
    let e = exp(-abs(z));
    loss += dot(times, max(z, vec4f()) + log(vec4f(1.0) + e));
    scores[start + k] = step.each * times * select(e, vec4f(1.0), z >= vec4f()) / (vec4f(1.0) + e);
  }
  totals[step.blockRows + item] = vec4f(step.each * loss, 0.0, 0.0, 0.0);`;

const SOFTMAX = /* wgsl */ `
  let share = shares[row];
  for (var k = first; k < end; k++) {
    let times = timesOf(k);
    // What stands for no column may be far above the highest.
    let e = exp(min(scores[start + k] - chancesOf(k) - vec4f(share.x), vec4f()));
    scores[start + k] = share.y * times * e;
  }`;

/** Takes the pairs of each row of a block off their gradients. */
export const BLOCK_PAIRS: Kernel = kernel('pairs of block', {
  bindings: [read('lists', 'array<u32>'), write('scores', 'array<f32>')],
  functions: [CELLS],
  main: /* wgsl */ `
  if (item >= step.blockRows) {
    return;
  }
  ${eachPair('item', 'scores[4u * item * vec4sPerRow() + column] -= step.each * times;')}`,
});
