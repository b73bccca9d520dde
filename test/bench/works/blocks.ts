import type { Engine } from '../../../src/engines/engine';
import type { Work } from '../row';
import { type Assembled, cellsOf, TrainingWork } from './training';

/** Blocks whose sizes a peer is told; it goes round them. */
const TOLD = 40;

/** Training on blocks, counted in cells. Sizes tell of each block its rows, columns, pairs and input pairs. */
export function blockTraining(engine: Engine, assembled: Assembled): Work {
  const { columns } = assembled.data.train;
  const work = new TrainingWork(engine, assembled, cellsOf(columns));
  const blocks: number[][] = [];
  for (const batch of assembled.sampler.epoch(0)) {
    if (batch.kind !== 'block' || blocks.length === TOLD) break;
    const { rows, columns: some, positiveRows, inputs } = batch;
    blocks.push([rows.length, some?.length ?? columns, positiveRows.length, inputs?.pairRows.length ?? 0]);
  }
  return { sizes: { ...work.sizes, blocks }, run: (seconds) => work.run(seconds) };
}
