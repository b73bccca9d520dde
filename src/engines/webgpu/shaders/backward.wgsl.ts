import type { ModelShape } from '../shape';
import { addTo, FIXED_POINT } from './fixed-point.wgsl';
import { type Kernel, kernel, read, write } from './kernel';

/** Adds what each pair says to the gradients of its gathered vectors. */
export function backwardKernel(shape: ModelShape): Kernel {
  return kernel('back', {
    lanes: shape.lanes,
    bindings: [
      write('rowSlots', 'array<Slot>'),
      write('columnSlots', 'array<Slot>'),
      read('rows', 'array<vec4f>'),
      read('columns', 'array<vec4f>'),
      read('scores', 'array<vec2f>'),
      write('rowSums', 'array<atomic<i32>>'),
      write('columnSums', 'array<atomic<i32>>'),
    ],
    functions: [FIXED_POINT, addTo('rowSums'), addTo('columnSums')],
    main: /* wgsl */ `
  if (item >= step.pairs) {
    return;
  }
  let logitGradient = scores[item].x;
  let row = rowSlots[item].owner;
  let column = columnSlots[item].owner;
  let rowLargest = atomicLoad(&rowSlots[row].largest);
  let columnLargest = atomicLoad(&columnSlots[column].largest);
  let rowUses = atomicLoad(&rowSlots[row].uses);
  let columnUses = atomicLoad(&columnSlots[column].uses);
  for (var i = lane; i < ${shape.gathered}u; i += LANES) {
    let u = row * ${shape.gathered}u + i;
    let v = column * ${shape.gathered}u + i;
    addTo_rowSums(u, whole(logitGradient * columns[v], rowLargest, rowUses));
    addTo_columnSums(v, whole(logitGradient * rows[u], columnLargest, columnUses));
  }`,
  });
}
