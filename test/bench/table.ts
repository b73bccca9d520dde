import type { Line } from './row';
import { median, type Outcome } from './turns';

/** Widths of the columns; longer texts push the others on. */
const WIDTHS = [28, 18, 34, 18, 9, 9];

/** A line of the table with what was measured. */
export interface MeasuredLine {
  readonly line: Line;
  readonly own: Outcome;
  readonly peer: Outcome | null;
}

export function headLine(): string {
  return cells(['this', '', 'peer', '', 'ratio', 'last run']);
}

/** How many times as fast as the peer, as the median of the turns; null where one of them has no figure. */
export function ratioOf({ own, peer }: MeasuredLine): number | null {
  if (!peer || 'cannot' in own || 'cannot' in peer) return null;
  return median(peer.times.map((time, i) => time / own.times[i]));
}

export function tableLine(measured: MeasuredLine, unit: string, lastRatio: number | null): string {
  const { line, own, peer } = measured;
  return cells([
    line.own.name,
    rateText(own, unit),
    line.peer?.name ?? 'no peer',
    peer ? rateText(peer, unit) : '',
    ratioText(ratioOf(measured)),
    ratioText(lastRatio),
  ]);
}

function rateText(outcome: Outcome, unit: string): string {
  if ('cannot' in outcome) return '–';
  const perSecond = 1 / median(outcome.times);
  const [divisor, letter] = perSecond >= 1e6 ? [1e6, 'M '] : perSecond >= 1e3 ? [1e3, 'k '] : [1, ''];
  return `${(perSecond / divisor).toPrecision(3)} ${letter}${unit}/s`;
}

function ratioText(ratio: number | null): string {
  if (ratio === null) return '–';
  return `${ratio >= 100 ? Math.round(ratio).toLocaleString('en') : ratio.toFixed(2)} ×`;
}

function cells(texts: readonly string[]): string {
  return texts
    .map((text, i) => text.padEnd(WIDTHS[i]))
    .join('  ')
    .trimEnd();
}
