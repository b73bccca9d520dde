import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const FILE = '.cache/bench.json';

/** A line's medians: seconds of a unit, and how many times as fast as the peer. */
export interface KeptLine {
  readonly own: number | null;
  readonly peer: number | null;
  readonly ratio: number | null;
}

type KeptLines = Readonly<Record<string, KeptLine>>;

/** The results of a run, for the next to compare with. */
export interface Kept {
  readonly machine: string;
  /** Load of the machine before and after. */
  readonly load: readonly [number, number];
  readonly lines: KeptLines;
}

/** Lines of the runs before on this machine. */
export function keptLines(machine: string): KeptLines {
  if (!existsSync(FILE)) return {};
  const kept: Partial<Kept> = JSON.parse(readFileSync(FILE, 'utf8'));
  return kept.machine === machine ? (kept.lines ?? {}) : {};
}

/** Keeps these lines, and those of rows that were left out as they were. Gives the file. */
export function keep(kept: Kept): string {
  mkdirSync('.cache', { recursive: true });
  const lines = { ...keptLines(kept.machine), ...kept.lines };
  writeFileSync(FILE, `${JSON.stringify({ ...kept, lines }, null, 2)}\n`);
  return FILE;
}
