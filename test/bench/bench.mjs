// `npm run bench`: each row is timed by turns with its peers, and told as a ratio. No absolute time is a fact.
// `npm run bench -- T K` has some rows only, `--runs 7` that many turns, `--quick` a first look that is not kept.
import { createServer } from 'vite';

// Turns this folder's TypeScript into what Node runs.
const server = await createServer({
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
const { bench } = await server.ssrLoadModule('/test/bench/bench.ts');
try {
  await bench(process.argv.slice(2));
  process.exit(0);
} catch (error) {
  console.error(error instanceof RangeError ? error.message : error);
  process.exit(1);
}
