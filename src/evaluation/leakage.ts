import { hash32 } from '../data/counter-rng';
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

/**
 * Tested rows whose columns, trained and held out together, are exactly those of another row. Rows are compared by 53
 * bits of a hash of their set of columns: of a million different rows, two are taken for alike with a chance of 1 to
 * 18,000. Takes 12 bytes a row and 4 a column.
 */
function copiedRows(train: Csr, heldOut: Csr): { tested: number; copied: number } {
  // Larger than any hash: rows of few columns are alike by chance.
  const few = 2 ** 53;
  const hashes = new Float64Array(train.rows);
  const lastRow = new Uint32Array(train.columns);
  for (let r = 0; r < train.rows; r++) {
    let size = 0;
    let low = 0;
    let high = 0;
    for (const matrix of [train, heldOut]) {
      for (let i = matrix.offsets[r]; i < matrix.offsets[r + 1]; i++) {
        const column = matrix.indices[i];
        if (lastRow[column] === r + 1) continue;
        lastRow[column] = r + 1;
        size++;
        // Sums, so that their order does not count.
        low = (low + hash32(column)) >>> 0;
        high = (high + hash32(column ^ 0x9e3779b9)) >>> 0;
      }
    }
    hashes[r] = size < COPY_COLUMNS ? few : (high & 0x1fffff) * 2 ** 32 + low;
  }
  const sorted = hashes.slice().sort();
  let tested = 0;
  let copied = 0;
  for (let r = 0; r < train.rows; r++) {
    if (heldOut.offsets[r + 1] === heldOut.offsets[r]) continue;
    tested++;
    if (hashes[r] !== few && sorted[firstAt(sorted, hashes[r]) + 1] === hashes[r]) copied++;
  }
  return { tested, copied };
}

/** First place of a value in an ascending list that has it. */
function firstAt(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
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
