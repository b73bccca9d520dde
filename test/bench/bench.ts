import { cpus } from 'node:os';
import { chromiumPath } from '../../src/tooling/chromium.mjs';
import { threadsInWords } from './contenders';
import { type KeptLines, keep, keptLines } from './kept';
import { clockNow, loadNow, machineName } from './machine';
import { optionsOf } from './options';
import { rows as all } from './registry';
import { reportRows } from './report';
import { type Equipment, findPeers, runRow } from './row-run';
import { browserStage } from './stages/browser';
import { nodeStage } from './stages/node';
import { headLine } from './table';

/** The engine uses no more (src/engines/wasm/engine.ts), and its peers get as many. */
const MOST_THREADS = 8;

const FILE = '.cache/bench.json';

/** Carries out the command. @throws RangeError for words that it does not know */
export async function bench(words: readonly string[]): Promise<void> {
  const { rows, turns, kept } = optionsOf(words, all);
  const chromium = chromiumPath();
  const stage = chromium ? await browserStage(chromium) : nodeStage();
  const threads = Math.min(MOST_THREADS, cpus().length);
  const equipment: Equipment = { stage, threads, ...findPeers() };
  const machine = `${machineName()}, ${stage.name}`;
  const loadBefore = loadNow();
  console.log(
    [
      machine,
      `At most ${threadsInWords(threads)}; clock ${clockNow()}; load ${loadBefore.toFixed(2)} at the start.`,
      `PyTorch ${equipment.torch?.version ?? 'not found'}; LIBMF ${equipment.libmf?.join(' ') ?? 'not found'}.`,
      turns.runs === 1
        ? 'A first look: one short turn each, not kept.'
        : `Medians of ${turns.runs} turns; the ratio is how many times as fast as the peer.`,
      '',
      headLine(),
    ].join('\n'),
  );
  let lines: KeptLines;
  try {
    lines = await reportRows(rows, (row) => runRow(row, equipment, turns), keptLines(machine, FILE));
  } finally {
    await stage.close();
  }
  const loadAfter = loadNow();
  console.log(`\nLoad ${loadAfter.toFixed(2)} at the end, with what the bench adds to it.`);
  if (!kept) return;
  keep({ machine, load: [loadBefore, loadAfter], lines }, FILE);
  console.log(`Kept in ${FILE} for the next run.`);
}
