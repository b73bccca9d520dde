import type { ModelShape } from '../shape';
import { CELLS } from './block-cells.wgsl';
import type { BatchKind } from './entries.wgsl';
import { type Kernel, kernel, read, SUM_THREADS, write } from './kernel';
import { RECORD_STEP } from './lazy-adam.wgsl';
import { LOSS_WORKGROUP } from './loss.wgsl';
import { optimizerStepFunctions, parameterFunctions } from './numbers.wgsl';

/** Ends a step, in one workgroup: writes its loss and metric, moves a link, records the update that rows outside the batch still have to make. */
export function finishStepKernel(shape: ModelShape, kind: BatchKind): Kernel {
  const linked = shape.spec.link === 'affine';
  const catchUp = shape.untouchedRows === 'lazy-exact';
  return kernel('end', {
    bindings: [
      read('totals', 'array<vec4f>'),
      write('results', 'array<vec2f>'),
      ...(linked ? [write('table', 'array<vec4f>')] : []),
      ...(catchUp ? [write('pendingSums', 'array<vec4f>'), read('powers', 'array<vec4f>')] : []),
    ],
    functions: [CELLS, SUM_THREADS, linked ? parameterFunctions(shape, 1) + optimizerStepFunctions(shape, 1) : ''],
    main: /* wgsl */ `
  let count = ${kind === 'pairs' ? OF_PAIRS : ofBlock(shape)};
  var part = vec4f();
  for (var i = thread; i < count; i += THREADS) {
    part += totals[i];
  }
  let total = sumThreads(thread, part);
  if (thread == 0u) {
    results[step.result] = total.xy;
    ${linked ? 'store(0u, updated(numbersAt(0u), vec4f(total.zw, 0.0, 0.0)));' : ''}
  }
  ${catchUp ? RECORD_STEP : ''}`,
  });
}

/** Sums that make up the loss: one a workgroup of the loss kernel. */
const OF_PAIRS = `(step.pairs / step.group + ${LOSS_WORKGROUP - 1}u) / ${LOSS_WORKGROUP}u`;

/** One of each row, and for cross-entropy one of each part of a row. */
function ofBlock({ spec }: ModelShape): string {
  return spec.loss === 'softmax' ? 'step.blockRows' : 'step.blockRows * (1u + partsOfRow())';
}
