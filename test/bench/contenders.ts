import type { LibmfContender, Line, TorchContender, WorkContender } from './row';

/** How many threads, in words. */
export function threadsInWords(threads: number): string {
  return threads === 1 ? 'one thread' : `${threads} threads`;
}

export function own(work: string, threads: number, name = threadsInWords(threads)): WorkContender {
  return { kind: 'work', name, work, threads };
}

export function torch(program: string, sizesOf: string, threads: number): TorchContender {
  return { kind: 'torch', name: `PyTorch, ${threadsInWords(threads)}`, program, sizesOf, threads };
}

export function libmf(sizesOf: string, threads: number): LibmfContender {
  return { kind: 'libmf', name: `LIBMF, ${threadsInWords(threads)}`, sizesOf, threads };
}

/** A line for one thread, and one for all that the machine has. */
export function eachThreads(threads: number, line: (threads: number) => Line): readonly Line[] {
  return (threads === 1 ? [1] : [1, threads]).map(line);
}

/** A work beside PyTorch on as many threads. */
export function besideTorch(program: string, threads: number, work = 'train'): readonly Line[] {
  return eachThreads(threads, (n) => ({ own: own(work, n), peer: torch(program, work, n) }));
}
