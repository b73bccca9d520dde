import type { ModelShape } from '../shape';
import { CELLS } from './block-cells.wgsl';
import type { BatchKind } from './entries.wgsl';
import { JUDGED } from './judge.wgsl';
import { type Kernel, kernel, read, SUM_THREADS, write } from './kernel';
import { moveNumbers, readNumbers } from './numbers.wgsl';
import { REMEMBER } from './past.wgsl';

/** Ends a step, in one workgroup: writes its loss and figure, moves a link, remembers what rows outside the batch will move. */
export function endKernel(shape: ModelShape, kind: BatchKind): Kernel {
  const linked = shape.spec.link === 'affine';
  const catchUp = shape.rest === 'catchUp';
  return kernel('end', {
    bindings: [
      read('totals', 'array<vec4f>'),
      write('results', 'array<vec2f>'),
      ...(linked ? [write('table', 'array<vec4f>')] : []),
      ...(catchUp ? [write('past', 'array<vec4f>'), read('powers', 'array<vec4f>')] : []),
    ],
    functions: [CELLS, SUM_THREADS, linked ? readNumbers(shape, 1) + moveNumbers(shape, 1) : ''],
    main: /* wgsl */ `
  let count = ${kind === 'pairs' ? OF_PAIRS : ofBlock(shape)};
  var part = vec4f();
  for (var i = thread; i < count; i += THREADS) {
    part += totals[i];
  }
  let total = sumThreads(thread, part);
  if (thread == 0u) {
    results[step.result] = total.xy;
    ${linked ? 'store(0u, moved(numbersAt(0u), vec4f(total.zw, 0.0, 0.0)));' : ''}
  }
  ${catchUp ? REMEMBER : ''}`,
  });
}

/** Sums that make up the loss: one of each workgroup that judged. */
const OF_PAIRS = `(step.pairs / step.group + ${JUDGED - 1}u) / ${JUDGED}u`;

/** One of each row, and for cross-entropy one of each part of a row. */
function ofBlock({ spec }: ModelShape): string {
  return spec.loss === 'softmax' ? 'step.blockRows' : 'step.blockRows * (1u + partsOfRow())';
}
