import type { Row } from './row';
import { rowsNamed } from './row-names';
import type { Turns } from './turns';

/** What the command line asks for. */
export interface BenchOptions {
  readonly rows: readonly Row[];
  readonly turns: Turns;
  /** Whether the results are kept. */
  readonly kept: boolean;
}

/** The median of fewer turns says little. */
const RUNS = 5;

/** @throws RangeError for what is no option and none of `rows` */
export function optionsOf(words: readonly string[], rows: readonly Row[]): BenchOptions {
  const names: string[] = [];
  let runs = RUNS;
  let quick = false;
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '--quick') quick = true;
    else if (words[i] === '--runs') runs = runsOf(words[++i]);
    else if (words[i].startsWith('-')) throw new RangeError(`expected --runs or --quick, found “${words[i]}”`);
    else names.push(words[i]);
  }
  return {
    rows: rowsNamed(names, rows),
    // V8 compiles well what has run for a while: a second of warming up is enough.
    turns: quick ? { runs: 1, turn: 0.3, warmUp: 0.3 } : { runs, turn: 1, warmUp: 1.5 },
    kept: !quick,
  };
}

function runsOf(word: string | undefined): number {
  const runs = Number(word);
  if (!Number.isInteger(runs) || runs < RUNS) {
    throw new RangeError(`expected ${RUNS} runs or more, found “${word ?? ''}”`);
  }
  return runs;
}
