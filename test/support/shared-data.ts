import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

/** A real file, or null where it is absent: tests skip and name it. */
export function sharedFile(path: string): { name: string; path: string } | null {
  const full = ROOT + path;
  return existsSync(full) ? { name: path.split('/').at(-1) as string, path: full } : null;
}

export function sharedBlob(path: string): { name: string; blob: Blob } {
  return { name: path.split('/').at(-1) as string, blob: new Blob([readFileSync(ROOT + path)]) };
}
