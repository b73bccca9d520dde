import type { BlockBuffers } from './block-buffers';
import type { ModelParts, NamedBuffers } from './model-parts';
import { gatherCommands, ONCE, optimizerStepCommands, type SideBatch, wholeModel } from './passes';
import type { Command, DispatchSize, Pipelines } from './pipelines';
import { blockOwnersKernel } from './shaders/assign-owners.wgsl';
import { backwardWorkgroups, blockBackwardKernel } from './shaders/block-backward.wgsl';
import { partsOfRow } from './shaders/block-cells.wgsl';
import { BLOCK_PAIRS, blockLossKernel } from './shaders/block-loss.wgsl';
import { BLOCK_PEAKS } from './shaders/block-peaks.wgsl';
import { blockRowsKernel } from './shaders/block-rows.wgsl';
import { blockScoresKernel, tilesOf } from './shaders/block-scores.wgsl';
import { finishStepKernel } from './shaders/finish-step.wgsl';
import { poolKernel, spreadKernel, unpoolKernel } from './shaders/pool.wgsl';
import type { Axis, ModelShape } from './shape';

const ROWS: DispatchSize = ({ blockRows = 0 }) => blockRows;
const ENTRIES: Readonly<Record<Axis, DispatchSize>> = {
  row: ({ rowEntries = 0 }) => rowEntries,
  column: ({ columnEntries = 0 }) => columnEntries,
};
/** Parts of rows whose loss is computed. */
const PARTS: DispatchSize = ({ blockRows = 0, columnEntries = 0 }) => blockRows * partsOfRow(columnEntries);

/** Scores of all cells of a block that lies in a room. */
export function blockScoreCommands(model: ModelParts, room: BlockBuffers, pipelines: Pipelines): Command[] {
  const { shape, sides } = model;
  const lists = room.get('lists');
  const pool = { lists, gathered: room.get('rows'), pooled: room.get('pooled'), norms: room.get('rowNorms') };
  return [
    ...sides.flatMap((side) => gatherCommands(model, side, sideOf(room, side.name, {}), pipelines)),
    ...(shape.sides.row.pooled ? [pipelines.command(poolKernel(shape), ROWS, pool)] : []),
    pipelines.command(blockScoresKernel(shape.gathered), tilesOf, {
      rows: vectorsOf(shape, room, 'row'),
      columns: vectorsOf(shape, room, 'column'),
      scores: room.get('scores'),
    }),
  ];
}

/** A step on a block that lies in a room. */
export function blockStepCommands(model: ModelParts, room: BlockBuffers, pipelines: Pipelines): Command[] {
  const { shape, sides } = model;
  const { pooled } = shape.sides.row;
  const scores = room.get('scores');
  const totals = room.get('totals');
  const gradients = { row: room.get('rowGradients'), column: room.get('columnGradients') };
  const batches = {
    row: sideOf(room, 'row', { gradients: pooled ? room.get('inputGradients') : gradients.row }),
    column: sideOf(room, 'column', { gradients: gradients.column }),
  };
  const back = (name: Axis, other: Axis) => {
    const workgroups: DispatchSize = (step) =>
      backwardWorkgroups(shape, name, blockSize(name)(step), blockSize(other)(step));
    const others = vectorsOf(shape, room, other);
    return pipelines.command(blockBackwardKernel(shape, name), workgroups, {
      scores,
      others,
      gradients: gradients[name],
    });
  };
  return [
    ...blockScoreCommands(model, room, pipelines),
    ...lossCommands(shape, room, pipelines),
    back('row', 'column'),
    back('column', 'row'),
    ...(pooled ? unpoolCommands(shape, room, pipelines) : []),
    // Where all rows move, each has to know its place in the block.
    ...(shape.untouchedRows === 'dense' ? sides : []).map(({ name, marks }) =>
      pipelines.command(blockOwnersKernel(name), ENTRIES[name], { ...batches[name].buffers, marks }),
    ),
    ...sides.flatMap((side) => optimizerStepCommands(model, side, batches[side.name], pipelines)),
    pipelines.command(finishStepKernel(shape, 'block'), ONCE, { ...wholeModel(model), totals }),
  ];
}

/** Scores become gradients, and leave their part of the loss. */
function lossCommands(shape: ModelShape, room: BlockBuffers, pipelines: Pipelines): Command[] {
  const names = ['lists', 'scores', 'peaks', 'shares', 'totals'] as const;
  const buffers = Object.fromEntries(names.map((name) => [name, room.get(name)]));
  return [
    ...(shape.spec.loss === 'softmax' ? [pipelines.command(BLOCK_PEAKS, PARTS, buffers)] : []),
    pipelines.command(blockRowsKernel(shape), ROWS, buffers),
    pipelines.command(blockLossKernel(shape), PARTS, buffers),
    pipelines.command(BLOCK_PAIRS, ROWS, buffers),
  ];
}

function unpoolCommands(shape: ModelShape, room: BlockBuffers, pipelines: Pipelines): Command[] {
  const pooled = room.get('pooled');
  const ofRows = { pooled, norms: room.get('rowNorms'), gradients: room.get('rowGradients') };
  const ofInputs = { pooled, lists: room.get('lists'), gradients: room.get('inputGradients') };
  return [
    pipelines.command(unpoolKernel(shape), ROWS, ofRows),
    pipelines.command(spreadKernel(shape), ENTRIES.row, ofInputs),
  ];
}

/** How many rows or columns a block has. */
function blockSize(name: Axis): DispatchSize {
  return name === 'row' ? ROWS : ENTRIES.column;
}

/** Vectors of a block’s rows or columns as they are scored. */
function vectorsOf(shape: ModelShape, room: BlockBuffers, name: Axis): GPUBuffer {
  return room.get(shape.sides[name].pooled ? 'pooled' : `${name}s`);
}

function sideOf(room: BlockBuffers, name: Axis, more: NamedBuffers): SideBatch {
  const own = { lists: room.get('lists'), norms: room.get(`${name}Norms`), gathered: room.get(`${name}s`) };
  return { kind: 'block', items: ENTRIES[name], buffers: { ...own, ...more } };
}
