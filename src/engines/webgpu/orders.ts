import type { BatchRoom } from './batch-room';
import type { DrawSource } from './draw-source';
import type { Command, Pipelines } from './pipelines';
import { backKernel } from './shaders/back.wgsl';
import { endKernel } from './shaders/end.wgsl';
import { featureBackKernel, featureMoveKernel, featureReachKernel } from './shaders/features.wgsl';
import { gatherKernel } from './shaders/gather.wgsl';
import { judgeKernel } from './shaders/judge.wgsl';
import type { Kernel } from './shaders/kernel';
import { forgetKernel, MARK } from './shaders/mark.wgsl';
import { bringUpKernel, moveKernel } from './shaders/move.wgsl';
import { scoreKernel } from './shaders/score.wgsl';
import type { ModelShape } from './shape';
import type { Side } from './side';
import type { DeviceTable, TablePart } from './tables';

type NamedBuffers = Readonly<Record<string, GPUBuffer>>;

/** What a model keeps on the device, whatever its batches are. */
export interface ModelParts {
  readonly shape: ModelShape;
  readonly sides: readonly [row: Side, column: Side];
  readonly link: DeviceTable | null;
  /** The buffers of shaders/past.wgsl.ts; none where nothing is caught up with. */
  readonly past: NamedBuffers;
  readonly results: GPUBuffer;
  /** Null where batches are drawn elsewhere. */
  readonly source: DrawSource | null;
}

/** What the device can be asked to do with a batch: commands that are made once and used at every step. */
export interface Orders {
  /** A step on a batch that it draws, and one on a batch that was written. */
  readonly drawn: readonly Command[];
  readonly written: readonly Command[];
  /** Numbers of pairs before and after the link. */
  readonly scores: readonly Command[];
  readonly logits: readonly Command[];
  readonly draw: readonly Command[];
}

/** The orders of a model that has room for a batch. */
export function ordersFor(model: ModelParts, room: BatchRoom, pipelines: Pipelines): Orders {
  const { shape, sides, link, source } = model;
  const { batch, scores, totals, row, column } = room;
  const buffers: NamedBuffers = {
    ...model.past,
    ...(link ? { link: link.whole, table: link.whole } : {}),
    results: model.results,
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
  const ofSides = (command: (side: Side) => Command[]): Command[] => sides.flatMap(command);
  const gathered = [
    pipelines.command(MARK, 'pairs', buffers),
    ...ofSides((side) =>
      ofParts(model, side, (own) =>
        pipelines.command(gatherKernel(shape, side.name), 'pairs', { ...own, ...room[side.name], batch }),
      ),
    ),
    pipelines.command(scoreKernel(shape), 'pairs', buffers),
  ];
  const written = [
    ...gathered,
    pipelines.command(judgeKernel(shape), 'groups', buffers),
    pipelines.command(backKernel(shape), 'pairs', buffers),
    ...ofSides((side) =>
      ofParts(model, side, (own, { rows }) =>
        pipelines.command(moveKernel(shape, side.name), shape.rest === 'move' ? rows : 'pairs', {
          ...own,
          ...room[side.name],
          batch,
        }),
      ),
    ),
    ...ofSides((side) => featureCommands(shape, side, room, pipelines)),
    pipelines.command(endKernel(shape), 1, buffers),
  ];
  const forget = (kernel: Kernel) => pipelines.command(kernel, 'pairs', buffers);
  const draw = source ? [source.command(pipelines, batch)] : [];
  return {
    draw,
    written,
    drawn: [...draw, ...written],
    scores: [...gathered, forget(forgetKernel(false))],
    logits: [...gathered, forget(forgetKernel(link !== null))],
  };
}

/** Commands that bring all rows of a model up to date; none where no row is ever behind. */
export function bringUpCommands(model: ModelParts, pipelines: Pipelines): Command[] {
  if (model.shape.rest !== 'catchUp') return [];
  return model.sides.flatMap((side) =>
    ofParts(model, side, (own, { rows }) => pipelines.command(bringUpKernel(model.shape, side.name), rows, own)),
  );
}

/** A command for each part of a side’s table. */
function ofParts(
  { past }: ModelParts,
  { table, marks, features }: Side,
  command: (own: NamedBuffers, part: TablePart) => Command,
): Command[] {
  const shared = {
    ...past,
    marks,
    ...(features ? { featureCsr: features.csr, featureTable: features.table.whole } : {}),
  };
  return table.parts.map((part) => command({ ...shared, part: part.numbers, table: part.buffer }, part));
}

function featureCommands(
  shape: ModelShape,
  { name, features }: Side,
  room: BatchRoom,
  pipelines: Pipelines,
): Command[] {
  if (!features) return [];
  const { table, csr, slots, sums } = features;
  const buffers = {
    ...room[name],
    batch: room.batch,
    featureCsr: csr,
    featureSlots: slots,
    featureSums: sums,
    table: table.whole,
  };
  return [
    pipelines.command(featureReachKernel(shape, name), 'pairs', buffers),
    pipelines.command(featureBackKernel(shape, name), 'pairs', buffers),
    pipelines.command(featureMoveKernel(shape, name, table.rows), table.rows, buffers),
  ];
}
