import type { StepNumbers } from '../step-numbers';
import { CELLS } from './block-cells.wgsl';
import { type Kernel, kernel, read, write } from './kernel';

/** Rows and columns of the square of cells that a workgroup scores. */
const TILE = 32;

/** Threads down and across a tile; each scores 4 × 4 cells. */
const SIDE = TILE / 4;

const EACH = [0, 1, 2, 3];

/** Tiles of a block. */
export function tilesOf({ blockRows = 0, columnEntries = 0 }: StepNumbers): number {
  return Math.ceil(blockRows / TILE) * Math.ceil(columnEntries / TILE);
}

/**
 * Scores all cells of a block, rows × columns: the products of the gathered vectors. What a tile's threads read
 * alike comes from the cache. `gathered`: vec4Count of a vector.
 */
export function blockScoresKernel(gathered: number): Kernel {
  return kernel('score block', {
    threads: SIDE * SIDE,
    lanes: SIDE * SIDE,
    bindings: [read('rows', 'array<vec4f>'), read('columns', 'array<vec4f>'), write('scores', 'array<vec4f>')],
    functions: [CELLS, `const GATHERED = ${gathered}u;`],
    main: /* wgsl */ `
  let across = (step.columnEntries + ${TILE - 1}u) / ${TILE}u;
  let row = workgroupNumber / across * ${TILE}u + 4u * (thread / ${SIDE}u);
  let four = workgroupNumber % across * ${SIDE}u + thread % ${SIDE}u;
  if (row >= step.blockRows || four >= vec4sPerRow()) {
    return;
  }
  // The last row and column stand for those behind them, whose scores nobody looks at.
  ${EACH.map((q) => `let u${q} = min(row + ${q}u, step.blockRows - 1u) * GATHERED;`).join('\n  ')}
  ${EACH.map((q) => `let v${q} = min(4u * four + ${q}u, step.columnEntries - 1u) * GATHERED;`).join('\n  ')}
  ${EACH.map((q) => `var sum${q} = vec4f();`).join('\n  ')}
  for (var i = 0u; i < GATHERED; i++) {
    ${EACH.map((q) => `let y${q} = columns[v${q} + i];`).join('\n    ')}
    ${EACH.map(
      (q) => /* wgsl */ `
    let x${q} = rows[u${q} + i];
    sum${q} += vec4f(${EACH.map((c) => `dot(x${q}, y${c})`).join(', ')});`,
    ).join('')}
  }
  ${EACH.map(
    (q) => /* wgsl */ `
  if (row + ${q}u < step.blockRows) {
    scores[(row + ${q}u) * vec4sPerRow() + four] = sum${q};
  }`,
  ).join('')}`,
  });
}
