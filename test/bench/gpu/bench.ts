import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { version as dawn } from 'webgpu/package.json';
import { threadsInWords } from '../contenders';
import { keep, keptLines } from '../kept';
import { clockNow, loadNow, machineName } from '../machine';
import { findTorchCuda, type Torch } from '../peers/torch';
import { reportRows } from '../report';
import type { Row } from '../row';
import type { RowResult } from '../row-run';
import { headLine } from '../table';
import { refused } from '../turns';
import { adapterInWords, assertAllowed, isImitated } from './adapter';
import { apart } from './apart';
import { driversHere, useSoftwareGpu } from './drivers';
import { gpuOptionsOf } from './options';
import { rowsOnGpu } from './rows';

/** This program, and beside it the programs of PyTorch. */
const PROGRAM = fileURLToPath(import.meta.url);
const PEERS = join(dirname(PROGRAM), 'peers');

/** Seconds after which nobody waits for an adapter, and for a row. */
const ADAPTER_LIMIT = 60;
const ROW_LIMIT = 1200;

/**
 * Carries out the command in the carried folder. @throws RangeError for words that it does not know; Error where there
 * is no graphics processor
 */
export async function benchOnGpu(words: readonly string[]): Promise<void> {
  const { rows: asked, turns, kept, software, results } = gpuOptionsOf(words);
  if (software) useSoftwareGpu();
  const facts = await apart(PROGRAM, 'adapter', {}, ADAPTER_LIMIT);
  assertAllowed(facts, software);
  const imitated = isImitated(facts);
  const torch = findTorchCuda(PEERS);
  const threads = cpus().length;
  const loadBefore = loadNow();
  const about = [driversHere(), torchInWords(torch, threads)];
  const machine = `${machineName()}, ${adapterInWords(facts)}, Dawn of webgpu ${dawn}, Node ${process.version}`;
  console.log(
    [
      `Adapter: ${adapterInWords(facts)}`,
      about[0],
      `Dawn of webgpu ${dawn}, Node ${process.version}, ${machineName()}`,
      `${threadsInWords(threads)}; clock ${clockNow()}; load ${loadBefore.toFixed(2)} at the start.`,
      about[1],
      turns.runs === 1
        ? 'A first look: one short turn each, not kept.'
        : `Medians of ${turns.runs} turns; the ratio is how many times as fast as the peer.`,
      '',
      ...(imitated
        ? ['FIGURES OF AN IMITATED GRAPHICS PROCESSOR: they show that this works, and are not to be recorded.']
        : []),
      headLine(),
    ].join('\n'),
  );
  const rows = rowsOnGpu(Boolean(torch?.gpu)).filter(({ id }) => asked.some((row) => row.id === id));
  const measure = (row: Row) =>
    apart(PROGRAM, 'row', { row: row.id, turns, threads, torch, software }, ROW_LIMIT).catch((error: unknown) =>
      nothingOf(row, threads, error),
    );
  const lines = await reportRows(rows, measure, imitated ? {} : keptLines(machine, results));
  const loadAfter = loadNow();
  console.log(`\nLoad ${loadAfter.toFixed(2)} at the end, with what the bench adds to it.`);
  if (imitated || !kept) {
    console.log(`Nothing kept: ${imitated ? 'the graphics processor is imitated' : 'a first look'}.`);
    return;
  }
  keep({ machine, about, load: [loadBefore, loadAfter], lines }, results);
  console.log(`Kept in ${results}.`);
}

function torchInWords(torch: Torch | null, threads: number): string {
  if (!torch) return 'PyTorch not found: neither python3 nor /usr/bin/python3 can import it.';
  if (torch.gpu !== null) return `PyTorch ${torch.version} by CUDA on ${torch.gpu}.`;
  return `PyTorch ${torch.version} on the processor, ${threadsInWords(threads)}: it finds no CUDA.`;
}

/** A row whose process failed: no figure, and the reason once. */
function nothingOf(row: Row, threads: number, error: unknown): RowResult {
  const reason = refused(error);
  return {
    lines: row.lines(threads).map((line) => ({ line, own: reason, peer: line.peer && reason })),
    notes: [reason.cannot],
  };
}
