import { spawn } from 'node:child_process';

/** A screen for programs that need one: the machine's own, or Xvfb's. */
export async function openDisplay(): Promise<{ readonly name: string; close(): void }> {
  const own = process.env.DISPLAY;
  if (own) return { name: own, close: () => undefined };
  const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const number = await new Promise<string>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', () => reject(new Error('Xvfb ended at its start')));
    server.stdout.once('data', (chunk) => resolve(String(chunk).trim()));
  });
  return { name: `:${number}`, close: () => void server.kill() };
}
