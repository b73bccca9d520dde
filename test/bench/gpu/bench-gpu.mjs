// `npm run bench:gpu`: packs a small folder that measures training on a graphics processor, and runs it here.
// `npm run bench:gpu -- --pack` only packs; rows, `--runs`, `--quick` as with `npm run bench`; `--software` accepts an
// imitated graphics processor.
import { createServer } from 'vite';

// Turns this folder's TypeScript into what Node runs.
const server = await createServer({
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
try {
  const { packAndRun } = await server.ssrLoadModule('/test/bench/gpu/packing/command.ts');
  process.exit(await packAndRun(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
