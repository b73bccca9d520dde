import { fork } from 'node:child_process';
import { refused } from '../turns';
import { carryOut, type Task, type Tasks } from './tasks';

/** The word that has the program carry out a task, which comes as a message. */
export const APART = '--apart';

type Answer<T> = { readonly result: T } | { readonly cannot: string };

/**
 * Has a process of its own carry out a task: a driver that fails takes no more than this task with it.
 * @throws Error with the reason, or with the last words of a process that ended or took more than `limit` seconds
 */
export function apart<K extends keyof Tasks>(
  program: string,
  kind: K,
  params: Tasks[K]['params'],
  limit: number,
): Promise<Tasks[K]['result']> {
  return new Promise((resolve, reject) => {
    const child = fork(program, [APART], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let errors = '';
    let late = false;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-2000);
    });
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, 1000 * limit);
    child.on('error', reject);
    child.on('message', (answer: Answer<Tasks[K]['result']>) => {
      if ('result' in answer) resolve(answer.result);
      else reject(new Error(answer.cannot));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const last = errors.trim().split('\n').at(-1);
      // Where an answer came before, this says nothing any more.
      reject(new Error(late ? `took more than ${limit} s` : `its process ended with ${signal ?? code}: ${last}`));
    });
    child.send({ kind, ...params });
  });
}

/** The other end: waits for the task, answers, and ends this process, as it does when nobody waits for it any more. */
export function answerTask(): void {
  const answer = (message: Answer<unknown>) => process.send?.(message, () => process.exit(0));
  const refuse = (error: unknown) => answer(refused(error));
  process.once('uncaughtException', refuse);
  process.once('disconnect', () => process.exit(1));
  // Listening on keeps this process alive while only the device works.
  process.on('message', (task: Task) => {
    carryOut(task).then((result) => answer({ result }), refuse);
  });
}
