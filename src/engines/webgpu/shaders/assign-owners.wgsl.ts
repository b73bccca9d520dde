import type { Axis } from '../shape';
import { entriesOf } from './entries.wgsl';
import { type Kernel, kernel, read, write } from './kernel';

const MARK_BINDINGS = [write('rowMarks', 'array<Mark>'), write('columnMarks', 'array<Mark>')];

/** Finds the owner of each row and column of the batch: the first pair that has it, whatever the order of threads. */
export const ASSIGN_OWNERS: Kernel = kernel('mark', {
  bindings: [
    read('batch', 'array<Pair>'),
    ...MARK_BINDINGS,
    write('rowSlots', 'array<Slot>'),
    write('columnSlots', 'array<Slot>'),
  ],
  main: /* wgsl */ `
  if (item >= step.pairs) {
    return;
  }
  atomicMin(&rowMarks[batch[item].row].owner, item);
  atomicMin(&columnMarks[batch[item].column].owner, item);
  ${['row', 'column']
    .map(
      (side) => /* wgsl */ `
  atomicStore(&${side}Slots[item].uses, 0u);
  atomicStore(&${side}Slots[item].largest, 0u);
  atomicStore(&${side}Slots[item].reach, 0u);`,
    )
    .join('')}`,
});

/** Tells rows of one side where they stand in a block. */
export function blockOwnersKernel(name: Axis): Kernel {
  const { bindings, count, row } = entriesOf('block', name);
  return kernel(`mark ${name}`, {
    bindings: [...bindings, write('marks', 'array<Mark>')],
    main: /* wgsl */ `
  if (item < ${count}) {
    atomicStore(&marks[${row}].owner, item);
  }`,
  });
}

/** Takes the marks of pairs away that were only asked about, and puts a link behind their scores. A step does so when it moves its rows. */
export function releaseRowsKernel(linked: boolean): Kernel {
  return kernel('forget', {
    bindings: [
      read('batch', 'array<Pair>'),
      ...MARK_BINDINGS,
      ...(linked ? [read('link', 'array<vec4f>'), write('scores', 'array<vec2f>')] : []),
    ],
    main: /* wgsl */ `
  if (item >= step.pairs) {
    return;
  }
  atomicStore(&rowMarks[batch[item].row].owner, NONE);
  atomicStore(&columnMarks[batch[item].column].owner, NONE);
  ${linked ? 'scores[item].x = link[0].x * scores[item].x + link[0].y;' : ''}`,
  });
}
