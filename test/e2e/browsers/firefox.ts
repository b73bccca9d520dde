import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { asText, type CoreBrowser, fromText } from './core-browser';
import { openDisplay } from './display';

/** Firefox by WebDriver BiDi, which it speaks itself: no driver lies in between. */
export async function openFirefox(path: string): Promise<CoreBrowser> {
  const home = mkdtempSync(join(tmpdir(), 'cofactor-firefox-'));
  const display = await openDisplay();
  const program = spawn(path, ['--no-remote', '--profile', home, '--remote-debugging-port', '0'], {
    env: { ...process.env, HOME: home, DISPLAY: display.name },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const { call, onEvent, end } = await connect(`${await addressFrom(program)}/session`);
  await call('session.new', { capabilities: {} });
  const problems: string[] = [];
  onEvent('log.entryAdded', ({ level, text }) => {
    if (level === 'error' || level === 'warn') problems.push(String(text));
  });
  await call('session.subscribe', { events: ['log.entryAdded'] });
  const { contexts } = (await call('browsingContext.getTree', {})) as { contexts: { context: string }[] };
  const [{ context }] = contexts;
  await call('browsingContext.setViewport', { context, viewport: { width: 1280, height: 800 } });
  return {
    async goto(url) {
      await call('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    async evaluate(work, ...given) {
      const { result, exceptionDetails } = (await call('script.callFunction', {
        functionDeclaration: asText(work),
        arguments: [{ type: 'string', value: JSON.stringify(given) }],
        awaitPromise: true,
        target: { context },
      })) as { result?: { value: string }; exceptionDetails?: { text: string } };
      if (!result) throw new Error(exceptionDetails?.text);
      return fromText(result.value);
    },
    problems: async () => problems,
    async close() {
      const closed = new Promise((resolve) => program.once('exit', resolve));
      end();
      program.kill();
      await closed;
      display.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Where it listens, which it says once it does. @throws Error when it ends before that */
function addressFrom(program: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    program.stderr?.on('data', (chunk) => {
      said += chunk;
      const address = /WebDriver BiDi listening on (ws:\S+)/.exec(said)?.[1];
      if (address) resolve(address);
    });
    program.once('error', reject);
    program.once('exit', () => reject(new Error(`Firefox ended at its start: ${said}`)));
  });
}

type Answer = { id?: number; method?: string; params: Record<string, unknown>; result?: unknown; message?: string };

/** Commands and events over one socket. */
async function connect(address: string) {
  const socket = new WebSocket(address);
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, (params: Record<string, unknown>) => void>();
  let last = 0;
  socket.on('message', (data) => {
    const { id, method, params, result, message } = JSON.parse(String(data)) as Answer;
    if (method !== undefined) listeners.get(method)?.(params);
    const waits = waiting.get(id ?? -1);
    if (!waits) return;
    waiting.delete(id ?? -1);
    if (result === undefined) waits.reject(new Error(message));
    else waits.resolve(result);
  });
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('Firefox closed the connection'));
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    call: (method: string, params: object): Promise<unknown> =>
      new Promise((resolve, reject) => {
        last++;
        waiting.set(last, { resolve, reject });
        socket.send(JSON.stringify({ id: last, method, params }));
      }),
    onEvent: (method: string, listener: (params: Record<string, unknown>) => void) => {
      listeners.set(method, listener);
    },
    end: () => socket.close(),
  };
}
