import type { PairedComparison } from '../../evaluation/intervals';
import type { RunSummary } from '../../kernel/protocol';
import { ENGINE_NAMES } from '../../notebook/engine-names';
import { countOf, fixed } from '../../notebook/format';

/** A difference that chance makes less often than once in twenty counts as one. */
const LEVEL = 0.05;

/** The result of a paired test in words. `first` minus `second` is what was tested; both are run numbers. */
export function pairedText({ difference, pValue }: PairedComparison, first: number, second: number): string {
  const chance = pValue < 0.001 ? 'p < 0.001' : `p = ${pValue.toFixed(pValue < 0.1 ? 3 : 2)}`;
  if (pValue >= LEVEL) {
    return `no difference that the test shows (${fixed(difference.low, 3)} to ${fixed(difference.high, 3)}, ${chance})`;
  }
  const ahead = difference.mean >= 0;
  const [low, high] = ahead ? [difference.low, difference.high] : [-difference.high, -difference.low];
  return `run ${ahead ? first : second} better by ${fixed(Math.abs(difference.mean), 3)} (${fixed(low, 3)} to ${fixed(high, 3)}), ${chance}`;
}

type Ended = Pick<RunSummary, 'run' | 'engine' | 'epochs'>;

/** What is to be said of two runs that were asked for the same. */
export function sameSettingsText(a: Ended, b: Ended): string {
  const said = ['The two runs have the same settings and the same seed.'];
  if (a.engine !== b.engine) {
    said.push(`Run ${a.run} used ${ENGINE_NAMES[a.engine]}, run ${b.run} ${ENGINE_NAMES[b.engine]}.`);
  }
  if (a.epochs !== b.epochs) {
    const epochs = { one: 'epoch', many: 'epochs' };
    said.push(
      `Run ${a.run} ended after ${countOf(a.epochs, epochs)}, run ${b.run} after ${countOf(b.epochs, epochs)}.`,
    );
  }
  return said.join(' ');
}
