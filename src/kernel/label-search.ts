import UFuzzy from '@leeoniya/ufuzzy';
import { topK } from '../embedding/top-k';

/** Labels to search in, by position. */
export interface Labels {
  /** As lists show them: those that two entries share have an id in parentheses. */
  readonly shown: readonly string[];
  /** As the data has it. */
  readonly label: (index: number) => string;
  /** Pairs of each entry. */
  readonly degrees: Uint32Array;
}

/** With fewer hits than this, labels that differ by a typing error in a word are looked for as well. */
const FEW = 8;
/** Hits of which the order is worked out: it costs far more than finding them. */
const RANKED = 1000;

const LETTERS = {
  unicode: true,
  interSplit: "[^\\p{L}\\d']+",
  interBound: '[^\\p{L}\\d]',
  intraSplit: '\\p{Ll}\\p{Lu}',
  intraBound: '\\p{L}\\d|\\d\\p{L}|\\p{Ll}\\p{Lu}',
  intraChars: "[\\p{L}\\d']",
  intraContr: "'\\p{L}{1,2}\\b",
};

const exact = new UFuzzy(LETTERS);

/** One error in each word of four letters or more, from the beginning of a word on. */
const tolerant = new UFuzzy({
  ...LETTERS,
  interLft: 1,
  intraMode: 1,
  intraRules: (word) => {
    const allowed = word.length >= 4 && /\D/.test(word) ? 1 : 0;
    return {
      intraSlice: [0, Number.POSITIVE_INFINITY],
      intraIns: allowed,
      intraSub: allowed,
      intraTrn: allowed,
      intraDel: allowed,
    };
  },
});

/**
 * Positions of the labels that fit a text, the best first, and of those that fit it alike the ones with the most pairs.
 * Labels that fit as typed come before those that fit but for an error. Without text, the entries with the most pairs.
 */
export function searchLabels(labels: Labels, text: string, limit: number): number[] {
  const { shown, degrees } = labels;
  if (text.trim() === '') return Array.from(topK(degrees, limit));
  // Quotation marks and a leading minus have a meaning for uFuzzy that nobody expects here.
  const needle = text.replaceAll(/["“”]/g, ' ');
  const hits = exact.filter(shown as string[], needle) ?? [];
  const ranked = rank(exact, labels, worthRanking(hits, labels), needle);
  if (ranked.length >= Math.min(FEW, limit)) return ranked.slice(0, limit);
  const near = tolerant.filter(shown as string[], needle) ?? [];
  return [...new Set([...ranked, ...rank(tolerant, labels, worthRanking(near, labels), needle)])].slice(0, limit);
}

/** Among very many hits the shortest, which a text fits best, and those with the most pairs. */
function worthRanking(hits: number[], { shown, degrees }: Labels): number[] {
  if (hits.length <= 2 * RANKED) return hits;
  const shortest = hits.toSorted((a, b) => shown[a].length - shown[b].length).slice(0, RANKED);
  const frequent = hits.toSorted((a, b) => degrees[b] - degrees[a]).slice(0, RANKED);
  return [...new Set([...shortest, ...frequent])].sort((a, b) => a - b);
}

function rank(fuzzy: UFuzzy, { shown, label, degrees }: Labels, hits: number[], needle: string): number[] {
  if (hits.length === 0) return [];
  const info = fuzzy.info(hits, shown as string[], needle);
  const ends = info.ranges.map((ranges) => ranges.at(-1) ?? 0);
  const isWhole = info.idx.map((index, i) => Number(info.start[i] === 0 && ends[i] === label(index).length));
  const endsWord = info.idx.map((index, i) => Number(!/^[\p{L}\d]/u.test(shown[index].slice(ends[i]))));
  const bounded = (i: number) => info.terms[i] + info.interLft2[i] + 0.5 * info.interLft1[i];
  const starts = (i: number) => Number(info.start[i] === 0);
  return info.idx
    .map((_, i) => i)
    .sort(
      (a, b) =>
        isWhole[b] - isWhole[a] ||
        info.chars[b] - info.chars[a] ||
        info.intraIns[a] - info.intraIns[b] ||
        bounded(b) - bounded(a) ||
        info.interIns[a] - info.interIns[b] ||
        endsWord[b] - endsWord[a] ||
        starts(b) - starts(a) ||
        degrees[info.idx[b]] - degrees[info.idx[a]] ||
        info.start[a] - info.start[b] ||
        info.idx[a] - info.idx[b],
    )
    .map((i) => info.idx[i]);
}
