import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const VIRTUAL = /^virtual:wasm-kernels\/(.+)$/;
const SOURCE = 'src/engines/wasm/assembly';
const CACHE = '.cache/kernels';

/** What each build of the kernels may use. */
const FEATURES: Readonly<Record<string, readonly string[]>> = {
  simd: ['simd'],
  relaxed: ['simd', 'relaxed-simd'],
  'simd-threads': ['simd', 'threads'],
  'relaxed-threads': ['simd', 'relaxed-simd', 'threads'],
};

/**
 * Compiles the WASM kernels from their AssemblyScript. Each build is a module of its own, which exports
 * the bytes in base64: they are small, and need no request of their own.
 */
export function kernelsPlugin(): Plugin {
  let root = '.';
  return {
    name: 'wasm-kernels',
    configResolved(config) {
      root = config.root;
    },
    resolveId: (id) => (VIRTUAL.test(id) ? `\0${id}` : null),
    async load(id) {
      const build = VIRTUAL.exec(id.replace(/^\0/, ''))?.[1];
      if (build === undefined || !id.startsWith('\0')) return null;
      for (const file of sources(root)) this.addWatchFile(file);
      const bytes = await compileKernels(root, build);
      return `export default ${JSON.stringify(Buffer.from(bytes).toString('base64'))};`;
    },
  };
}

/** Builds that are being compiled: a page has several workers, and each asks for its own. */
const underWay = new Map<string, Promise<void>>();

/** The bytes of a build, from the cache when the sources have not changed. @throws Error with the compiler's words */
export async function compileKernels(root: string, build: string): Promise<Uint8Array> {
  const features = FEATURES[build];
  if (!features) throw new Error(`expected one of ${Object.keys(FEATURES).join(', ')}, found “${build}”`);
  const hash = createHash('sha256').update(features.join());
  for (const file of sources(root)) hash.update(readFileSync(file));
  const folder = join(root, CACHE);
  const name = `${build}-${hash.digest('hex').slice(0, 16)}.wasm`;
  const path = join(folder, name);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    let compiling = underWay.get(path);
    if (!compiling) {
      compiling = compile(root, features, name).finally(() => underWay.delete(path));
      underWay.set(path, compiling);
    }
    await compiling;
  }
  return readFileSync(path);
}

/** Compiles into the cache. The file is written beside and moved, since several processes may compile at once. */
async function compile(root: string, features: readonly string[], name: string): Promise<void> {
  const { main } = await import('assemblyscript/asc');
  const part = `${CACHE}/${name}.${process.pid}.part`;
  const shared = features.includes('threads')
    ? ['--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536']
    : [];
  const { error, stderr } = await main([
    `${SOURCE}/index.ts`,
    ...['--baseDir', root, '--outFile', part, '-O3', '--noAssert', '--runtime', 'stub', '--importMemory'],
    ...features.flatMap((feature) => ['--enable', feature]),
    ...shared,
  ]);
  if (error) throw new Error(`the WASM kernels do not compile: ${stderr.toString() || error.message}`);
  renameSync(join(root, part), join(root, CACHE, name));
}

function sources(root: string): string[] {
  const folder = join(root, SOURCE);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => join(folder, name));
}
