import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Runner, Sizes } from '../row';

/** A Python that has PyTorch, with the programs that it runs. */
export interface Torch {
  readonly python: string;
  readonly version: string;
  /** The name of the GPU that PyTorch works on by CUDA; null where it works on the processor. */
  readonly gpu: string | null;
  /** The folder of the programs. */
  readonly programs: string;
}

/** Prints the version, and on a second line the name of the GPU where CUDA finds one. */
const LOOK = `import torch
print(torch.__version__)
if torch.cuda.is_available(): print(torch.cuda.get_device_name(0))`;

/** PyTorch for work on the processor; null where there is none. */
export function findTorch(programs = 'test/bench/peers'): Torch | null {
  const found = lookForTorch(programs)[0];
  return found ? { ...found, gpu: null } : null;
}

/** PyTorch for work on a GPU, or for the processor where no Python has one that finds a GPU; or null. */
export function findTorchCuda(programs: string): Torch | null {
  const found = lookForTorch(programs);
  return found.find(({ gpu }) => gpu !== null) ?? found[0] ?? null;
}

function lookForTorch(programs: string): Torch[] {
  return ['python3', '/usr/bin/python3'].flatMap((python) => {
    try {
      const notes = execFileSync(python, ['-c', LOOK], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      const [version, gpu] = notes.trim().split('\n');
      return [{ python, version, gpu: gpu ?? null, programs }];
    } catch {
      // This Python has no PyTorch.
      return [];
    }
  });
}

/** One of its programs, kept running: it measures whenever it is told to. @throws Error with its last words */
export function startTorch(
  { python, gpu, programs }: Torch,
  program: string,
  sizes: Sizes,
  threads: number,
): Runner & { end(): void } {
  const words = [join(programs, program), JSON.stringify(sizes), String(threads), gpu === null ? 'cpu' : 'cuda'];
  const child = spawn(python, words, {
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
