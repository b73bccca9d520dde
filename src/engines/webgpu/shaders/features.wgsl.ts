import type { Axis, ModelShape } from '../shape';
import { type BatchKind, entriesOf } from './entries.wgsl';
import { addTo, FIXED_POINT } from './fixed-point.wgsl';
import { allHaveRead, type Kernel, kernel, read, write } from './kernel';
import { optimizerStepFunctions, parameterFunctions } from './numbers.wgsl';

/** Features of a row: `f` in `featureCsr`, whose number of rows stands first, then offsets, then features. */
const EACH_FEATURE = /* wgsl */ `
  let rows = featureCsr[0];
  for (var f = featureCsr[1u + row] + rows + 2u; f < featureCsr[2u + row] + rows + 2u; f++)`;

/** Tells each feature how many gradients it will be given by the rows of a batch, and the largest number of these. */
export function featureReachKernel(shape: ModelShape, name: Axis, kind: BatchKind): Kernel {
  const entries = entriesOf(kind, name);
  return kernel(`reach ${name} features`, {
    lanes: shape.lanes,
    bindings: [
      ...entries.bindings,
      read('featureCsr', 'array<u32>'),
      read('gathered', 'array<vec4f>'),
      write('featureSlots', 'array<Slot>'),
    ],
    functions: [FIXED_POINT],
    main: /* wgsl */ `
  if (item >= ${entries.count} || !(${entries.stands})) {
    return;
  }
  var largest = 0u;
  for (var i = lane; i < ${shape.sides[name].features}u; i += LANES) {
    largest = max(largest, largestBits(gathered[item * ${shape.gathered}u + i]));
  }
  let row = ${entries.row};
  ${EACH_FEATURE} {
    atomicMax(&featureSlots[featureCsr[f]].largest, largest);
    if (lane == 0u) {
      atomicAdd(&featureSlots[featureCsr[f]].uses, 1u);
    }
  }`,
  });
}

/** Adds the gradient of each row's vector to those of its features. */
export function featureBackKernel(shape: ModelShape, name: Axis, kind: BatchKind): Kernel {
  const entries = entriesOf(kind, name);
  const { features } = shape.sides[name];
  return kernel(`back to ${name} features`, {
    lanes: shape.lanes,
    bindings: [
      ...entries.bindings,
      read('featureCsr', 'array<u32>'),
      read('gathered', 'array<vec4f>'),
      write('featureSlots', 'array<Slot>'),
      write('featureSums', 'array<atomic<i32>>'),
    ],
    functions: [FIXED_POINT, addTo('featureSums')],
    main: /* wgsl */ `
  if (item >= ${entries.count} || !(${entries.stands})) {
    return;
  }
  let row = ${entries.row};
  ${EACH_FEATURE} {
    let feature = featureCsr[f];
    let largest = atomicLoad(&featureSlots[feature].largest);
    let uses = atomicLoad(&featureSlots[feature].uses);
    for (var i = lane; i < ${features}u; i += LANES) {
      addTo_featureSums(feature * ${features}u + i, whole(gathered[item * ${shape.gathered}u + i], largest, uses));
    }
  }`,
  });
}

/** Moves all features by their gradients, and uses these up. */
export function featureMoveKernel(shape: ModelShape, name: Axis, count: number): Kernel {
  const { features } = shape.sides[name];
  return kernel(`move ${name} features`, {
    lanes: shape.lanes,
    bindings: [
      write('table', 'array<vec4f>'),
      write('featureSlots', 'array<Slot>'),
      write('featureSums', 'array<vec4i>'),
    ],
    functions: [parameterFunctions(shape, features), optimizerStepFunctions(shape, features), FIXED_POINT],
    main: /* wgsl */ `
  let here = item < ${count}u;
  for (var i = lane; here && i < STRIDE; i += LANES) {
    let sum = item * STRIDE + i;
    let at = item * RECORD + i;
    let largest = atomicLoad(&featureSlots[item].largest);
    let uses = atomicLoad(&featureSlots[item].uses);
    store(at, updated(numbersAt(at), unwhole(featureSums[sum], largest, uses)));
    featureSums[sum] = vec4i();
  }
  ${allHaveRead(shape)}
  if (here && lane == 0u) {
    atomicStore(&featureSlots[item].largest, 0u);
    atomicStore(&featureSlots[item].uses, 0u);
  }`,
  });
}
