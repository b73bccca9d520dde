import type { ModelShape } from '../shape';
import { CELLS, eachPair } from './block-cells.wgsl';
import { type Kernel, kernel, read, write } from './kernel';

/**
 * The part that the pairs of each row of a block have in its loss, before their cells become gradients: for cross-entropy less
 * their scores; for softmax −log of their shares, and of the whole row what its exponentials are measured by.
 */
export function blockRowsKernel({ spec }: ModelShape): Kernel {
  const softmax = spec.loss === 'softmax';
  return kernel('rows of block', {
    bindings: [
      read('lists', 'array<u32>'),
      read('scores', 'array<f32>'),
      write('totals', 'array<vec4f>'),
      ...(softmax ? [read('peaks', 'array<vec2f>'), write('shares', 'array<vec2f>')] : []),
    ],
    functions: [
      CELLS,
      /* wgsl */ `
fn scoreOf(row: u32, column: u32) -> f32 {
  let chance = bitcast<f32>(lists[step.columnNumbersAt + 8u * (column / 4u) + 4u + column % 4u]);
  return scores[4u * row * vec4sPerRow() + column] - chance;
}`,
    ],
    main: /* wgsl */ `
  let row = item;
  if (row >= step.blockRows) {
    return;
  }
  ${softmax ? SHARES : `var loss = 0.0;${eachPair('row', 'loss -= times * scoreOf(row, column);')}`}
  totals[row] = vec4f(step.each * loss, 0.0, 0.0, 0.0);`,
  });
}

const SHARES = /* wgsl */ `
  let first = row * partsOfRow();
  var highest = peaks[first].x;
  for (var part = 1u; part < partsOfRow(); part++) {
    highest = max(highest, peaks[first + part].x);
  }
  var sum = 0.0;
  for (var part = 0u; part < partsOfRow(); part++) {
    let peak = peaks[first + part];
    sum += peak.y * exp(peak.x - highest);
  }
  var count = 0.0;
  var loss = 0.0;
  ${eachPair(
    'row',
    /* wgsl */ `
    count += times;
    loss += times * (highest - scoreOf(row, column));`,
  )}
  loss += count * log(sum);
  shares[row] = vec2f(highest, count * step.each / sum);`;
