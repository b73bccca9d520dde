import { type IDBPDatabase, openDB } from 'idb';
import { type Mapping, mapping as mappingSchema } from '../data/mapping';
import { refusalOf, type StoreOutcome } from './text-storage';

/** Larger files are not kept over a reload: a browser may refuse them, and copying takes long. In bytes. */
export const LARGEST_CACHED = 512 * 1024 * 1024;
/** Private windows of WebKit store no files, but bytes: up to so many are copied into memory for them. */
const LARGEST_COPY = 64 * 1024 * 1024;
/** A browser whose storage does not answer for so long is taken to have none, in milliseconds. */
const PATIENCE_MS = 4000;
const STORE = 'files';
const CURRENT = 'current';

export interface CachedFiles {
  readonly files: readonly File[];
  /** Null where another version of the page wrote it in another form: the files are asked for it anew. */
  readonly mapping: Mapping | null;
}

/** The files at hand, kept in this browser so that a reload does not lose them. Nothing here throws or waits forever. */
export interface FileCache {
  /** Null where nothing is kept, or the browser's storage is forbidden or does not answer. */
  read(): Promise<CachedFiles | null>;
  /** In place of what was kept before, which goes also where this is refused: a reload must not go back to older files. */
  write(cached: CachedFiles): Promise<StoreOutcome | 'too large'>;
  clear(): Promise<void>;
  /** Whether there is anything to write to. */
  allowed(): Promise<boolean>;
}

type Database = Pick<IDBPDatabase, 'get' | 'put' | 'delete'>;

/** @param open opens the database; it may fail, or never answer */
export function createFileCache(open: () => Promise<Database> = openCache, patience = PATIENCE_MS): FileCache {
  let opening: Promise<Database> | null = null;

  function database(): Promise<Database> {
    opening ??= open();
    const own = opening;
    return inTime(own, patience).catch((error: unknown) => {
      // Perhaps another time.
      if (opening === own) opening = null;
      throw error;
    });
  }

  async function clear(): Promise<void> {
    try {
      await (await database()).delete(STORE, CURRENT);
    } catch {
      // Nothing could be kept, so there is nothing to clear.
    }
  }

  return {
    clear,

    async read() {
      try {
        const cached = (await inTime((await database()).get(STORE, CURRENT), patience)) as
          | { files?: unknown; mapping?: unknown }
          | undefined;
        const mapping = mappingSchema.safeParse(cached?.mapping);
        const files = Array.isArray(cached?.files) ? cached.files.flatMap(asFile) : [];
        return files.length > 0 ? { files, mapping: mapping.success ? mapping.data : null } : null;
      } catch {
        return null;
      }
    },

    async write({ files, mapping }) {
      const bytes = files.reduce((sum, { size }) => sum + size, 0);
      if (bytes > LARGEST_CACHED) {
        await clear();
        return 'too large';
      }
      try {
        const store = await database();
        try {
          await store.put(STORE, { files: [...files], mapping }, CURRENT);
        } catch (error) {
          if (bytes > LARGEST_COPY || refusalOf(error) === 'full') throw error;
          await store.put(STORE, { files: await Promise.all(files.map(copyOf)), mapping }, CURRENT);
        }
        return 'kept';
      } catch (error) {
        await clear();
        return refusalOf(error);
      }
    },

    async allowed() {
      try {
        await database();
        return true;
      } catch {
        return false;
      }
    },
  };
}

interface FileCopy {
  readonly name: string;
  readonly bytes: ArrayBuffer;
}

async function copyOf(file: File): Promise<FileCopy> {
  return { name: file.name, bytes: await file.arrayBuffer() };
}

/** What was kept, as a file again; nothing of anything else. */
function asFile(stored: unknown): File[] {
  if (stored instanceof File) return [stored];
  const { name, bytes } = (stored ?? {}) as Partial<FileCopy>;
  return typeof name === 'string' && bytes instanceof ArrayBuffer ? [new File([bytes], name)] : [];
}

async function openCache(): Promise<Database> {
  return openDB('cofactor', 1, { upgrade: (db) => void db.createObjectStore(STORE) });
}

/** @throws Error after so many milliseconds without an answer */
function inTime<T>(answer: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('no answer in time')), milliseconds);
    answer.then(resolve, reject).finally(() => clearTimeout(late));
  });
}
