import type { Interactions } from './interactions';
import { gather, pickMetadata } from './pick-pairs';
import { Interner } from './string-table';

/** What two labels have in common that differ only in case and in blanks around them. */
export function folded(label: string): string {
  return label.trim().toLowerCase();
}

/**
 * Merges columns whose labels are the same but for case and outer blanks: of their spellings the one
 * with the most pairs stays (the first of several). Their repeats are added up; of several values the
 * latest by timestamp stays, else that of the last column. Metadata that the column that stays lacks
 * comes from the others, in their order.
 */
export function mergeColumns(interactions: Interactions): Interactions {
  const { matrix, column } = interactions;
  const interner = new Interner();
  const group = new Uint32Array(matrix.columns);
  for (let c = 0; c < matrix.columns; c++) group[c] = interner.intern(folded(column.labels.get(c)));
  const groups = interner.length;
  if (groups === matrix.columns) return interactions;

  const degrees = new Uint32Array(matrix.columns);
  for (const c of matrix.indices) degrees[c]++;
  const stays = new Int32Array(groups).fill(-1);
  for (let c = 0; c < matrix.columns; c++) {
    const best = stays[group[c]];
    if (best < 0 || degrees[c] > degrees[best]) stays[group[c]] = c;
  }
  const merged = mergePairs(interactions, group);
  return {
    ...merged,
    matrix: { ...merged.matrix, columns: groups },
    row: interactions.row,
    column: {
      ids: column.ids.pick(stays),
      labels: column.labels.pick(stays),
      metadata: column.metadata.flatMap((known) => {
        const codes = Int32Array.from(stays, (c) => known.codes[c]);
        for (let c = 0; c < matrix.columns; c++) if (codes[group[c]] < 0) codes[group[c]] = known.codes[c];
        return pickMetadata(known, codes) ?? [];
      }),
    },
  };
}

/** Pairs with column c called `group[c]`; those of one row that come to be the same are joined. */
function mergePairs(
  { matrix, values, timestamps, repeats }: Interactions,
  group: Uint32Array,
): Pick<Interactions, 'matrix' | 'values' | 'timestamps' | 'repeats'> {
  const pairs = matrix.indices.length;
  const offsets = new Uint32Array(matrix.rows + 1);
  const indices = new Uint32Array(pairs);
  const kept = new Uint32Array(pairs);
  const times = new Uint32Array(pairs);
  let written = 0;
  let joined = false;
  for (let r = 0; r < matrix.rows; r++) {
    const order = Uint32Array.from(
      { length: matrix.offsets[r + 1] - matrix.offsets[r] },
      (_, i) => matrix.offsets[r] + i,
    ).sort((a, b) => group[matrix.indices[a]] - group[matrix.indices[b]] || a - b);
    const start = written;
    for (const i of order) {
      const column = group[matrix.indices[i]];
      const given = repeats ? repeats[i] : 1;
      if (written > start && indices[written - 1] === column) {
        times[written - 1] += given;
        if (!timestamps || !(timestamps[i] < timestamps[kept[written - 1]])) kept[written - 1] = i;
        joined = true;
      } else {
        indices[written] = column;
        kept[written] = i;
        times[written++] = given;
      }
    }
    offsets[r + 1] = written;
  }
  const at = kept.subarray(0, written);
  return {
    matrix: { rows: matrix.rows, columns: matrix.columns, offsets, indices: indices.slice(0, written) },
    values: values && gather(values, at),
    timestamps: timestamps && gather(timestamps, at),
    repeats: repeats || joined ? times.slice(0, written) : null,
  };
}
