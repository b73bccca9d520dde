import type { PairSpec } from '../../../models/training';
import { MAX_DRAWS } from '../../draw';
import { type Kernel, kernel, read, uniform, write } from './kernel';
import { RANDOM } from './random.wgsl';

/** Draws a batch, a thread a pair: what engines/draw.ts says is drawn, bit by bit. */
export function drawKernel({ target, negatives }: PairSpec): Kernel {
  const valued = target === 'value';
  const otherRow = negatives?.draw === 'pair';
  return kernel('draw', {
    bindings: [
      uniform('source', 'Source'),
      read('rowOfPair', 'array<u32>'),
      read('placeOfPair', 'array<u32>'),
      read('indices', 'array<u32>'),
      write('batch', 'array<Pair>'),
      ...(valued ? [read('values', 'array<f32>')] : []),
      ...(negatives ? [read('poolColumns', 'array<u32>')] : []),
      ...(otherRow ? [read('poolRows', 'array<u32>')] : []),
      ...(negatives?.reject ? [read('offsets', 'array<u32>')] : []),
    ],
    functions: [
      /* wgsl */ `
struct Source {
  pairs: u32,
  mask: u32,
  poolRows: u32,
  poolColumns: u32,
}`,
      RANDOM,
      negatives?.reject ? HAS : '',
    ],
    main: /* wgsl */ `
  if (item >= step.pairs) {
    return;
  }
  let place = item / step.group;
  let pair = permute(step.orderStart + place, source.pairs, source.mask, step.orderKey);
  var drawn = Pair(rowOfPair[pair], indices[placeOfPair[pair]], ${valued ? 'values[placeOfPair[pair]]' : '1.0'});
  ${
    negatives
      ? /* wgsl */ `
  let j = item % step.group;
  if (j > 0u) {
    drawn.label = f32(${negatives.target});
    let key = mix32(step.negativesKey + (step.firstPlace + place) * step.group + j);
    for (var tries = 0u; tries < ${MAX_DRAWS}u; tries++) {
      let number = mix32(key + tries * 0x9e3779b9u);
      ${otherRow ? 'drawn.row = poolRows[scaled(mix32(number ^ 0x68bc21ebu), source.poolRows)];' : ''}
      drawn.column = poolColumns[scaled(number, source.poolColumns)];
      ${negatives.reject ? 'if (!has(drawn.row, drawn.column)) { break; }' : 'break;'}
    }
  }`
      : ''
  }
  batch[item] = drawn;`,
  });
}

/** Whether a pair is one of the training set: its row's columns ascend. */
const HAS = /* wgsl */ `
fn has(row: u32, column: u32) -> bool {
  var low = offsets[row];
  let end = offsets[row + 1u];
  var high = end;
  while (low < high) {
    let middle = low + (high - low) / 2u;
    if (indices[middle] < column) {
      low = middle + 1u;
    } else {
      high = middle;
    }
  }
  return low < end && indices[low] == column;
}`;
