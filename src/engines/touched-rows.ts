import type { Batch } from './engine';

/**
 * Rows of a table that a batch has, in any order and perhaps several times; null for a table that moves
 * as a whole whatever the batch has: one of features, a link or a dense layer.
 */
export function touchedRows(table: string, batch: Batch): Int32Array | null {
  switch (table) {
    case 'row':
    case 'rowBias':
    case 'rowProduct':
      return batch.rows;
    case 'column':
    case 'columnBias':
    case 'columnProduct':
      // A block of all columns has none of its own to name.
      return batch.columns;
    case 'input':
      return batch.kind === 'block' && batch.inputs ? batch.inputs.columns : null;
    default:
      return null;
  }
}
