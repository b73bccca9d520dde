import type { Axis, AxisShape, ModelShape } from '../shape';
import { chunksOf, summedInChunks } from './block-backward.wgsl';
import { type BatchKind, type Entries, entriesOf } from './entries.wgsl';
import { FIXED_POINT } from './fixed-point.wgsl';
import { allHaveRead, type Kernel, kernel, read, sumLanes, uniform, write } from './kernel';
import { CATCH_UP, lazyAdam } from './lazy-adam.wgsl';
import { optimizerStepFunctions, parameterFunctions } from './numbers.wgsl';
import { temperatureOf, unscaled, unscaling, vectors } from './vectors.wgsl';

/**
 * Moves the rows of one part of a table by their gradients: those of the batch, an item each; or, where all
 * rows move, every row, an item a row. Uses up the gradients of pairs, leaves those of vectors without their
 * biases in their place among the gathered (for features), and takes the marks away.
 */
export function optimizerStepKernel(shape: ModelShape, name: Axis, kind: BatchKind): Kernel {
  const side = shape.sides[name];
  const entries = entriesOf(kind, name);
  const { untouchedRows, gathered } = shape;
  const bias = side.name === 'row' ? 'step.full * whole' : 'whole';
  return kernel(`move ${name}`, {
    lanes: shape.lanes,
    bindings: [
      uniform('part', 'Part'),
      ...entries.bindings,
      write('marks', 'array<Mark>'),
      write('table', 'array<vec4f>'),
      write('gathered', 'array<vec4f>'),
      kind === 'pairs' ? write('sums', 'array<vec4i>') : read('gradients', 'array<vec4f>'),
      ...(untouchedRows === 'lazy-exact' ? [read('pendingSums', 'array<vec4f>')] : []),
    ],
    functions: [
      parameterFunctions(shape, side.stride),
      optimizerStepFunctions(shape, side.stride),
      lazyAdam(shape),
      vectors(shape),
      sumLanes('f32', shape.lanes),
      `const GATHERED = ${gathered}u;`,
      kind === 'pairs'
        ? summedAsWhole(shape, side)
        : summedInChunks(entries.count, side.pooled ? '1u' : chunksOf(name)),
    ],
    main: /* wgsl */ `
  ${untouchedRows === 'dense' ? EVERY_ROW : listed(entries)}
  ${kind === 'pairs' ? READ_GRADIENT_SUMS : ''}
  ${side.pooled ? '' : unscaling(shape, side, entries.norm('slot'), 'gathered')}
  ${untouchedRows === 'lazy-exact' ? CATCH_UP : ''}
  for (var i = lane; here && i < GATHERED; i += LANES) {
    var g = vec4f();
    if (used) {
      let at = slot * GATHERED + i;
      let whole = gradientAt(slot, i);
      let own = ${side.pooled ? 'within(whole, i)' : unscaled(shape, 'gathered[at]')};
      gathered[at] = own;
      ${kind === 'pairs' ? 'sums[at] = vec4i();' : ''}
      g = ${side.bias === null ? 'own' : `put(own, i, ${side.bias}u, ${bias})`};
    }
    if (i < STRIDE) {
      let at = (row - part.first) * RECORD + i;
      store(at, updated(${untouchedRows === 'lazy-exact' ? 'caughtUp(numbersAt(at), pending)' : 'numbersAt(at)'}, g));
    }
  }
  ${allHaveRead(shape)}
  if (here && lane == 0u) {
    marks[row].last = step.made + 1u;
    atomicStore(&marks[row].owner, NONE);
  }`,
  });
}

/** `gradientAt`: the gradient of four numbers of what was gathered, from sums of whole numbers and the penalty. */
function summedAsWhole(shape: ModelShape, side: AxisShape): string {
  const penalty = shape.spec.regularisation > 0;
  return /* wgsl */ `
${FIXED_POINT}
var<private> largest: u32;
var<private> uses: u32;
${penalty ? pull(shape, side) : ''}
fn gradientAt(slot: u32, i: u32) -> vec4f {
  let at = slot * GATHERED + i;
  return unwhole(sums[at], largest, uses)${penalty ? ' + pull(gathered[at], i)' : ''};
}`;
}

/** Reads the scale of a row’s gradient sum. */
const READ_GRADIENT_SUMS = /* wgsl */ `
  if (used) {
    largest = atomicLoad(&slots[slot].largest);
    uses = atomicLoad(&slots[slot].uses);
  }`;

/** Finds `row`, whether it is updated `here`, and its `slot`, where it is `used` by the batch. */
function listed({ count, row, stands }: Entries): string {
  return /* wgsl */ `
  let slot = item;
  var row = 0u;
  var here = false;
  if (item < ${count}) {
    row = ${row};
    here = ${stands} && row >= part.first && row - part.first < part.rows;
  }
  let used = here;`;
}

const EVERY_ROW = /* wgsl */ `
  let row = part.first + item;
  let here = item < part.rows;
  var slot = NONE;
  if (here) {
    slot = atomicLoad(&marks[row].owner);
  }
  let used = slot != NONE;`;

/** The gradient of the penalty of what was gathered: it will be multiplied by the temperature once more. */
function pull(shape: ModelShape, side: AxisShape): string {
  const { spec, extended } = shape;
  const d = spec.dimensions;
  const [bias, offset] = side.name === 'row' ? [d, 0] : [d + 1, spec.offset];
  return /* wgsl */ `
fn pull(x: vec4f, i: u32) -> vec4f {
  let each = f32(${2 * spec.regularisation}) * f32(uses) / f32(step.pairs);
  let own = each / f32(${temperatureOf(shape, side) ** 2}) * within(x, i);
  return ${extended ? `put(own, i, ${bias}u, each * (x - vec4f(f32(${offset}))))` : 'own'};
}`;
}

/** Brings all rows of one part of a table up to date. */
export function catchUpKernel(shape: ModelShape, name: Axis): Kernel {
  const { stride } = shape.sides[name];
  return kernel(`catch up ${name}`, {
    lanes: shape.lanes,
    bindings: [
      uniform('part', 'Part'),
      write('marks', 'array<Mark>'),
      write('table', 'array<vec4f>'),
      read('pendingSums', 'array<vec4f>'),
    ],
    functions: [parameterFunctions(shape, stride), optimizerStepFunctions(shape, stride), lazyAdam(shape)],
    main: /* wgsl */ `
  let row = part.first + item;
  let here = item < part.rows;
  ${CATCH_UP}
  for (var i = lane; here && i < STRIDE; i += LANES) {
    let at = item * RECORD + i;
    store(at, caughtUp(numbersAt(at), pending));
  }
  ${allHaveRead(shape)}
  if (here && lane == 0u) {
    marks[row].last = step.made;
  }`,
  });
}
