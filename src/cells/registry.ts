import type { CellType } from '../notebook/cell';
import { CellGraph } from '../notebook/cell-graph';

const found = import.meta.glob<CellType>('./*/index.ts', { eager: true, import: 'cell' });

/** Every cell, in the order in which a notebook has them. */
export const cells = new CellGraph(Object.values(found).sort((a, b) => a.order - b.order));
