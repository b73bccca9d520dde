import { type IDBPDatabase, openDB } from 'idb';
import { type Mapping, mapping as mappingSchema } from '../data/mapping';

/** Larger files are not kept over a reload: a browser may refuse them, and copying takes long. */
const LARGEST = 512 * 1024 * 1024;
const STORE = 'files';
const CURRENT = 'current';

export interface KeptFiles {
  readonly files: readonly File[];
  readonly mapping: Mapping;
}

/**
 * The files at hand, kept in this browser so that a reload does not lose them. Every failure (private
 * windows, no room) only means that nothing is kept.
 */
export const keptFiles = {
  async read(): Promise<KeptFiles | null> {
    try {
      const kept = (await (await database()).get(STORE, CURRENT)) as { files?: unknown; mapping?: unknown } | undefined;
      const mapping = mappingSchema.safeParse(kept?.mapping);
      const files = Array.isArray(kept?.files) ? kept.files.filter((file) => file instanceof File) : [];
      return mapping.success && files.length > 0 ? { files, mapping: mapping.data } : null;
    } catch {
      return null;
    }
  },

  async write(kept: KeptFiles): Promise<void> {
    try {
      const bytes = kept.files.reduce((sum, { size }) => sum + size, 0);
      if (bytes > LARGEST) return await this.forget();
      await (await database()).put(STORE, { files: [...kept.files], mapping: kept.mapping }, CURRENT);
    } catch {
      await this.forget();
    }
  },

  async forget(): Promise<void> {
    try {
      await (await database()).delete(STORE, CURRENT);
    } catch {
      // Nothing could be kept, so there is nothing to forget.
    }
  },
};

let opening: Promise<IDBPDatabase> | null = null;

function database(): Promise<IDBPDatabase> {
  opening ??= openDB('cofactor', 1, { upgrade: (db) => void db.createObjectStore(STORE) });
  return opening;
}
