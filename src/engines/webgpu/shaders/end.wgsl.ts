import type { ModelShape } from '../shape';
import { JUDGED } from './judge.wgsl';
import { type Kernel, kernel, read, SUM_THREADS, write } from './kernel';
import { moveNumbers, readNumbers } from './numbers.wgsl';
import { REMEMBER, WINDOW } from './past.wgsl';

/** Threads of the only workgroup: a power of two, and no fewer than the steps that are remembered singly. */
const THREADS = 256;

/** Ends a step, in one workgroup: writes its loss and figure, moves a link, remembers what rows outside the batch will move. */
export function endKernel(shape: ModelShape): Kernel {
  const linked = shape.spec.link === 'affine';
  const catchUp = shape.rest === 'catchUp';
  return kernel('end', {
    threads: Math.max(THREADS, WINDOW),
    bindings: [
      read('totals', 'array<vec4f>'),
      write('results', 'array<vec2f>'),
      ...(linked ? [write('table', 'array<vec4f>')] : []),
      ...(catchUp ? [write('past', 'array<vec4f>'), read('powers', 'array<vec4f>')] : []),
    ],
    functions: [SUM_THREADS, linked ? readNumbers(shape, 1) + moveNumbers(shape, 1) : ''],
    main: /* wgsl */ `
  // One of each workgroup that judged.
  let count = (step.pairs / step.group + ${JUDGED - 1}u) / ${JUDGED}u;
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
