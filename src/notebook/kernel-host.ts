import { WorkerClient, type WorkerFailedError } from '../kernel/client';
import kernelUrl from '../kernel/kernel.worker?worker&url';
import projectorUrl from '../kernel/projector.worker?worker&url';
import type { KernelMethods, ProjectorMethods } from '../kernel/protocol';

/** Another one in every build that changes the kernel. */
export const kernelName = kernelUrl;

/** The two workers of a page. */
export interface KernelHost {
  readonly kernel: WorkerClient<KernelMethods>;
  readonly projector: WorkerClient<ProjectorMethods>;
}

export function createKernelHost(onFailure: (error: WorkerFailedError) => void): KernelHost {
  return {
    kernel: new WorkerClient(() => startWorker(kernelUrl), onFailure),
    projector: new WorkerClient(() => startWorker(projectorUrl)),
  };
}

/**
 * A worker from a blob takes over the page's Content-Security-Policy; one from its own address
 * would have only what the host's headers say, and a static host says nothing.
 */
function startWorker(address: string): Worker {
  const source = `import ${JSON.stringify(new URL(address, location.href).href)};`;
  const blob = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(blob, { type: 'module' });
  worker.addEventListener('message', () => URL.revokeObjectURL(blob), { once: true });
  return worker;
}
