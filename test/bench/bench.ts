import { cpus } from 'node:os';
import { chromiumPath } from '../../src/tooling/chromium.mjs';
import { threadsInWords } from './contenders';
import { type KeptLine, keep, keptLines } from './kept';
import { clockNow, loadNow, machineName } from './machine';
import { optionsOf } from './options';
import { type Equipment, findPeers, runRow } from './row-run';
import { browserStage } from './stages/browser';
import { nodeStage } from './stages/node';
import { headLine, type MeasuredLine, ratioOf, tableLine } from './table';
import { median, type Outcome } from './turns';

/** The engine uses no more (src/engines/wasm/engine.ts), and its peers get as many. */
const MOST_THREADS = 8;

/** Carries out the command. @throws RangeError for words that it does not know */
export async function bench(words: readonly string[]): Promise<void> {
  const { rows, turns, kept } = optionsOf(words);
  const chromium = chromiumPath();
  const stage = chromium ? await browserStage(chromium) : nodeStage();
  const threads = Math.min(MOST_THREADS, cpus().length);
  const equipment: Equipment = { stage, threads, ...findPeers() };
  const machine = `${machineName()}, ${stage.name}`;
  const loadBefore = loadNow();
  const before = keptLines(machine);
  const lines: Record<string, KeptLine> = {};
  console.log(
    [
      machine,
      `At most ${threadsInWords(threads)}; clock ${clockNow()}; load ${loadBefore.toFixed(2)} at the start.`,
      `PyTorch ${equipment.torch?.version ?? 'not found'}; LIBMF ${equipment.libmf ?? 'not found'}.`,
      turns.runs === 1
        ? 'A first look: one short turn each, not kept.'
        : `Medians of ${turns.runs} turns; the ratio is how many times as fast as the peer.`,
      '',
      headLine(),
    ].join('\n'),
  );
  try {
    for (const row of rows) {
      console.log(`\n${row.id}: ${row.title}`);
      const { lines: measured, notes } = await runRow(row, equipment, turns);
      for (const line of measured) {
        const name = nameOf(row.id, line);
        console.log(tableLine(line, row.unit, before[name]?.ratio ?? null));
        lines[name] = { own: middle(line.own), peer: line.peer && middle(line.peer), ratio: ratioOf(line) };
      }
      for (const note of notes) console.log(`  ${note}`);
    }
  } finally {
    await stage.close();
  }
  const loadAfter = loadNow();
  console.log(`\nLoad ${loadAfter.toFixed(2)} at the end, with what the bench adds to it.`);
  if (kept) console.log(`Kept in ${keep({ machine, load: [loadBefore, loadAfter], lines })} for the next run.`);
}

function nameOf(row: string, { line }: MeasuredLine): string {
  return `${row}: ${line.own.name} / ${line.peer?.name ?? 'no peer'}`;
}

function middle(outcome: Outcome): number | null {
  return 'cannot' in outcome ? null : median(outcome.times);
}
