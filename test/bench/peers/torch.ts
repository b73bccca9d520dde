import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Runner, Sizes } from '../row';

/** A Python that has PyTorch, and its version; null where there is none. */
export interface Torch {
  readonly python: string;
  readonly version: string;
}

export function findTorch(): Torch | null {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      const program = 'import torch; print(torch.__version__)';
      const version = execFileSync(python, ['-c', program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      return { python, version: version.trim() };
    } catch {
      // This Python has no PyTorch.
    }
  }
  return null;
}

/** A program of this folder, kept running: it measures whenever it is told to. @throws Error with its last words */
export function startTorch(
  { python }: Torch,
  program: string,
  sizes: Sizes,
  threads: number,
): Runner & { end(): void } {
  const child = spawn(python, [`test/bench/peers/${program}`, JSON.stringify(sizes), String(threads)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-2000);
  });
  child.stdin.on('error', () => undefined);
  const ended = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      reject(new Error(`${program} ended with ${code}: ${errors.trim().split('\n').at(-1)}`)),
    );
  });
  ended.catch(() => undefined);
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async run(seconds) {
      child.stdin.write(`${seconds}\n`);
      const answer = await Promise.race([answers.next(), ended]);
      if (answer.done) return ended;
      const [spent, units] = answer.value.split(' ').map(Number);
      return { seconds: spent, units };
    },
    end: () => void child.kill(),
  };
}
