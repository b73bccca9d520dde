import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A line's medians: seconds of a unit, and how many times as fast as the peer. */
export interface KeptLine {
  readonly own: number | null;
  readonly peer: number | null;
  readonly ratio: number | null;
}

export type KeptLines = Readonly<Record<string, KeptLine>>;

/** The results of a run, for the next to compare with. */
export interface Kept {
  readonly machine: string;
  /** What else is told of the place, for those who read the file alone. */
  readonly about?: readonly string[];
  /** Load of the machine before and after. */
  readonly load: readonly [number, number];
  readonly lines: KeptLines;
}

/** Lines of the runs before on this machine that `file` holds. */
export function keptLines(machine: string, file: string): KeptLines {
  if (!existsSync(file)) return {};
  const kept: Partial<Kept> = JSON.parse(readFileSync(file, 'utf8'));
  return kept.machine === machine ? (kept.lines ?? {}) : {};
}

/** Keeps these lines in `file`, and those of rows that were left out as they were. */
export function keep(kept: Kept, file: string): void {
  const lines = { ...keptLines(kept.machine, file), ...kept.lines };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...kept, lines }, null, 2)}\n`);
}
