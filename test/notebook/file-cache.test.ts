import { describe, expect, test } from 'vitest';
import { inspect } from '../../src/data/load';
import type { Mapping } from '../../src/data/mapping';
import { createFileCache, LARGEST_CACHED } from '../../src/notebook/file-cache';

const PATIENCE_MS = 20;
const file = new File(['row,column\na,b\nc,d\n'], 'pairs.csv');
const mapping = async (): Promise<Mapping> => (await inspect([{ name: file.name, blob: file }])).mapping;

/** A database that may run out of room, never answer, or be forbidden. */
function database(change: { put?: () => Promise<never>; get?: () => Promise<never> } = {}) {
  const kept = new Map<string, unknown>();
  return {
    kept,
    open: async () =>
      ({
        get: async (_: string, key: string) => kept.get(key),
        put: async (_: string, value: unknown, key: string) => {
          kept.set(key, value);
        },
        delete: async (_: string, key: string) => {
          kept.delete(key);
        },
        ...change,
      }) as never,
  };
}

const never = () => new Promise<never>(() => undefined);

test('files come back with their mapping', async () => {
  const cache = createFileCache(database().open, PATIENCE_MS);
  expect(await cache.read()).toBeNull();
  const given = { files: [file], mapping: await mapping() };
  expect(await cache.write(given)).toBe('kept');
  expect(await cache.read()).toEqual(given);
  await cache.clear();
  expect(await cache.read()).toBeNull();
  expect(await cache.allowed()).toBe(true);
});

test('a mapping of another version is let go, the files are not', async () => {
  const { open, kept } = database();
  kept.set('current', { files: [file], mapping: { format: 'parquet' } });
  expect(await createFileCache(open, PATIENCE_MS).read()).toEqual({ files: [file], mapping: null });
});

test('where files are refused, as in private windows of WebKit, their bytes are kept', async () => {
  const { open, kept } = database();
  const refusing = async () => {
    const store = (await open()) as { put: (...given: unknown[]) => Promise<void> };
    const put = async (name: string, value: { files: unknown[] }, key: string) => {
      if (value.files.some((one) => one instanceof File)) throw new DOMException('no files here', 'DataCloneError');
      return store.put(name, value, key);
    };
    return { ...store, put } as never;
  };
  const cache = createFileCache(refusing, PATIENCE_MS);
  expect(await cache.write({ files: [file], mapping: await mapping() })).toBe('kept');
  expect(kept.size).toBe(1);
  const [again] = (await cache.read())?.files ?? [];
  expect([again.name, await again.text()]).toEqual([file.name, await file.text()]);
});

test('files that are too large take the place of those before, and are not kept', async () => {
  const { open, kept } = database();
  const cache = createFileCache(open, PATIENCE_MS);
  await cache.write({ files: [file], mapping: await mapping() });
  const large = { size: LARGEST_CACHED + 1 } as File;
  expect(await cache.write({ files: [large], mapping: await mapping() })).toBe('too large');
  expect(kept.size).toBe(0);
});

describe('storage that refuses', () => {
  test('no room: what was kept before goes, since a reload must not go back to it', async () => {
    const full = database({ put: () => Promise.reject(new DOMException('full', 'QuotaExceededError')) });
    full.kept.set('current', { files: [file] });
    expect(await createFileCache(full.open, PATIENCE_MS).write({ files: [file], mapping: await mapping() })).toBe(
      'full',
    );
    expect(full.kept.size).toBe(0);
  });

  test.each([
    ['forbidden', () => Promise.reject(new DOMException('denied', 'SecurityError'))],
    ['without an answer', never],
  ])('%s: nothing throws or hangs', async (_, open) => {
    const cache = createFileCache(open, PATIENCE_MS);
    expect(await cache.read()).toBeNull();
    expect(await cache.write({ files: [file], mapping: await mapping() })).toBe('forbidden');
    await cache.clear();
    expect(await cache.allowed()).toBe(false);
  });

  test('an answer that never comes after it was opened is not waited for', async () => {
    expect(await createFileCache(database({ get: never }).open, PATIENCE_MS).read()).toBeNull();
  });

  test('what failed once is tried again', async () => {
    const { open } = database();
    let tries = 0;
    const cache = createFileCache(() => (++tries === 1 ? Promise.reject(new Error('busy')) : open()), PATIENCE_MS);
    expect(await cache.read()).toBeNull();
    expect(await cache.allowed()).toBe(true);
  });
});
