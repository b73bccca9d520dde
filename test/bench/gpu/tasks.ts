import type { Torch } from '../peers/torch';
import { rowById } from '../row-names';
import type { RowResult } from '../row-run';
import type { Turns } from '../turns';
import type { AdapterFacts } from './adapter';

/** What a process of its own can be asked to do. */
export interface Tasks {
  /** Tells what adapter there is. */
  adapter: { params: Record<string, never>; result: AdapterFacts };
  /** Measures a row. */
  row: {
    params: { row: string; turns: Turns; threads: number; torch: Torch | null; software: boolean };
    result: RowResult;
  };
}

export type Task = { [K in keyof Tasks]: { readonly kind: K } & Tasks[K]['params'] }[keyof Tasks];

/** Carries out a task in this process. @throws Error with the reason when it cannot */
export async function carryOut(task: Task): Promise<AdapterFacts | RowResult> {
  const { openDawn } = await import('./dawn');
  const facts = await openDawn();
  if (task.kind === 'adapter') return facts;
  const { rowsOnGpu } = await import('./rows');
  const { gpuStage } = await import('./stage');
  const { runRow } = await import('../row-run');
  const rows = rowsOnGpu(Boolean(task.torch?.gpu));
  const stage = gpuStage(rows, task.software);
  return runRow(rowById(task.row, rows), { stage, threads: task.threads, torch: task.torch, libmf: null }, task.turns);
}
