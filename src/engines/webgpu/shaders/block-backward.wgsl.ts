import type { Axis, ModelShape } from '../shape';
import { CELLS } from './block-cells.wgsl';
import { type Kernel, kernel, read, write } from './kernel';

/** Threads of a workgroup. */
const THREADS = 64;

/**
 * Columns (or rows) whose gradients one thread adds up at most, a multiple of four: there are few rows in a block, and a
 * device with many processors would wait for the few threads that have them. Whoever uses a gradient adds its
 * chunks up.
 */
const CHUNK: Readonly<Record<Axis, number>> = { row: 256, column: 1024 };

const EACH = [0, 1, 2, 3];

/** In how many chunks the gradient of a side comes, of a block with so many rows or columns on the other side. */
export function chunkCount(name: Axis, others: number): number {
  return Math.ceil(others / CHUNK[name]);
}

/** The same in WGSL. */
export function chunksOf(name: Axis): string {
  return `((${OTHERS[name]} + ${CHUNK[name] - 1}u) / ${CHUNK[name]}u)`;
}

/** Workgroups that the gradient of a side of so many entries takes. */
export function backwardWorkgroups(shape: ModelShape, name: Axis, entries: number, others: number): number {
  const { across, rows } = tileOf(shape);
  return Math.ceil(entries / rows) * Math.ceil(shape.gathered / across) * chunkCount(name, others);
}

/** `gradientAt`: four numbers of one of so many gradients, which come in so many chunks. */
export function summedInChunks(count: string, chunks: string): string {
  return /* wgsl */ `
fn gradientAt(slot: u32, i: u32) -> vec4f {
  var sum = vec4f();
  for (var chunk = 0u; chunk < ${chunks}; chunk++) {
    sum += gradients[(chunk * ${count} + slot) * GATHERED + i];
  }
  return sum;
}`;
}

const ENTRIES: Readonly<Record<Axis, string>> = { row: 'step.blockRows', column: 'step.columnEntries' };
const OTHERS: Readonly<Record<Axis, string>> = { row: ENTRIES.column, column: ENTRIES.row };

/** The tile of a gradient that a workgroup adds up: vec4s across, and rows. A thread has one four of four rows. */
function tileOf({ gathered }: ModelShape): { across: number; rows: number } {
  const across = gathered <= 2 ? gathered : gathered <= 4 ? 4 : 8;
  return { across, rows: (4 * THREADS) / across };
}

/** Gradients of the gathered vectors of one side of a block: dL/dz times the vectors of the other side. */
export function blockBackwardKernel(shape: ModelShape, name: Axis): Kernel {
  const { across, rows } = tileOf(shape);
  return kernel(`back to ${name}s`, {
    threads: THREADS,
    lanes: THREADS,
    bindings: [read('scores', 'array<vec4f>'), read('others', 'array<vec4f>'), write('gradients', 'array<vec4f>')],
    functions: [CELLS, `const GATHERED = ${shape.gathered}u;\nconst ACROSS = ${across}u;`],
    main: /* wgsl */ `
  let count = ${ENTRIES[name]};
  let tilesAcross = (GATHERED + ACROSS - 1u) / ACROSS;
  let tiles = (count + ${rows - 1}u) / ${rows}u * tilesAcross;
  let tile = workgroupNumber % tiles;
  let chunk = workgroupNumber / tiles;
  let first = tile / tilesAcross * ${rows}u + 4u * (thread / ACROSS);
  let i = tile % tilesAcross * ACROSS + thread % ACROSS;
  let begin = chunk * ${CHUNK[name]}u;
  let end = min(${OTHERS[name]}, begin + ${CHUNK[name]}u);
  if (first >= count || i >= GATHERED || begin >= end) {
    return;
  }
  ${EACH.map((q) => `var sum${q} = vec4f();`).join('\n  ')}
  ${name === 'row' ? OF_ROWS : OF_COLUMNS}
  ${EACH.map(
    (q) => /* wgsl */ `
  if (first + ${q}u < count) {
    gradients[(chunk * count + first + ${q}u) * GATHERED + i] = sum${q};
  }`,
  ).join('')}`,
  });
}

/** Four columns at a time; those behind the last one have no logitGradient. */
const OF_ROWS = /* wgsl */ `
  let last = step.columnEntries - 1u;
  ${EACH.map((q) => `let start${q} = min(first + ${q}u, count - 1u) * vec4sPerRow();`).join('\n  ')}
  for (var k = begin; k < end; k += 4u) {
    ${EACH.map((c) => `let y${c} = others[min(k + ${c}u, last) * GATHERED + i];`).join('\n    ')}
    ${EACH.map(
      (q) => /* wgsl */ `
    let s${q} = scores[start${q} + k / 4u];
    sum${q} += ${EACH.map((c) => `s${q}[${c}] * y${c}`).join(' + ')};`,
    ).join('')}
  }`;

const OF_COLUMNS = /* wgsl */ `
  for (var b = begin; b < end; b++) {
    let s = scores[b * vec4sPerRow() + first / 4u];
    let x = others[b * GATHERED + i];
    ${EACH.map((q) => `sum${q} += s[${q}] * x;`).join('\n    ')}
  }`;
