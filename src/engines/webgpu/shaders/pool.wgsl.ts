import type { AxisShape, ModelShape } from '../shape';
import { chunksOf, summedInChunks } from './block-backward.wgsl';
import { type Kernel, kernel, read, sumLanes, write } from './kernel';
import { scaling, unscaled, unscaling, vectors, withBiases } from './vectors.wgsl';

/** Rows of a list of lists, and what each names with its weight: `each` of those that `item` has. */
function eachWeighted(at: string, count: string): string {
  return /* wgsl */ `
    for (var p = lists[${at} + item]; p < lists[${at} + item + 1u]; p++) {
      let place = ${at} + ${count} + 1u + 2u * p;
      let weight = bitcast<f32>(lists[place + 1u]);`;
}

/** Rows of a block as the weighted sums of their gathered inputs, scaled, with the numbers that carry biases. */
export function poolKernel(shape: ModelShape): Kernel {
  const side = shape.sides.row;
  return kernel('pool', {
    lanes: shape.lanes,
    bindings: [
      read('lists', 'array<u32>'),
      read('gathered', 'array<vec4f>'),
      write('pooled', 'array<vec4f>'),
      write('norms', 'array<f32>'),
    ],
    functions: [vectors(shape), sumLanes('f32', shape.lanes), `const GATHERED = ${shape.gathered}u;`],
    main: /* wgsl */ `
  let here = item < step.blockRows;
  var square = 0.0;
  for (var i = lane; here && i < GATHERED; i += LANES) {
    var x = vec4f();
    ${eachWeighted('step.poolAt', 'step.blockRows')}
      x += weight * gathered[lists[place] * GATHERED + i];
    }
    pooled[item * GATHERED + i] = x;
    square += dot(x, x);
  }
  ${scaling(shape, side, 'norms[item]')}
  for (var i = lane; here && i < GATHERED; i += LANES) {
    let at = item * GATHERED + i;
    let x = factor * pooled[at];
    pooled[at] = ${withBiases(shape, side)};
  }`,
  });
}

/** Puts the gradients of pooled rows before they were scaled in the place of the rows. */
export function unpoolKernel(shape: ModelShape): Kernel {
  const side: AxisShape = shape.sides.row;
  return kernel('unpool', {
    lanes: shape.lanes,
    bindings: [write('pooled', 'array<vec4f>'), write('norms', 'array<f32>'), read('gradients', 'array<vec4f>')],
    functions: [
      vectors(shape),
      sumLanes('f32', shape.lanes),
      `const GATHERED = ${shape.gathered}u;`,
      summedInChunks('step.blockRows', chunksOf('row')),
    ],
    main: /* wgsl */ `
  let used = item < step.blockRows;
  let slot = item;
  ${unscaling(shape, side, 'norms[item]', 'pooled')}
  for (var i = lane; used && i < GATHERED; i += LANES) {
    let at = item * GATHERED + i;
    let whole = gradientAt(item, i);
    pooled[at] = ${unscaled(shape, 'pooled[at]')};
  }`,
  });
}

/** Gradients of inputs: each the weighted sum of those of the rows that have it. */
export function spreadKernel(shape: ModelShape): Kernel {
  return kernel('spread', {
    lanes: shape.lanes,
    bindings: [read('lists', 'array<u32>'), read('pooled', 'array<vec4f>'), write('gradients', 'array<vec4f>')],
    functions: [`const GATHERED = ${shape.gathered}u;`],
    main: /* wgsl */ `
  let here = item < step.rowEntries;
  for (var i = lane; here && i < GATHERED; i += LANES) {
    var sum = vec4f();
    ${eachWeighted('step.spreadAt', 'step.rowEntries')}
      sum += weight * pooled[lists[place] * GATHERED + i];
    }
    gradients[item * GATHERED + i] = sum;
  }`,
  });
}
