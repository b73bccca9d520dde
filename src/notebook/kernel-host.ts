import { withThreads } from '../engines/page-threads';
import { startWorker } from '../engines/worker-program';
import { WorkerClient, type WorkerFailedError, type WorkerLike } from '../kernel/client';
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
  const kernel = new WorkerClient<KernelMethods>(
    () => open(kernelUrl),
    (error) => {
      // It waits at a port where nobody answers any more.
      projector.terminate();
      onFailure(error);
    },
  );
  const projector: WorkerClient<ProjectorMethods> = new WorkerClient<ProjectorMethods>(
    () => open(projectorUrl),
    () => undefined,
    connectTo(kernel),
  );
  return { kernel, projector };
}

/** Has a projector that was started ask the kernel for vectors directly. */
function connectTo(kernel: WorkerClient<KernelMethods>): (projector: WorkerClient<ProjectorMethods>) => void {
  return (projector) => {
    const { port1, port2 } = new MessageChannel();
    // What fails here fails again, and is said, where something is projected.
    kernel.call('connect', { port: port1 }, { transfer: [port1] }).catch(() => undefined);
    projector.call('connect', { port: port2 }, { transfer: [port2] }).catch(() => undefined);
  };
}

function open(address: string): WorkerLike {
  return withThreads(startWorker(new URL(address, location.href).href));
}
