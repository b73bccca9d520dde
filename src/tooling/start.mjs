// Builds the page, serves it, says where, and opens a browser where there is one to open.
import { spawn } from 'node:child_process';
import { build, preview } from 'vite';

await build();
const server = await preview({ preview: { open: false } });
const [address] = server.resolvedUrls.local;
console.log(`\nCofactor is at ${address} (Ctrl-C ends it)`);
open(address);

/** On a machine without a desktop there is no such program, and the address is all that one needs. */
function open(address) {
  const [program, ...args] = {
    darwin: ['open'],
    win32: ['cmd', '/c', 'start', ''],
  }[process.platform] ?? ['xdg-open'];
  spawn(program, [...args, address], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
