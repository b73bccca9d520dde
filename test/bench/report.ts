import type { KeptLine, KeptLines } from './kept';
import type { Row } from './row';
import type { RowResult } from './row-run';
import { type MeasuredLine, ratioOf, tableLine } from './table';
import { median, type Outcome } from './turns';

/** Has one row after another measured, prints each as it comes beside what was kept before, and gives the medians. */
export async function reportRows(
  rows: readonly Row[],
  measure: (row: Row) => Promise<RowResult>,
  before: KeptLines,
): Promise<KeptLines> {
  const lines: Record<string, KeptLine> = {};
  for (const row of rows) {
    console.log(`\n${row.id}: ${row.title}`);
    const { lines: measured, notes } = await measure(row);
    for (const line of measured) {
      const name = nameOf(row.id, line);
      console.log(tableLine(line, row.unit, before[name]?.ratio ?? null));
      lines[name] = { own: middle(line.own), peer: line.peer && middle(line.peer), ratio: ratioOf(line) };
    }
    for (const note of notes) console.log(`  ${note}`);
  }
  return lines;
}

function nameOf(row: string, { line }: MeasuredLine): string {
  return `${row}: ${line.own.name} / ${line.peer?.name ?? 'no peer'}`;
}

function middle(outcome: Outcome): number | null {
  return 'cannot' in outcome ? null : median(outcome.times);
}
