// Runs everything that proves the project: types, lint, then the three test suites one after another.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { browsers } from './browsers.mjs';
import { requireChromium } from './chromium.mjs';

const bin = (name) => `node_modules/${name}`;
const totals = { passed: 0, failed: 0, skipped: 0 };

process.env.CHROMIUM_PATH = requireChromium();
for (const [name, found] of Object.entries(browsers()))
  console.log(`${name}: ${'path' in found ? found.path : `not tested, ${found.missing}`}`);

step('types', [bin('typescript/bin/tsc')]);
step('types of the domain, without the DOM', [bin('typescript/bin/tsc'), '-p', 'src/tsconfig.domain.json']);
step('lint', [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings']);
for (const project of ['unit', 'browser', 'e2e']) suite(project);

console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed > 0 ? 1 : 0);

/** A check that passes or fails as a whole. */
function step(name, args) {
  console.log(`\n— ${name}`);
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status === 0) totals.passed++;
  else totals.failed++;
}

function suite(project) {
  console.log(`\n— ${project} tests`);
  const report = `.cache/tests-${project}.json`;
  mkdirSync('.cache', { recursive: true });
  rmSync(report, { force: true });
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync(process.execPath, [bin('vitest/vitest.mjs'), ...args], { stdio: 'inherit' });
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
    totals.passed += numPassedTests;
    totals.failed += numFailedTests;
    totals.skipped += numPendingTests + numTodoTests;
    // A suite can fail outside of any test: a file that does not load, an error nobody caught.
    if (status !== 0 && numFailedTests === 0) totals.failed++;
  } catch {
    totals.failed++;
  }
}
