import { build, preview } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    address: string;
  }
}

/** Builds the page as it is shipped and serves it from a sub-path, as a static host may. */
export default async function serve(project: TestProject): Promise<() => Promise<void>> {
  const outDir = '.cache/site/sub/path';
  // Vitest says “test”, and React would be built for development.
  process.env.NODE_ENV = 'production';
  await build({ logLevel: 'warn', build: { outDir, emptyOutDir: true } });
  const server = await preview({
    base: '/',
    build: { outDir: '.cache/site' },
    preview: { port: 0, host: '127.0.0.1', open: false },
  });
  const address = server.httpServer.address();
  if (!address || typeof address === 'string') throw new Error('expected a port, found none');
  project.provide('address', `http://127.0.0.1:${address.port}/sub/path/index.html`);
  return async () => {
    await server.close();
  };
}
