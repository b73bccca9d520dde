import type { BatchBuffers } from './batch-buffers';
import type { ModelParts, NamedBuffers } from './model-parts';
import type { Command, DispatchSize, Pipelines } from './pipelines';
import { ASSIGN_OWNERS, releaseRowsKernel } from './shaders/assign-owners.wgsl';
import { backwardKernel } from './shaders/backward.wgsl';
import type { BatchKind } from './shaders/entries.wgsl';
import { featureBackKernel, featureMoveKernel, featureReachKernel } from './shaders/features.wgsl';
import { finishStepKernel } from './shaders/finish-step.wgsl';
import { gatherKernel } from './shaders/gather.wgsl';
import { lossKernel } from './shaders/loss.wgsl';
import { catchUpKernel, optimizerStepKernel } from './shaders/optimizer-step.wgsl';
import { scoreKernel } from './shaders/score.wgsl';
import type { ModelShape } from './shape';
import type { SideBuffers } from './side-buffers';
import type { TablePart } from './tables';

/** Compute passes over a batch of pairs: commands that are made once and used at every step. */
export interface ComputePasses {
  /** A step on a batch that it draws, and one on a batch that was written. */
  readonly drawn: readonly Command[];
  readonly written: readonly Command[];
  /** The last numbers of pairs. */
  readonly logits: readonly Command[];
  readonly draw: readonly Command[];
}

export const ONCE: DispatchSize = () => 1;
const PAIRS: DispatchSize = ({ pairs = 0 }) => pairs;
const GROUPS: DispatchSize = ({ pairs = 0, group = 1 }) => pairs / group;

/** Compute passes of a model over a batch of pairs. */
export function computePasses(model: ModelParts, room: BatchBuffers, pipelines: Pipelines): ComputePasses {
  const { shape, sides, source } = model;
  const { batch, scores, totals, row, column } = room;
  const buffers: NamedBuffers = {
    ...wholeModel(model),
    batch,
    scores,
    totals,
    rowMarks: sides[0].marks,
    columnMarks: sides[1].marks,
    rowSlots: row.slots,
    columnSlots: column.slots,
    rowSums: row.sums,
    columnSums: column.sums,
    rows: row.gathered,
    columns: column.gathered,
  };
  const own = ({ name }: SideBuffers): SideBatch => ({
    kind: 'pairs',
    items: PAIRS,
    buffers: { ...room[name], batch },
  });
  const gathered = [
    pipelines.command(ASSIGN_OWNERS, PAIRS, buffers),
    ...sides.flatMap((side) => gatherCommands(model, side, own(side), pipelines)),
    pipelines.command(scoreKernel(shape), PAIRS, buffers),
  ];
  const written = [
    ...gathered,
    pipelines.command(lossKernel(shape), GROUPS, buffers),
    pipelines.command(backwardKernel(shape), PAIRS, buffers),
    ...sides.flatMap((side) => optimizerStepCommands(model, side, own(side), pipelines)),
    pipelines.command(finishStepKernel(shape, 'pairs'), ONCE, buffers),
  ];
  const draw = source ? [source.command(pipelines, PAIRS, batch)] : [];
  return {
    draw,
    written,
    drawn: [...draw, ...written],
    logits: [...gathered, pipelines.command(releaseRowsKernel(model.link !== null), PAIRS, buffers)],
  };
}

/** Commands that bring all rows of a model up to date; none where no row is ever behind. */
export function catchUpCommands(model: ModelParts, pipelines: Pipelines): Command[] {
  if (model.shape.untouchedRows !== 'lazy-exact') return [];
  return model.sides.flatMap((side) =>
    ofParts(model, side, (own, { rows }) => pipelines.command(catchUpKernel(model.shape, side.name), () => rows, own)),
  );
}

/** Buffers that are of no side: for commands at the beginning and the end of a step. */
export function wholeModel({ lazyAdam, link, results }: ModelParts): NamedBuffers {
  return { ...lazyAdam, ...(link ? { link: link.whole, table: link.whole } : {}), results };
}

/** A side of a batch: how its kernels find rows, how many items that are, and the buffers that belong to the batch. */
export interface SideBatch {
  readonly kind: BatchKind;
  readonly items: DispatchSize;
  readonly buffers: NamedBuffers;
}

/** Commands that gather a side of a batch. */
export function gatherCommands(
  model: ModelParts,
  side: SideBuffers,
  batch: SideBatch,
  pipelines: Pipelines,
): Command[] {
  const kernel = gatherKernel(model.shape, side.name, batch.kind);
  return ofParts(model, side, (own) => pipelines.command(kernel, batch.items, { ...own, ...batch.buffers }));
}

/** Commands that move a side’s rows and features by the gradients of a batch. */
export function optimizerStepCommands(
  model: ModelParts,
  side: SideBuffers,
  batch: SideBatch,
  pipelines: Pipelines,
): Command[] {
  const { shape } = model;
  const kernel = optimizerStepKernel(shape, side.name, batch.kind);
  return [
    ...ofParts(model, side, (own, { rows }) =>
      pipelines.command(kernel, shape.untouchedRows === 'dense' ? () => rows : batch.items, {
        ...own,
        ...batch.buffers,
      }),
    ),
    ...featureCommands(shape, side, batch, pipelines),
  ];
}

/** A command for each part of a side’s table. */
function ofParts(
  { lazyAdam }: ModelParts,
  { table, marks, features }: SideBuffers,
  command: (own: NamedBuffers, part: TablePart) => Command,
): Command[] {
  const shared = {
    ...lazyAdam,
    marks,
    ...(features ? { featureCsr: features.csr, featureTable: features.table.whole } : {}),
  };
  return table.parts.map((part) => command({ ...shared, part: part.numbers, table: part.buffer }, part));
}

function featureCommands(
  shape: ModelShape,
  { name, features }: SideBuffers,
  { kind, items, buffers }: SideBatch,
  pipelines: Pipelines,
): Command[] {
  if (!features) return [];
  const { table, csr, slots, sums } = features;
  const all = { ...buffers, featureCsr: csr, featureSlots: slots, featureSums: sums, table: table.whole };
  return [
    pipelines.command(featureReachKernel(shape, name, kind), items, all),
    pipelines.command(featureBackKernel(shape, name, kind), items, all),
    pipelines.command(featureMoveKernel(shape, name, table.rows), () => table.rows, all),
  ];
}
