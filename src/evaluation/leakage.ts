import { type Csr, columnDegrees, has, rowOf } from '../data/csr';

/** What is known of a split before anything is measured on it: a Split, and how it is to be ranked. */
export interface SplitFacts {
  readonly train: Csr;
  readonly heldOut: Csr;
  /** False where columns that a row has in training may be shown to it. */
  readonly excludeSeen: boolean;
  /** True where held-out pairs were put into training on purpose, to see what that does. */
  readonly leak?: boolean;
  /** low: pairs of a low value that were taken from the test and only from there. */
  readonly counts?: { readonly low: number };
}

/** refuse: the numbers would mean nothing. warn: they mean something else than they seem to. */
export interface Leak {
  readonly severity: 'refuse' | 'warn';
  /** For the page; {row}, {rows}, {column} and {columns} stand for the dataset’s words. */
  readonly text: string;
}

/** Copies are reported from this share of the tested rows on; some rows of few columns are always alike. */
const REPORTED_SHARE = 0.05;
/** Rows of fewer columns are alike by chance. */
const COPY_COLUMNS = 4;

/**
 * Ways in which the test could be answered from the training data, or ask something else than it
 * seems to (Kaufman et al., 2012), the worst first. Empty where none was found.
 */
export function leakage(facts: SplitFacts): Leak[] {
  const { train, heldOut, excludeSeen, leak = false, counts = { low: 0 } } = facts;
  if (train.rows !== heldOut.rows || train.columns !== heldOut.columns) {
    const text = `Training and test do not belong together: expected the same shape, found ${train.rows} × ${train.columns} and ${heldOut.rows} × ${heldOut.columns}.`;
    return [{ severity: 'refuse', text }];
  }
  const pairs = heldOut.indices.length;
  if (pairs === 0) return [];
  const found: Leak[] = [];
  const refuse = (text: string) => found.push({ severity: 'refuse', text });
  const warn = (text: string) => found.push({ severity: 'warn', text });

  const shared = pairsInBoth(train, heldOut);
  if (shared > 0) {
    const all = shared === pairs;
    const what = all
      ? `All ${count(pairs)} test pairs are also in training`
      : `${count(shared)} of ${count(pairs)} test pairs ${are(shared)} also in training`;
    if (excludeSeen) {
      const text = `${what}, and what a {row} has in training is never shown: they cannot be found.`;
      if (all) refuse(text);
      else warn(text);
    } else if (leak) warn(`${what}, on purpose: the numbers show how well the data was learned by heart.`);
    else if (all) refuse(`${what}: this would measure memory, not prediction.`);
    else warn(`${what}: the numbers are too high by what was learned by heart.`);
  }
  if (!excludeSeen && shared < pairs) {
    warn('Lists may show what a {row} has in training again: that takes places from the test pairs.');
  }
  const twice = repeatedPairs(heldOut);
  if (twice > 0)
    warn(`${testPairs(twice)} ${twice === 1 ? 'repeats another and counts' : 'repeat others and count'} again.`);
  const copies = copiedRows(train, heldOut);
  if (copies.copied >= REPORTED_SHARE * copies.tested && copies.copied > 0) {
    warn(
      `${count(copies.copied)} of ${count(copies.tested)} tested {rows} have exactly the {columns} of another {row}: the test pairs can be copied from there.`,
    );
  }
  const unseen = pairsOfUnseenColumns(train, heldOut);
  if (unseen > 0) {
    warn(`${testPairs(unseen)} ${are(unseen)} of {columns} without a pair in training: the model cannot learn them.`);
  }
  const cold = coldRows(train, heldOut);
  if (cold > 0) warn(`${count(cold)} tested {rows} have no pair in training: they all get the same list.`);
  if (counts.low > 0) {
    warn(
      `${count(counts.low)} pairs of a low value were taken from the test, but training has such pairs: the model learns that they are as good as the others.`,
    );
  }
  // Stable, so that the order above holds within each severity.
  return found.sort((a, b) => Number(a.severity === 'warn') - Number(b.severity === 'warn'));
}

function pairsInBoth(train: Csr, heldOut: Csr): number {
  let shared = 0;
  for (let r = 0; r < heldOut.rows; r++) for (const c of rowOf(heldOut, r)) if (has(train, r, c)) shared++;
  return shared;
}

function repeatedPairs(heldOut: Csr): number {
  let repeated = 0;
  for (let r = 0; r < heldOut.rows; r++) {
    const columns = rowOf(heldOut, r);
    repeated += columns.length - new Set(columns).size;
  }
  return repeated;
}

/** Tested rows whose columns, trained and held out together, are exactly those of another row. */
function copiedRows(train: Csr, heldOut: Csr): { tested: number; copied: number } {
  const keys: string[] = [];
  const times = new Map<string, number>();
  for (let r = 0; r < train.rows; r++) {
    const columns = new Set([...rowOf(train, r), ...rowOf(heldOut, r)]);
    const key = columns.size < COPY_COLUMNS ? '' : Uint32Array.from(columns).sort().join();
    keys.push(key);
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  let tested = 0;
  let copied = 0;
  keys.forEach((key, r) => {
    if (heldOut.offsets[r + 1] === heldOut.offsets[r]) return;
    tested++;
    if (key !== '' && (times.get(key) ?? 0) > 1) copied++;
  });
  return { tested, copied };
}

function pairsOfUnseenColumns(train: Csr, heldOut: Csr): number {
  const degrees = columnDegrees(train);
  let unseen = 0;
  for (const column of heldOut.indices) if (degrees[column] === 0) unseen++;
  return unseen;
}

function coldRows(train: Csr, heldOut: Csr): number {
  let cold = 0;
  for (let r = 0; r < heldOut.rows; r++) {
    if (heldOut.offsets[r + 1] > heldOut.offsets[r] && train.offsets[r + 1] === train.offsets[r]) cold++;
  }
  return cold;
}

function are(number: number): string {
  return number === 1 ? 'is' : 'are';
}

function testPairs(number: number): string {
  return `${count(number)} test ${number === 1 ? 'pair' : 'pairs'}`;
}

function count(number: number): string {
  return number.toLocaleString('en');
}
