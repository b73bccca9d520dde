import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumFlags, chromiumPath } from './src/tooling/chromium.mjs';
import { developmentPolicy } from './src/tooling/development-policy.ts';
import { kernelsPlugin } from './src/tooling/kernels-plugin.ts';
import { samplePlugin } from './src/tooling/sample-plugin.ts';

/** Isolates the page, so that threads can share memory. Hosts without these headers have public/isolation.js. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  // Relative addresses: the build runs from any sub-path of any static host.
  base: './',
  plugins: [react(), samplePlugin(), kernelsPlugin(), developmentPolicy()],
  // Plotly's dependencies were written for Node's name of the global object.
  define: { global: 'globalThis' },
  server: { headers },
  preview: { headers },
  build: {
    target: 'es2022',
    // The largest chunks are tfjs and plotly, loaded when first needed.
    chunkSizeWarningLimit: 2500,
  },
  worker: { format: 'es', plugins: () => [kernelsPlugin()] },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/e2e/**'],
          pool: 'forks',
          // A process for each of a hundred files costs a third of the time; none of them leaves anything behind.
          isolate: false,
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 120_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: chromiumPath() ?? undefined, args: chromiumFlags },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/server.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
