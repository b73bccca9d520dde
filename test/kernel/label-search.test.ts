import { describe, expect, test } from 'vitest';
import { type Labels, searchLabels } from '../../src/kernel/label-search';

/** Labels with ids in parentheses, which are no part of the label, and their numbers of pairs. */
function labels(entries: Record<string, number>): Labels {
  const shown = Object.keys(entries);
  return {
    shown,
    label: (index) => shown[index].replace(/ \(\d+\)$/, ''),
    degrees: Uint32Array.from(Object.values(entries)),
  };
}

function names(entries: Record<string, number>, text: string, limit = 10): string[] {
  const list = labels(entries);
  return searchLabels(list, text, limit).map((index) => list.shown[index]);
}

describe('the order of hits', () => {
  test('of labels that fit alike, the one with the most pairs comes first', () => {
    expect(names({ 'horse (4872)': 6, 'horse (602)': 1380 }, 'horse')).toEqual(['horse (602)', 'horse (4872)']);
    expect(names({ 'horse, brown': 2, 'horse, white': 9, 'horse, dun': 5 }, 'hor')).toEqual([
      'horse, white',
      'horse, dun',
      'horse, brown',
    ]);
  });

  test('the label itself comes before longer ones, whole words before parts, beginnings before ends', () => {
    const found = names({ 'sea horse': 900, horsemanship: 999, 'horse race': 50, horse: 1, seahorse: 2000 }, 'horse');
    expect(found).toEqual(['horse', 'horse race', 'sea horse', 'horsemanship', 'seahorse']);
  });

  test('without a text, the most frequent', () => {
    expect(names({ a: 1, b: 3, c: 2 }, '  ', 2)).toEqual(['b', 'c']);
  });

  test('the frequent ones are not lost among thousands of hits', () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`ox ${i}`, 1]));
    expect(names({ ...many, 'ox cart of a very long name': 77 }, 'ox', 3)).toContain('ox cart of a very long name');
  });
});

describe('a typing error', () => {
  const tags = { 'heart key': 90, heart: 40, hearing: 9, hearth: 3, 'broken heart': 12, earth: 80, circle: 7 };

  test.each([
    ['a letter too many', 'hearrt'],
    ['a letter too few', 'hert'],
    ['another letter', 'heatt'],
    ['another first letter', 'jeart'],
    ['two letters in the wrong order', 'heatr'],
  ])('%s still finds the label', (_, text) => {
    expect(names(tags, text)[0]).toBe('heart');
  });

  test('what fits as typed stays in front', () => {
    expect(names({ ...tags, heath: 1 }, 'heath')).toEqual(['heath', 'hearth']);
  });

  test('numbers and short words are not guessed at', () => {
    expect(names({ '1597': 3, '1598': 4, cat: 2, car: 9 }, '1596')).toEqual([]);
    expect(names({ '1597': 3, '1598': 4, cat: 2, car: 9 }, 'cat')).toEqual(['cat']);
  });

  test('one error in each word', () => {
    expect(names({ 'broken heart': 1, 'broken chart': 2 }, 'brokn hearrt')).toEqual(['broken heart']);
  });
});

test('any alphabet, marks with a meaning for the search engine, and marks alone', () => {
  expect(names({ Лошадь: 2, кот: 3 }, 'лошвдь')).toEqual(['Лошадь']);
  expect(names({ '“horse”': 2 }, '"hor(se')).toEqual(['“horse”']);
  expect(names({ 'horse (a)': 2 }, '"horse (a')).toEqual(['horse (a)']);
  expect(names({ horse: 2 }, '*')).toEqual([]);
});

test('sixty thousand labels are searched while one types', () => {
  const parts = [
    'heart',
    'circle',
    'manuscript',
    'medicine',
    'plague',
    'surgery',
    'letter',
    'portrait',
    'map',
    'horse',
  ];
  const shown = Array.from(
    { length: 60_000 },
    (_, i) => `${parts[i % 10]} of ${parts[(i >> 3) % 10]} ${parts[(i >> 7) % 10]}, no. ${i}`,
  );
  const list: Labels = { shown, label: (i) => shown[i], degrees: Uint32Array.from(shown, (_, i) => i % 97) };
  for (const text of ['h', 'heart', 'manuscrpt', 'zzzzzzz', 'hearrt of circlle']) {
    const started = performance.now();
    searchLabels(list, text, 50);
    // A keystroke takes about 200 ms; ten times as long as measured here would be felt.
    expect(performance.now() - started, text).toBeLessThan(1000);
  }
});
