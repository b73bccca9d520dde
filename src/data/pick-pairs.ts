import type { EntityTable, Interactions } from './interactions';
import type { MetadataColumn } from './metadata';

/**
 * Keeps the pairs at which `keep` (one entry a pair, in the order of matrix.indices) is not 0, with their
 * values, timestamps and repeats. Rows and columns left without a pair go, with all that is known of them.
 */
export function pickPairs(interactions: Interactions, keep: Uint8Array): Interactions {
  const { matrix } = interactions;
  const rowDegrees = new Uint32Array(matrix.rows);
  const columnDegrees = new Uint32Array(matrix.columns);
  let pairs = 0;
  for (let r = 0; r < matrix.rows; r++) {
    for (let i = matrix.offsets[r]; i < matrix.offsets[r + 1]; i++) {
      if (keep[i] === 0) continue;
      rowDegrees[r]++;
      columnDegrees[matrix.indices[i]]++;
      pairs++;
    }
  }
  if (pairs === matrix.indices.length && !rowDegrees.includes(0) && !columnDegrees.includes(0)) return interactions;
  const rows = nonZero(rowDegrees);
  const columns = nonZero(columnDegrees);
  const position = new Uint32Array(matrix.columns);
  for (let c = 0; c < columns.length; c++) position[columns[c]] = c;
  const offsets = new Uint32Array(rows.length + 1);
  for (let r = 0; r < rows.length; r++) offsets[r + 1] = offsets[r] + rowDegrees[rows[r]];
  const indices = new Uint32Array(pairs);
  const kept = new Uint32Array(pairs);
  let at = 0;
  for (let i = 0; i < keep.length; i++) {
    if (keep[i] === 0) continue;
    kept[at] = i;
    indices[at++] = position[matrix.indices[i]];
  }
  const { values, timestamps, repeats } = interactions;
  return {
    matrix: { rows: rows.length, columns: columns.length, offsets, indices },
    values: values && gather(values, kept),
    timestamps: timestamps && gather(timestamps, kept),
    repeats: repeats && gather(repeats, kept),
    row: pickSide(interactions.row, rows),
    column: pickSide(interactions.column, columns),
  };
}

/** The entries of a list at the positions `at`, of which there are not more than entries. */
export function gather<T extends Float32Array | Float64Array | Uint32Array | Int32Array>(list: T, at: Uint32Array): T {
  const found = list.slice(0, at.length) as T;
  for (let i = 0; i < at.length; i++) found[i] = list[at[i]];
  return found;
}

/** Keeps the entries at `kept`, in that order. Metadata that none of them has goes. */
function pickSide(side: EntityTable, kept: Uint32Array): EntityTable {
  return {
    ids: side.ids.pick(kept),
    labels: side.labels.pick(kept),
    metadata: side.metadata.flatMap((column) => pickMetadata(column, gather(column.codes, kept)) ?? []),
  };
}

/** The same metadata for other entries, whose values `codes` names; null when none has one. */
export function pickMetadata(column: MetadataColumn, codes: Int32Array): MetadataColumn | null {
  // A value that nobody has any more must not show in a legend.
  const used = new Uint8Array(column.values.length);
  for (const code of codes) if (code >= 0) used[code] = 1;
  const kept = nonZero(used);
  if (kept.length === 0) return null;
  if (kept.length === used.length) return { ...column, codes };
  const renamed = new Int32Array(used.length).fill(-1);
  for (let k = 0; k < kept.length; k++) renamed[kept[k]] = k;
  return { ...column, values: column.values.pick(kept), codes: codes.map((code) => (code < 0 ? -1 : renamed[code])) };
}

function nonZero(counts: Uint32Array | Uint8Array): Uint32Array {
  let length = 0;
  for (const count of counts) if (count > 0) length++;
  const found = new Uint32Array(length);
  let at = 0;
  for (let i = 0; i < counts.length; i++) if (counts[i] > 0) found[at++] = i;
  return found;
}
