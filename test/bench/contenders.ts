import type { LibmfContender, Line, TorchContender, WorkContender } from './row';

/** How many threads, in words. */
export function threadsInWords(threads: number): string {
  return threads === 1 ? 'one thread' : `${threads} threads`;
}

/** A work of the row, called by its threads unless it has a name. */
export function own(work: string, threads: number, name = threadsInWords(threads)): WorkContender {
  return { kind: 'work', name, work, threads };
}

/** PyTorch at what a work does. */
export function torch(program: string, sizesOf: string, threads: number): TorchContender {
  return { kind: 'torch', name: `PyTorch, ${threadsInWords(threads)}`, program, sizesOf, threads };
}

/** LIBMF at what a work does. */
export function libmf(sizesOf: string, threads: number): LibmfContender {
  return { kind: 'libmf', name: `LIBMF, ${threadsInWords(threads)}`, sizesOf, threads };
}

/** A line for one thread, and one for all that there are. */
export function eachThreads(threads: number, line: (threads: number) => Line): readonly Line[] {
  return (threads === 1 ? [1] : [1, threads]).map(line);
}

/** The work `train` beside PyTorch on as many threads. */
export function besideTorch(program: string, threads: number): readonly Line[] {
  return eachThreads(threads, (n) => ({ own: own('train', n), peer: torch(program, 'train', n) }));
}
