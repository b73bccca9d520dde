import { remembered } from '../memo';
import { transpose } from './csr';
import { distinctLabels, type Interactions, majorityCategory } from './interactions';
import type { MetadataColumn } from './metadata';
import { shownText } from './shown-text';
import type { StringTable } from './string-table';
import type { Roles } from './words';

/** An interaction matrix together with what its sides are called and how its entries are shown. */
export interface Dataset {
  readonly name: string;
  readonly roles: Roles;
  readonly interactions: Interactions;
  /** Labels in which no two entries look the same. */
  readonly rowLabels: StringTable;
  readonly columnLabels: StringTable;
  readonly sharedColumnLabels: number;
  /** The columns' own metadata and what follows for them from their rows. */
  readonly columnMetadata: readonly MetadataColumn[];
}

/** A row or column by name. */
export interface Named {
  readonly index: number;
  readonly id: string;
  readonly label: string;
}

/** A row or column of a dataset. */
export function named(
  { interactions, rowLabels, columnLabels }: Dataset,
  side: 'row' | 'column',
  index: number,
): Named {
  const labels = side === 'row' ? rowLabels : columnLabels;
  return { index, id: interactions[side].ids.get(index), label: shownText(labels.get(index)) };
}

/** Computed when a map or an entry first asks for it. */
const columnMetadata = remembered(({ matrix, row, column }: Interactions): readonly MetadataColumn[] => {
  const categories = row.metadata.filter(({ kind }) => kind === 'category');
  if (categories.length === 0) return column.metadata;
  const byColumn = transpose(matrix);
  return [...column.metadata, ...categories.map((category) => majorityCategory(byColumn, category))];
});

export function toDataset(name: string, roles: Roles, interactions: Interactions): Dataset {
  const columns = distinctLabels(interactions.column);
  return {
    name,
    roles,
    interactions,
    rowLabels: distinctLabels(interactions.row).labels,
    columnLabels: columns.labels,
    sharedColumnLabels: columns.shared,
    get columnMetadata() {
      return columnMetadata(interactions);
    },
  };
}
