import { describe, expect, test } from 'vitest';
import { DEFAULT_NOTEBOOK } from '../../src/notebook/notebook';
import { openSavedNotebook, savedDocuments } from '../../src/notebook/saved-notebook';
import { browserStorage, type TextStorage } from '../../src/notebook/text-storage';

const KEY = 'cofactor.notebook';
const LATER = JSON.stringify({ version: 2, cells: [{ kind: 'note' }] });

/** A browser's storage with room for so many characters. */
function room(characters = Number.POSITIVE_INFINITY, texts: Record<string, string> = {}): TextStorage {
  const kept = new Map(Object.entries(texts));
  const storage = {
    get length() {
      return kept.size;
    },
    key: (n: number) => [...kept.keys()][n] ?? null,
    getItem: (key: string) => kept.get(key) ?? null,
    removeItem: (key: string) => void kept.delete(key),
    setItem(key: string, text: string) {
      const others = [...kept].filter(([other]) => other !== key).reduce((sum, [, { length }]) => sum + length, 0);
      if (others + text.length > characters) throw new DOMException('no room', 'QuotaExceededError');
      kept.set(key, text);
    },
  };
  return browserStorage(() => storage as unknown as Storage);
}

const forbidden = () =>
  browserStorage(() => {
    throw new DOMException('denied', 'SecurityError');
  });

test('what is saved comes back', () => {
  const storage = room();
  const first = openSavedNotebook(storage, 'here');
  expect(first).toMatchObject({ notebook: DEFAULT_NOTEBOOK, notices: [] });
  expect(first.save({ ...DEFAULT_NOTEBOOK, theme: 'dark' })).toBeNull();
  expect(openSavedNotebook(storage, 'here')).toMatchObject({ notebook: { theme: 'dark' }, notices: [] });
});

describe('a notebook that cannot be read', () => {
  test('of another version is set aside, said and offered, and not written over', () => {
    const storage = room(Number.POSITIVE_INFINITY, { [KEY]: LATER });
    const opened = openSavedNotebook(storage, 'here');
    expect(opened.notices).toHaveLength(1);
    expect(opened.notices[0].text).toBe(
      'The settings saved here are of version 2 of the notebook, which this page cannot read. They are set aside, not lost.',
    );
    expect(opened.notices[0].file).toMatchObject({ name: 'cofactor-notebook-version-2.json', text: LATER });
    expect(opened.save({ ...DEFAULT_NOTEBOOK, theme: 'dark' })).toBeNull();
    // The next visit still has both.
    const again = openSavedNotebook(storage, 'here');
    expect(again.notebook.theme).toBe('dark');
    expect(again.notices[0].file?.text).toBe(LATER);
    expect(savedDocuments(storage).map(({ name, version }) => [name, version])).toEqual([
      [KEY, 1],
      [`${KEY}.aside.1`, 2],
    ]);
    again.notices[0].file?.discard();
    expect(openSavedNotebook(storage, 'here').notices).toEqual([]);
  });

  test('that is damaged is set aside too, beside one from before', () => {
    const storage = room(Number.POSITIVE_INFINITY, { [KEY]: '{"version": 1, "model', [`${KEY}.aside.1`]: LATER });
    const { notices } = openSavedNotebook(storage, 'here');
    expect(notices.map(({ file }) => file?.name)).toEqual([
      'cofactor-notebook-version-2.json',
      'cofactor-notebook.json',
    ]);
    expect(notices[1].text).toBe('The settings saved here cannot be read. They are set aside, not lost.');
  });

  test('stays where it is, and nothing is saved over it, where there is no room to set it aside', () => {
    const storage = room(LATER.length + 5, { [KEY]: LATER });
    const opened = openSavedNotebook(storage, 'here');
    expect(opened.notices[0].file?.text).toBe(LATER);
    expect(opened.save(DEFAULT_NOTEBOOK)?.text).toMatch(/no room left/);
    expect(storage.get(KEY)).toBe(LATER);
    // Once a person has let it go, there is room.
    opened.notices[0].file?.discard();
    opened.save({ ...DEFAULT_NOTEBOOK, theme: 'dark' });
  });
});

describe('a browser that keeps nothing', () => {
  test.each([
    ['forbidden', forbidden, /lets the page keep nothing/],
    ['full', () => room(3), /no room left/],
  ])('%s: the notebook begins, and it is said once', (_, storage, text) => {
    const opened = openSavedNotebook(storage(), 'here');
    expect(opened).toMatchObject({ notebook: DEFAULT_NOTEBOOK, notices: [] });
    expect(opened.save(DEFAULT_NOTEBOOK)?.text).toMatch(text);
    expect(opened.save(DEFAULT_NOTEBOOK)).toBeNull();
  });
});
