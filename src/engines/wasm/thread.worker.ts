import { type ThreadTask, type ThreadTrial, workAsThread } from './threads';

const scope = globalThis as unknown as {
  postMessage(message: 'ready'): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ThreadTask | ThreadTrial>) => void): void;
};
scope.addEventListener('message', ({ data }) => workAsThread(data));
scope.postMessage('ready');
