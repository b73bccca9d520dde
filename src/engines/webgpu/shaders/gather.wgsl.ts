import type { Axis, ModelShape } from '../shape';
import { type BatchKind, entriesOf } from './entries.wgsl';
import { FIXED_POINT } from './fixed-point.wgsl';
import { type Kernel, kernel, read, sumLanes, uniform, write } from './kernel';
import { CATCH_UP, lazyAdam } from './lazy-adam.wgsl';
import { parameterFunctions } from './numbers.wgsl';
import { scaling, vectors, withBiases } from './vectors.wgsl';

/**
 * Puts the vectors of a batch's rows (or columns), each once, where scores are made: caught up, with
 * their features added, scaled, with the numbers that carry biases; inputs of pooled rows as they are. The
 * tables stay as they are. Looks at what lies in one part of the table.
 */
export function gatherKernel(shape: ModelShape, name: Axis, kind: BatchKind): Kernel {
  const side = shape.sides[name];
  const entries = entriesOf(kind, name);
  const pairs = kind === 'pairs';
  const catchUp = shape.untouchedRows === 'lazy-exact';
  const cosine = shape.spec.score === 'cosine' && !side.pooled;
  const raw = catchUp ? 'rawAt(row, i, pending)' : 'rawAt(row, i)';
  return kernel(`gather ${name}`, {
    lanes: shape.lanes,
    bindings: [
      uniform('part', 'Part'),
      ...entries.bindings,
      ...(pairs || catchUp ? [write('marks', 'array<Mark>')] : []),
      read('table', 'array<vec4f>'),
      write('gathered', 'array<vec4f>'),
      ...(catchUp ? [read('pendingSums', 'array<vec4f>')] : []),
      ...(side.features > 0 ? [read('featureCsr', 'array<u32>'), read('featureTable', 'array<vec4f>')] : []),
    ],
    functions: [
      parameterFunctions(shape, side.stride),
      lazyAdam(shape),
      vectors(shape),
      FIXED_POINT,
      cosine ? sumLanes('f32', shape.lanes) : '',
      /* wgsl */ `
const GATHERED = ${shape.gathered}u;
// Four numbers of a row, caught up.
fn rawAt(row: u32, i: u32${catchUp ? ', pending: PendingUpdate' : ''}) -> vec4f {
  if (i >= STRIDE) {
    return vec4f();
  }
  let at = (row - part.first) * RECORD + i;
  return ${catchUp ? 'caughtUp(numbersAt(at), pending).value' : 'table[at]'};
}
fn vectorOf(raw: vec4f, row: u32, i: u32) -> vec4f {
  var x = within(raw, i);
  ${
    side.features > 0
      ? /* wgsl */ `
  if (i < ${side.features}u) {
    let rows = featureCsr[0];
    for (var f = featureCsr[1u + row]; f < featureCsr[2u + row]; f++) {
      x += featureTable[featureCsr[rows + 2u + f] * ${shape.parameterParts.length * side.features}u + i];
    }
  }`
      : ''
  }
  return x;
}`,
    ],
    main: /* wgsl */ `
  var row = 0u;
  var here = false;
  if (item < ${entries.count}) {
    row = ${entries.row};
    here = row >= part.first && row - part.first < part.rows;
    ${pairs ? MEET_OWNER : ''}
  }
  ${catchUp ? CATCH_UP : ''}
  ${
    cosine
      ? /* wgsl */ `
  var square = 0.0;
  for (var i = lane; here && i < GATHERED; i += LANES) {
    let x = vectorOf(${raw}, row, i);
    square += dot(x, x);
  }`
      : ''
  }
  ${side.pooled ? 'let factor = 1.0;' : scaling(shape, side, entries.norm('item'))}
  ${pairs ? 'var reach = 0u;' : ''}
  for (var i = lane; here && i < GATHERED; i += LANES) {
    let raw = ${raw};
    let x = factor * vectorOf(raw, row, i);
    let y = ${side.pooled ? 'x' : withBiases(shape, side)};
    gathered[item * GATHERED + i] = y;
    ${pairs ? 'reach = max(reach, largestBits(y));' : ''}
  }
  ${pairs ? 'if (here) { atomicMax(&slots[item].reach, reach); }' : ''}`,
  });
}

/** A pair adds itself to the uses of its row’s owner, and works on only if it is the owner. */
const MEET_OWNER = /* wgsl */ `
    if (here) {
      let owner = atomicLoad(&marks[row].owner);
      here = owner == item;
      if (lane == 0u) {
        slots[item].owner = owner;
        atomicAdd(&slots[owner].uses, 1u);
      }
    }`;
