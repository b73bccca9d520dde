import type { Axis } from '../shape';
import { type Binding, read, write } from './kernel';

/**
 * What a step looks at: pairs, of which the owner of a row stands for it, or a block, whose lists name each row
 * once.
 */
export type BatchKind = 'pairs' | 'block';

/** The rows of one side of a batch as a kernel finds them, an item each; in WGSL. */
export interface Entries {
  readonly bindings: readonly Binding[];
  /** How many items there are. */
  readonly count: string;
  /** The row of the table that is `item`’s. */
  readonly row: string;
  /** Whether `item` stands for its row. */
  readonly stands: string;
  /** The length of the vector of the item with this number, before it was scaled. */
  norm(item: string): string;
}

export function entriesOf(kind: BatchKind, name: Axis): Entries {
  return kind === 'pairs'
    ? {
        bindings: [read('batch', 'array<Pair>'), write('slots', 'array<Slot>')],
        count: 'step.pairs',
        row: `batch[item].${name}`,
        stands: 'slots[item].owner == item',
        norm: (item) => `slots[${item}].norm`,
      }
    : {
        bindings: [read('lists', 'array<u32>'), write('norms', 'array<f32>')],
        count: `step.${name}Entries`,
        row: `lists[step.${name}sAt + item]`,
        stands: 'true',
        norm: (item) => `norms[${item}]`,
      };
}
