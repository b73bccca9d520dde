import { DEFAULT_NOTEBOOK, type Notebook, toNotebook, toSpec } from './notebook';
import type { Notice } from './notice';
import { parseSpec } from './parse-spec';
import type { TextStorage } from './text-storage';

/** Where the notebook's settings lie in the browser, and where those lie that this version cannot read. */
const CURRENT = 'cofactor.notebook';
const SET_ASIDE = 'cofactor.notebook.aside.';

/** Says that nothing is kept, whatever it was that could not be. */
const NOTHING_STORED = 'nothing-kept';

export interface SavedNotebook {
  readonly notebook: Notebook;
  /** What there is to say about it. */
  readonly notices: readonly Notice[];
  /** Keeps changes. Gives what there is to say the first time that this is refused; null else. */
  readonly save: (notebook: Notebook) => Notice | null;
}

/**
 * The notebook that was saved in this browser. What cannot be read, of another version or damaged, is never
 * written over: it is set aside, said, and can be taken away as a file.
 * @param environmentKey what measured speeds depend on; see `toNotebook`
 */
export function openSavedNotebook(storage: TextStorage, environmentKey: string): SavedNotebook {
  const text = storage.get(CURRENT);
  const parsed = text === null ? null : parseSpec(text);
  // Where there is no room to set it aside, it stays where it is and nothing is saved over it.
  const inTheWay = text !== null && parsed === null && !setAside(storage, text);
  const aside = storage.keys(SET_ASIDE).flatMap((key): Notice[] => {
    const stored = storage.get(key);
    return stored === null ? [] : [asideNotice(key, stored, () => storage.remove(key))];
  });
  const unsaved = text !== null && inTheWay ? [asideNotice(CURRENT, text, () => storage.remove(CURRENT))] : [];
  const partial = parsed && parsed.leftOut.length > 0 ? [leftOutNotice(parsed.leftOut)] : [];
  let said = false;
  return {
    notebook: parsed ? toNotebook(parsed.spec, environmentKey) : DEFAULT_NOTEBOOK,
    notices: [...aside, ...unsaved, ...partial],
    save(notebook) {
      const blocked = inTheWay && storage.get(CURRENT) === text;
      const outcome = blocked ? 'full' : storage.set(CURRENT, JSON.stringify(toSpec(notebook)));
      if (outcome === 'kept' || said) return null;
      said = true;
      return nothingStoredNotice(outcome);
    },
  };
}

/** Settings that lie in this browser. */
export interface SavedDocument {
  readonly name: string;
  /** Null where it cannot be read. */
  readonly version: number | null;
  readonly bytes: number;
}

/** The current settings, then those set aside. */
export function savedDocuments(storage: TextStorage): SavedDocument[] {
  return [CURRENT, ...storage.keys(SET_ASIDE)].flatMap((name): SavedDocument[] => {
    const text = storage.get(name);
    return text === null ? [] : [{ name, version: versionOf(text), bytes: new TextEncoder().encode(text).length }];
  });
}

export function nothingStoredNotice(why: 'full' | 'forbidden'): Notice {
  return {
    id: NOTHING_STORED,
    kind: 'note',
    text:
      why === 'full'
        ? 'The browser has no room left to keep your settings or files. They are gone when you close or reload this page; everything else works.'
        : 'This browser lets the page keep nothing. Settings and files are gone when you close or reload this page; everything else works.',
  };
}

/** Gives whether there was room for it. */
function setAside(storage: TextStorage, text: string): boolean {
  const before = storage.keys(SET_ASIDE);
  const number = 1 + Math.max(0, ...before.map((key) => Number(key.slice(SET_ASIDE.length)) || 0));
  // Written first and taken away after: a page that ends between the two loses nothing.
  if (!before.some((key) => storage.get(key) === text) && storage.set(`${SET_ASIDE}${number}`, text) !== 'kept') {
    return false;
  }
  storage.remove(CURRENT);
  return true;
}

function asideNotice(key: string, text: string, discard: () => void): Notice {
  const version = versionOf(text);
  return {
    id: key,
    kind: 'note',
    text: `The settings saved here ${
      version === null ? 'cannot be read' : `are of version ${version} of the notebook, which this page cannot read`
    }. They are set aside, not lost.`,
    file: { name: `cofactor-notebook${version === null ? '' : `-version-${version}`}.json`, text, discard },
  };
}

function leftOutNotice(leftOut: readonly string[]): Notice {
  const shown = leftOut.slice(0, 5).join(', ');
  const more = leftOut.length > 5 ? ` and ${leftOut.length - 5} more` : '';
  return {
    id: 'left-out',
    kind: 'note',
    text: `Some saved settings are unknown to this version and were left out: ${shown}${more}.`,
  };
}

function versionOf(text: string): number | null {
  try {
    const { version } = JSON.parse(text) as { version?: unknown };
    return typeof version === 'number' ? version : null;
  } catch {
    return null;
  }
}
