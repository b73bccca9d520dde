/** What a worker posts, before anything else, when its module could not be loaded. */
export interface NotLoaded {
  readonly type: 'not-loaded';
}

/**
 * Source for a worker from a blob that runs the module at an address. Such a worker takes over the page's policy;
 * one from its own address would have only what the host's headers say, and a static host says nothing. The module
 * is imported while the worker runs already: WebKit refuses what a worker imports statically on an isolated page when
 * an answer lacks the header for isolation, as those of hosts without headers do, and many an answer that nothing
 * changed. What is posted meanwhile is kept for the module.
 */
function workerProgram(address: string): string {
  return `const early = [];
const keep = (event) => early.push(event);
addEventListener('message', keep);
import(${JSON.stringify(address)}).then(
  () => {
    removeEventListener('message', keep);
    for (const { data, ports } of early) dispatchEvent(new MessageEvent('message', { data, ports: [...ports] }));
  },
  () => postMessage({ type: 'not-loaded' }),
);`;
}

/** A worker that runs the module at an address, which posts a message once it is there. */
export function startWorker(address: string, name = ''): Worker {
  const blob = URL.createObjectURL(new Blob([workerProgram(address)], { type: 'text/javascript' }));
  const worker = new Worker(blob, { type: 'module', name });
  worker.addEventListener('message', () => URL.revokeObjectURL(blob), { once: true });
  return worker;
}
