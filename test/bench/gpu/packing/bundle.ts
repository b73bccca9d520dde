import { join } from 'node:path';
import { build } from 'vite';

const ENTRY = 'test/bench/gpu/carried.ts';

/** Puts the bench and all that it imports into one file in `folder`, for Node; gives the file. */
export async function bundle(folder: string): Promise<string> {
  await build({
    // The page's own has plugins for what only the page has.
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    define: { global: 'globalThis' },
    ssr: { noExternal: true },
    build: {
      ssr: ENTRY,
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      minify: true,
      rolldownOptions: { output: { entryFileNames: 'bench.mjs', codeSplitting: false } },
    },
  });
  return join(folder, 'bench.mjs');
}
