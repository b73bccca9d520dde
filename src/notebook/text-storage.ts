/** Whether something was kept, and if not, why. */
export type StoreOutcome = 'kept' | 'full' | 'forbidden';

const PROBE = 'cofactor.probe';

/** Small texts that stay in this browser over a reload. Nothing here throws, whatever the browser forbids. */
export interface TextStorage {
  /** Null where nothing is kept, or nothing may be. */
  get(key: string): string | null;
  set(key: string, text: string): StoreOutcome;
  remove(key: string): void;
  /** Those that begin with `prefix`, in order. */
  keys(prefix: string): readonly string[];
}

/** @param open gives the browser's own storage; even to name it can be forbidden */
export function browserStorage(open: () => Storage = () => localStorage): TextStorage {
  const attempt = <T>(work: (storage: Storage) => T, otherwise: T): T => {
    try {
      return work(open());
    } catch {
      return otherwise;
    }
  };
  return {
    get: (key) => attempt((storage) => storage.getItem(key), null),
    set: (key, text) => {
      try {
        open().setItem(key, text);
        return 'kept';
      } catch (error) {
        return refusalOf(error);
      }
    },
    remove: (key) => attempt((storage) => storage.removeItem(key), undefined),
    keys: (prefix) =>
      attempt(
        (storage) =>
          Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '')
            .filter((key) => key.startsWith(prefix))
            .sort(),
        [],
      ),
  };
}

/** Whether texts may be kept at all, be there room or not. */
export function isAllowed(storage: TextStorage): boolean {
  const outcome = storage.set(PROBE, '');
  storage.remove(PROBE);
  return outcome !== 'forbidden';
}

/** Why a browser keeps nothing. */
export function refusalOf(error: unknown): 'full' | 'forbidden' {
  return error instanceof Error && error.name === 'QuotaExceededError' ? 'full' : 'forbidden';
}
