import { workerProgram } from '../engines/worker-program';
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

function startWorker(address: string): Worker {
  const source = workerProgram(new URL(address, location.href).href);
  const blob = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(blob, { type: 'module' });
  worker.addEventListener('message', () => URL.revokeObjectURL(blob), { once: true });
  return worker;
}
