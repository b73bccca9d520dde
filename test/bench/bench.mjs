// `npm run bench`: each row is timed in turn with its peer, and told as a ratio. No absolute time is a fact.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, release } from 'node:os';
import { createServer } from 'vite';

const RUNS = 7;
const KEPT = '.cache/bench.json';

const server = await createServer({ logLevel: 'error', server: { middlewareMode: true }, appType: 'custom' });
const { rows } = await server.ssrLoadModule('/test/bench/rows.ts');
const machine = `${cpus()[0]?.model ?? 'unknown processor'} × ${cpus().length}, ${platform()} ${release()} ${arch()}, Node ${process.version}`;
console.log(`${machine}\nMedians of ${RUNS} alternating runs; the ratio is how many times as fast as the peer.\n`);

const before = existsSync(KEPT) ? JSON.parse(readFileSync(KEPT, 'utf8')) : { rows: {} };
const results = {};
const table = [['', 'this', 'peer', 'ratio', 'last run', 'peer is']];
for (const row of await rows(torch())) {
  const own = [];
  const peers = [];
  await row.own();
  await row.peer();
  for (let run = 0; run < RUNS; run++) {
    own.push(await time(row.own));
    peers.push(await time(row.peer));
  }
  const ratio = median(peers.map((peer, i) => peer / own[i]));
  results[row.name] = { own: median(own), peer: median(peers), ratio };
  const last = before.rows[row.name]?.ratio;
  table.push([
    row.name,
    ms(median(own)),
    ms(median(peers)),
    `${ratio.toFixed(2)} ×`,
    last ? `${last.toFixed(2)} ×` : '–',
    row.peerName,
  ]);
}
const widths = table[0].map((_, i) => Math.max(...table.map((cells) => cells[i].length)));
for (const cells of table) console.log(cells.map((cell, i) => cell.padEnd(widths[i])).join('   '));
mkdirSync('.cache', { recursive: true });
writeFileSync(KEPT, JSON.stringify({ machine, rows: results }, null, 2));
console.log(`\nKept in ${KEPT} for the next comparison.`);
await server.close();
process.exit(0);

/** Seconds of one run; a peer in another process tells its own. */
async function time(work) {
  const started = performance.now();
  const told = await work();
  return typeof told === 'number' ? told : (performance.now() - started) / 1000;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function ms(seconds) {
  return `${(1000 * seconds).toFixed(seconds < 0.1 ? 2 : 0)} ms`;
}

/** Runs a Python program with PyTorch and gives the seconds it prints, or null where there is none. */
function torch() {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      execFileSync(python, ['-c', 'import torch'], { stdio: 'ignore' });
      return (program) => Number(execFileSync(python, ['-c', program], { encoding: 'utf8' }).trim());
    } catch {
      // This Python has no PyTorch.
    }
  }
  return null;
}
