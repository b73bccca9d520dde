import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { gpuOptionsOf } from '../options';
import { pack } from './pack';

const FOLDER = '.cache/bench-gpu';
const RESULTS = '.cache/bench-gpu.json';

/**
 * Carries out `npm run bench:gpu`: packs the folder, and runs the bench from it unless `--pack` says not to.
 * Gives the status that the command ends with. @throws RangeError for words that it does not know; Error of the packing
 */
export async function packAndRun(words: readonly string[]): Promise<number> {
  const rest = words.filter((word) => word !== '--pack');
  // Better now than after the packing.
  gpuOptionsOf(rest);
  console.log(await pack(FOLDER));
  if (rest.length < words.length) return 0;
  return spawnSync('sh', [join(FOLDER, 'run'), '--results', RESULTS, ...rest], { stdio: 'inherit' }).status ?? 1;
}
