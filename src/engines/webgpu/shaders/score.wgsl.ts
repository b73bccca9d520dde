import type { ModelShape } from '../shape';
import { type Kernel, kernel, read, sumLanes, write } from './kernel';
import { vectors } from './vectors.wgsl';

/** Scores pairs, before a link: the products of their gathered vectors; and beside each the squares that a penalty is of. */
export function scoreKernel(shape: ModelShape): Kernel {
  const { temperature, regularisation, offset, dimensions: d } = shape.spec;
  return kernel('score', {
    lanes: shape.lanes,
    bindings: [
      write('rowSlots', 'array<Slot>'),
      write('columnSlots', 'array<Slot>'),
      read('rows', 'array<vec4f>'),
      read('columns', 'array<vec4f>'),
      write('scores', 'array<vec2f>'),
    ],
    functions: [vectors(shape), sumLanes('vec2f', shape.lanes)],
    main: /* wgsl */ `
  let here = item < step.pairs;
  var u = 0u;
  var v = 0u;
  if (here) {
    u = rowSlots[item].owner * ${shape.gathered}u;
    v = columnSlots[item].owner * ${shape.gathered}u;
  }
  var part = vec2f();
  for (var i = lane; here && i < ${shape.gathered}u; i += LANES) {
    let x = rows[u + i];
    let y = columns[v + i];
    part.x += dot(x, y);
    ${
      regularisation > 0
        ? /* wgsl */ `
    // The penalty is of vectors before the temperature, and of biases without the offset.
    let xs = within(x, i) / f32(${temperature});
    let ys = within(y, i);
    part.y += dot(xs, xs) + dot(ys, ys);
    ${
      shape.extended
        ? /* wgsl */ `
    let bias = put(put(vec4f(), i, ${d}u, x), i, ${d + 1}u, y - vec4f(f32(${offset})));
    part.y += dot(bias, bias);`
        : ''
    }`
        : ''
    }
  }
  let sums = sumLanes(thread, part);
  if (here && lane == 0u) {
    scores[item] = sums;
  }`,
  });
}
