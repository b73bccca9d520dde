import type { BlockRoom } from './block-room';
import type { ModelParts, NamedBuffers } from './model-parts';
import { gatherCommands, moveCommands, ONCE, type SideBatch, wholeModel } from './orders';
import type { Command, Items, Pipelines } from './pipelines';
import { backWorkgroups, blockBackKernel } from './shaders/block-back.wgsl';
import { partsOfRow } from './shaders/block-cells.wgsl';
import { BLOCK_PEAKS } from './shaders/block-peaks.wgsl';
import { blockRowsKernel } from './shaders/block-rows.wgsl';
import { blockScoresKernel, tilesOf } from './shaders/block-scores.wgsl';
import { BLOCK_PAIRS, blockSlopesKernel } from './shaders/block-slopes.wgsl';
import { endKernel } from './shaders/end.wgsl';
import { blockMarkKernel } from './shaders/mark.wgsl';
import { poolKernel, spreadKernel, unpoolKernel } from './shaders/pool.wgsl';
import type { ModelShape, SideName } from './shape';

const ROWS: Items = ({ blockRows = 0 }) => blockRows;
const ENTRIES: Readonly<Record<SideName, Items>> = {
  row: ({ rowEntries = 0 }) => rowEntries,
  column: ({ columnEntries = 0 }) => columnEntries,
};
/** Parts of rows that are judged. */
const PARTS: Items = ({ blockRows = 0, columnEntries = 0 }) => blockRows * partsOfRow(columnEntries);

/** Scores of all cells of a block that lies in a room. */
export function blockScoreCommands(model: ModelParts, room: BlockRoom, pipelines: Pipelines): Command[] {
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
export function blockStepCommands(model: ModelParts, room: BlockRoom, pipelines: Pipelines): Command[] {
  const { shape, sides } = model;
  const { pooled } = shape.sides.row;
  const scores = room.get('scores');
  const totals = room.get('totals');
  const gradients = { row: room.get('rowGradients'), column: room.get('columnGradients') };
  const batches = {
    row: sideOf(room, 'row', { gradients: pooled ? room.get('inputGradients') : gradients.row }),
    column: sideOf(room, 'column', { gradients: gradients.column }),
  };
  const back = (name: SideName, other: SideName) => {
    const workgroups: Items = (step) => backWorkgroups(shape, name, blockSize(name)(step), blockSize(other)(step));
    const others = vectorsOf(shape, room, other);
    return pipelines.command(blockBackKernel(shape, name), workgroups, { scores, others, gradients: gradients[name] });
  };
  return [
    ...blockScoreCommands(model, room, pipelines),
    ...judgeCommands(shape, room, pipelines),
    back('row', 'column'),
    back('column', 'row'),
    ...(pooled ? unpoolCommands(shape, room, pipelines) : []),
    // Where all rows move, each has to know its place in the block.
    ...(shape.rest === 'move' ? sides : []).map(({ name, marks }) =>
      pipelines.command(blockMarkKernel(name), ENTRIES[name], { ...batches[name].buffers, marks }),
    ),
    ...sides.flatMap((side) => moveCommands(model, side, batches[side.name], pipelines)),
    pipelines.command(endKernel(shape, 'block'), ONCE, { ...wholeModel(model), totals }),
  ];
}

/** Scores become slopes, and leave what they say to the loss. */
function judgeCommands(shape: ModelShape, room: BlockRoom, pipelines: Pipelines): Command[] {
  const names = ['lists', 'scores', 'peaks', 'shares', 'totals'] as const;
  const buffers = Object.fromEntries(names.map((name) => [name, room.get(name)]));
  return [
    ...(shape.spec.loss === 'softmax' ? [pipelines.command(BLOCK_PEAKS, PARTS, buffers)] : []),
    pipelines.command(blockRowsKernel(shape), ROWS, buffers),
    pipelines.command(blockSlopesKernel(shape), PARTS, buffers),
    pipelines.command(BLOCK_PAIRS, ROWS, buffers),
  ];
}

function unpoolCommands(shape: ModelShape, room: BlockRoom, pipelines: Pipelines): Command[] {
  const pooled = room.get('pooled');
  const ofRows = { pooled, norms: room.get('rowNorms'), gradients: room.get('rowGradients') };
  const ofInputs = { pooled, lists: room.get('lists'), gradients: room.get('inputGradients') };
  return [
    pipelines.command(unpoolKernel(shape), ROWS, ofRows),
    pipelines.command(spreadKernel(shape), ENTRIES.row, ofInputs),
  ];
}

/** How many rows or columns a block has. */
function blockSize(name: SideName): Items {
  return name === 'row' ? ROWS : ENTRIES.column;
}

/** Vectors of a block’s rows or columns as they are scored. */
function vectorsOf(shape: ModelShape, room: BlockRoom, name: SideName): GPUBuffer {
  return room.get(shape.sides[name].pooled ? 'pooled' : `${name}s`);
}

function sideOf(room: BlockRoom, name: SideName, more: NamedBuffers): SideBatch {
  const own = { lists: room.get('lists'), norms: room.get(`${name}Norms`), gathered: room.get(`${name}s`) };
  return { kind: 'block', items: ENTRIES[name], buffers: { ...own, ...more } };
}
