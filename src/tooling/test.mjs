// Runs everything that proves the project: types, lint, then the three test suites one after another. With arguments,
// only what they name: `types`, `lint`, a suite (`unit`, `browser`, `e2e`) or parts of the names of test files.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { browsers } from './browsers.mjs';
import { requireChromium } from './chromium.mjs';

const bin = (name) => `node_modules/${name}`;
const totals = { passed: 0, failed: 0, skipped: 0 };

const SUITES = ['unit', 'browser', 'e2e'];
const asked = process.argv.slice(2);
/** Parts of the names of test files. */
const names = asked.filter((name) => ![...SUITES, 'types', 'lint'].includes(name));
const wants = (name) => asked.length === 0 || asked.includes(name);
const suites = SUITES.filter((suite) => wants(suite) || filesOf(suite).length > 0);

if (names.length > 0 && suites.length === 0) {
  console.error(`expected types, lint, ${SUITES.join(', ')} or the name of a test file, found ${names.join(' ')}`);
  process.exit(1);
}
if (suites.some((suite) => suite !== 'unit')) {
  process.env.CHROMIUM_PATH = requireChromium();
  for (const [name, found] of Object.entries(browsers()))
    console.log(`${name}: ${'path' in found ? found.path : `not tested, ${found.missing}`}`);
}
if (wants('types')) {
  step('types', [bin('typescript/bin/tsc')]);
  step('types of the domain, without the DOM', [bin('typescript/bin/tsc'), '-p', 'src/tsconfig.domain.json']);
}
if (wants('lint')) {
  step('lint', [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings']);
  step('imports run one way', ['src/tooling/imports.mjs']);
  step('nothing unused', [bin('knip/bin/knip.js')]);
}
for (const suite of suites) runSuite(suite);

console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed > 0 ? 1 : 0);

/** A check that passes or fails as a whole. */
function step(name, args) {
  console.log(`\n— ${name}`);
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status === 0) totals.passed++;
  else totals.failed++;
}

/** Test files of a suite whose names have one of the parts that were asked for. */
function filesOf(suite) {
  const own = (file) => (/^test\/(browser|e2e)\//.exec(file)?.[1] ?? 'unit') === suite;
  return readdirSync('test', { recursive: true })
    .map((file) => `test/${file}`)
    .filter((file) => file.endsWith('.test.ts') && own(file) && names.some((name) => file.includes(name)));
}

function runSuite(project) {
  console.log(`\n— ${project} tests`);
  const report = `.cache/tests-${project}.json`;
  mkdirSync('.cache', { recursive: true });
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const args = ['run', '--project', project, ...reporters, ...filesOf(project)];
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
