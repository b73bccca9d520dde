import type { ModelShape, SideName, SideShape } from '../shape';
import { FIXED_POINT } from './fixed-point.wgsl';
import { type Kernel, kernel, read, sumLanes, uniform, write } from './kernel';
import { moveNumbers, readNumbers } from './numbers.wgsl';
import { CATCH_UP, past } from './past.wgsl';
import { temperatureOf, vectors } from './vectors.wgsl';

/**
 * Moves the rows of one part of a table by their gradients: those of the batch, an item a pair; or, where all
 * rows move, every row, an item a row. Uses up the gradients, leaves those of vectors without their biases in
 * their place among the gathered (for features), and takes the marks away.
 */
export function moveKernel(shape: ModelShape, name: SideName): Kernel {
  const side = shape.sides[name];
  const { spec, rest, gathered } = shape;
  const cosine = spec.score === 'cosine';
  const temperature = temperatureOf(shape, side);
  return kernel(`move ${name}`, {
    lanes: shape.lanes,
    bindings: [
      uniform('part', 'Part'),
      read('batch', 'array<Pair>'),
      write('marks', 'array<Mark>'),
      write('slots', 'array<Slot>'),
      write('table', 'array<vec4f>'),
      write('gathered', 'array<vec4f>'),
      write('sums', 'array<vec4i>'),
      ...(rest === 'catchUp' ? [read('past', 'array<vec4f>')] : []),
    ],
    functions: [
      readNumbers(shape, side.stride),
      moveNumbers(shape, side.stride),
      past(shape),
      vectors(shape),
      FIXED_POINT,
      cosine ? sumLanes('f32', shape.lanes) : '',
      /* wgsl */ `
const GATHERED = ${gathered}u;
// Gradient of four numbers of what was gathered.
fn gradientAt(slot: u32, i: u32, largest: u32, uses: u32) -> vec4f {
  let at = slot * GATHERED + i;
  return unwhole(sums[at], largest, uses)${spec.regularisation > 0 ? ' + pull(gathered[at], i, uses)' : ''};
}`,
      spec.regularisation > 0 ? pull(shape, side) : '',
    ],
    main: /* wgsl */ `
  ${rest === 'move' ? EVERY_ROW : listed(name)}
  var largest = 0u;
  var uses = 0u;
  if (used) {
    largest = atomicLoad(&slots[slot].largest);
    uses = atomicLoad(&slots[slot].uses);
  }
  ${
    cosine
      ? /* wgsl */ `
  // (g − (g·x̂) x̂) / ‖x‖ with τ x̂ at hand and the gradient of τ x̂.
  var product = 0.0;
  for (var i = lane; used && i < GATHERED; i += LANES) {
    product += dot(within(gradientAt(slot, i, largest, uses), i), gathered[slot * GATHERED + i]);
  }
  let along = sumLanes(thread, product) / f32(${temperature ** 2});
  var factor = 0.0;
  if (used) {
    factor = f32(${temperature}) / slots[slot].norm;
  }`
      : `let factor = f32(${temperature});`
  }
  ${rest === 'catchUp' ? CATCH_UP : ''}
  for (var i = lane; here && i < GATHERED; i += LANES) {
    var g = vec4f();
    if (used) {
      let at = slot * GATHERED + i;
      let whole = gradientAt(slot, i, largest, uses);
      let own = within(factor * ${cosine ? '(whole - along * gathered[at])' : 'whole'}, i);
      gathered[at] = own;
      sums[at] = vec4i();
      g = ${side.bias === null ? 'own' : `put(own, i, ${side.bias}u, whole)`};
    }
    if (i < STRIDE) {
      let at = (row - part.first) * RECORD + i;
      store(at, moved(${rest === 'catchUp' ? 'broughtUp(numbersAt(at), lag)' : 'numbersAt(at)'}, g));
    }
  }
  // All threads have read when the row was last brought up to date.
  workgroupBarrier();
  if (here && lane == 0u) {
    marks[row].last = step.made + 1u;
    atomicStore(&marks[row].owner, NONE);
  }`,
  });
}

/** Finds `row`, whether it is moved `here`, and its `slot`, where it is `used` by the batch. */
function listed(name: SideName): string {
  return /* wgsl */ `
  let slot = item;
  var row = 0u;
  var here = false;
  if (item < step.pairs) {
    row = batch[item].${name};
    here = slots[item].owner == item && row >= part.first && row - part.first < part.rows;
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
function pull(shape: ModelShape, side: SideShape): string {
  const { spec, extended } = shape;
  const d = spec.dimensions;
  const [bias, offset] = side.name === 'row' ? [d, 0] : [d + 1, spec.offset];
  return /* wgsl */ `
fn pull(x: vec4f, i: u32, uses: u32) -> vec4f {
  let each = f32(${2 * spec.regularisation}) * f32(uses) / f32(step.pairs);
  let own = each / f32(${temperatureOf(shape, side) ** 2}) * within(x, i);
  return ${extended ? `put(own, i, ${bias}u, each * (x - vec4f(f32(${offset}))))` : 'own'};
}`;
}

/** Brings all rows of one part of a table up to date. */
export function bringUpKernel(shape: ModelShape, name: SideName): Kernel {
  const { stride } = shape.sides[name];
  return kernel(`bring up ${name}`, {
    lanes: shape.lanes,
    bindings: [
      uniform('part', 'Part'),
      write('marks', 'array<Mark>'),
      write('table', 'array<vec4f>'),
      read('past', 'array<vec4f>'),
    ],
    functions: [readNumbers(shape, stride), moveNumbers(shape, stride), past(shape)],
    main: /* wgsl */ `
  let row = part.first + item;
  let here = item < part.rows;
  ${CATCH_UP}
  for (var i = lane; here && i < STRIDE; i += LANES) {
    let at = item * RECORD + i;
    store(at, broughtUp(numbersAt(at), lag));
  }
  workgroupBarrier();
  if (here && lane == 0u) {
    marks[row].last = step.made;
  }`,
  });
}
