import { createReadStream } from 'node:fs';
import { createServer } from 'vite';
import { sharedFile } from '../../support/shared-data';

/** Serves the page in which works are measured, and the shared data beside it. */
export async function servePage(): Promise<{ address: string; close(): Promise<void> }> {
  const server = await createServer({
    logLevel: 'error',
    cacheDir: '.cache/vite-bench',
    server: {
      host: '127.0.0.1',
      port: 0,
      hmr: false,
      ws: false,
      watch: null,
      // Memory can be shared between threads only in a page that asks for this.
      headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
    },
    optimizeDeps: {
      // One found late would have the page loaded anew in the middle of a row.
      noDiscovery: true,
      include: ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-backend-webgpu', 'papaparse'],
    },
    plugins: [
      {
        name: 'shared-data',
        configureServer({ middlewares }) {
          middlewares.use('/shared-data', (request, response) => {
            const file = sharedFile((request.url ?? '').slice(1));
            if (file) createReadStream(file.path).pipe(response);
            else response.writeHead(404).end();
          });
        },
      },
    ],
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (!address || typeof address === 'string') throw new Error('expected a port, found none');
  return {
    address: `http://127.0.0.1:${address.port}/test/bench/page/index.html`,
    close: () => server.close(),
  };
}
