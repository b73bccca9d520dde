import { load } from '../../../src/data/load';
import { unattended } from '../../../src/task';
import { own } from '../contenders';
import type { Row } from '../row';
import { generatedPairs } from '../works/generated';
import { repeated } from '../works/repeated';

const WORKS = 20_000;
const SUBJECTS = 2700;

/** Works in JSON lines, with seven subjects each. */
function lines(): string[] {
  const { offsets, indices } = generatedPairs(WORKS, SUBJECTS, 7 * WORKS);
  return Array.from({ length: WORKS }, (_, r) =>
    JSON.stringify({
      id: `w${r}`,
      title: `Work number ${r}`,
      year: 1800 + (r % 200),
      subjects: Array.from(indices.subarray(offsets[r], offsets[r + 1]), (c) => ({
        id: `s${c}`,
        label: `Subject ${c}`,
      })),
    }),
  );
}

export const row: Row = {
  id: 'reading',
  order: 10,
  title: '20,000 works in JSON lines, from bytes to the matrix',
  unit: 'works',
  works: {
    load: async () => {
      const file = { name: 'works.jsonl', blob: new Blob([lines().join('\n')]) };
      return repeated(WORKS, () =>
        load(
          [file],
          {},
          unattended(() => performance.now()),
        ),
      );
    },
    parse: async () => {
      const list = lines();
      return repeated(WORKS, () => {
        for (const line of list) JSON.parse(line);
      });
    },
  },
  lines: () => [{ own: own('load', 1, 'this app’s reader'), peer: own('parse', 1, 'JSON.parse of the same lines') }],
};
