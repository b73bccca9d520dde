import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Runner, Sizes } from '../row';
import { generatedPairs, generatedRatings } from '../works/generated';

const FOLDER = '.cache/bench';
/** Passes over the pairs whose time is told, besides the first. */
const PASSES = 20;

/** What is called for LIBMF: its program, or the words before its options. */
export type Libmf = readonly [string, ...string[]];

/**
 * The `mf-train` that LIBMF names, a program, the folder it was built in, or its shared library; else the one on the
 * path; or null.
 */
export function findLibmf(): Libmf | null {
  const given = process.env.LIBMF;
  const programs: Libmf[] = given
    ? [[given], [join(given, 'mf-train')], ['python3', 'test/bench/peers/libmf.py', given]]
    : [['mf-train']];
  return programs.find(answers) ?? null;
}

/** Whether it can be called. Without files mf-train tells how to be used, and ends with an error. */
function answers([program, ...words]: Libmf): boolean {
  const { status, error } = spawnSync(program, words, { stdio: 'ignore' });
  return error === undefined && (words.length === 0 ? status !== null : status === 0);
}

/**
 * Factors of ratings by LIBMF. It reads a file and prepares it before the first pass, which is not training:
 * what is told is how much longer it takes with more passes.
 */
export function startLibmf([program, ...words]: Libmf, sizes: Sizes, threads: number): Runner & { end(): void } {
  const { rows, columns, pairs, dimensions } = sizes as Readonly<Record<string, number>>;
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `ratings-${process.pid}-${threads}.txt`);
  const { offsets, indices } = generatedPairs(rows, columns, pairs);
  const values = generatedRatings(indices.length);
  const lines: string[] = [];
  for (let r = 0; r < rows; r++) {
    for (let i = offsets[r]; i < offsets[r + 1]; i++) lines.push(`${r} ${indices[i]} ${values[i]}`);
  }
  writeFileSync(file, `${lines.join('\n')}\n`);
  const passes = async (count: number) => {
    const start = performance.now();
    const options = ['-f', 0, '-k', dimensions, '-t', count, '-s', threads, '--quiet', file, `${file}.model`];
    await promisify(execFile)(program, [...words, ...options.map(String)]);
    return (performance.now() - start) / 1000;
  };
  return {
    async run() {
      const first = await passes(1);
      const all = await passes(1 + PASSES);
      return { seconds: all - first, units: PASSES * indices.length };
    },
    end() {
      rmSync(file, { force: true });
      rmSync(`${file}.model`, { force: true });
    },
  };
}
