// Installs what package-lock.json names, where that has not been done yet or the lock has changed since.
import { execSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Cofactor needs Node 20.19 or later to build; this is ${process.versions.node}.`);
  process.exit(1);
}
// npm writes this file last, so it stands for a finished installation.
const done = 'node_modules/.package-lock.json';
if (!existsSync(done) || statSync(done).mtimeMs < statSync('package-lock.json').mtimeMs) {
  console.log('Installing packages…');
  execSync('npm ci --no-audit --no-fund', { stdio: 'inherit' });
}
