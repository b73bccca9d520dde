import type { Runner, Sizes } from '../row';

/** Where works are run: Chromium, or Node where there is none. */
export interface Stage {
  /** What it is, for the machine's line. */
  readonly name: string;
  /** @throws Error why this work cannot be measured here */
  start(row: string, work: string, threads: number): Promise<StartedWork>;
  close(): Promise<void>;
}

/** A work on a stage. */
export interface StartedWork extends Runner {
  readonly sizes: Sizes;
  notes(): Promise<readonly string[]>;
  end(): Promise<void>;
}
