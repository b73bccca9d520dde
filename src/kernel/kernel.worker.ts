import threadAddress from '../engines/wasm/thread.worker?worker&url';
import { startWorkerThread } from '../engines/wasm/worker-thread';
import { createKernel } from './kernel';
import type { KernelMethods } from './protocol';
import { type Port, serve } from './serve';

const absolute = (path: string) => new URL(path, import.meta.url).href;

serve<KernelMethods>(
  globalThis as unknown as Port,
  createKernel({
    cores: navigator.hardwareConcurrency,
    startThread: () => startWorkerThread(absolute(threadAddress)),
  }),
  () => performance.now(),
);
