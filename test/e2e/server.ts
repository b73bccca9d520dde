import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build, preview } from 'vite';
import type { TestProject } from 'vitest/node';
import { makeSample } from '../../src/tooling/sample-plugin';

declare module 'vitest' {
  interface ProvidedContext {
    address: string;
    /** The path of a part of the built-in sample: what it takes to work with the page, at a tenth of the time. */
    smallSample: string;
  }
}

/** Builds the page as it is shipped and serves it from a sub-path, as a static host may. */
export default async function serve(project: TestProject): Promise<() => Promise<void>> {
  const outDir = '.cache/site/sub/path';
  // Vitest says “test”, and React would be built for development.
  process.env.NODE_ENV = 'production';
  await build({ logLevel: 'warn', build: { outDir, emptyOutDir: true } });
  const smallSample = '.cache/small-sample.jsonl.gz';
  const works = makeSample().split('\n');
  writeFileSync(smallSample, gzipSync(works.filter((line) => /^{"id":"(a|cat|heart)/.test(line)).join('\n')));
  project.provide('smallSample', smallSample);
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
