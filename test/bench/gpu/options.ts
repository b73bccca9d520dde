import { type BenchOptions, optionsOf } from '../options';
import { rowsOnGpu } from './rows';

/** What the command line of the bench on a graphics processor asks for. */
export interface GpuOptions extends BenchOptions {
  /** Whether an adapter that imitates a graphics processor will do. */
  readonly software: boolean;
  /** The file that keeps the results. */
  readonly results: string;
}

const KNOWN = ['--quick', '--runs', '--software', '--results'];

/** @throws RangeError for what is no option and no row */
export function gpuOptionsOf(words: readonly string[]): GpuOptions {
  const rest: string[] = [];
  let software = false;
  let results = 'bench-gpu.json';
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === '--software') software = true;
    else if (word === '--results') results = fileOf(words[++i]);
    else if (word.startsWith('-') && !KNOWN.includes(word)) {
      throw new RangeError(`expected one of ${KNOWN.join(', ')}, found “${word}”`);
    } else rest.push(word);
  }
  return { ...optionsOf(rest, rowsOnGpu(false)), software, results };
}

function fileOf(word: string | undefined): string {
  if (!word || word.startsWith('-')) throw new RangeError(`expected a file after --results, found “${word ?? ''}”`);
  return word;
}
