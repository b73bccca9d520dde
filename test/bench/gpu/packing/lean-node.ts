import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The Node that runs this, without its symbols where `strip` takes them off and it still runs; gives the file.
 * @throws Error where this Node is not one file
 */
export function leanNode(folder: string): string {
  const { node_shared } = process.config.variables as { readonly node_shared?: boolean };
  if (node_shared) {
    throw new Error(`expected a Node that is one file, found ${process.execPath}, which needs a library libnode`);
  }
  const file = join(folder, 'node');
  copyFileSync(process.execPath, file);
  try {
    execFileSync('strip', [file], { stdio: 'ignore' });
    execFileSync(file, ['--version'], { stdio: 'ignore' });
  } catch {
    // No strip, or a system that runs only what was signed as it is.
    copyFileSync(process.execPath, file);
  }
  return file;
}
