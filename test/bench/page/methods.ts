import type { Sizes, Spent } from '../row';

/** What the page can ask of a worker that measures. */
export interface BenchMethods {
  start: {
    params: { row: string; work: string; threads: number; memory: MessagePort };
    result: Sizes;
    progress: never;
  };
  run: { params: { seconds: number }; result: Spent; progress: never };
  notes: { params: Record<string, never>; result: readonly string[]; progress: never };
}
