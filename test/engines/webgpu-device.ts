import { existsSync } from 'node:fs';

/** A software GPU that comes with Debian’s Chromium; Dawn, which is WebGPU for Node, finds it by this file. */
const SOFTWARE_GPU = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Held until the end: a device whose instance is collected takes the process with it. */
const held: unknown[] = [];

/** Says why there is no WebGPU here, or opens devices of it. */
async function findGpu(): Promise<{ open: () => Promise<GPUDevice> } | { missing: string }> {
  if (!existsSync(SOFTWARE_GPU)) return { missing: `no software GPU at ${SOFTWARE_GPU}` };
  process.env.VK_ICD_FILENAMES = SOFTWARE_GPU;
  const dawn = await import('webgpu').catch((error: unknown) => String(error));
  if (typeof dawn === 'string') return { missing: `Dawn does not load: ${dawn}` };
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]);
  held.push(gpu);
  if (!(await gpu.requestAdapter())) return { missing: 'Dawn finds no adapter: it needs libvulkan.so.1' };
  const open = async () => {
    const adapter = await gpu.requestAdapter();
    if (!adapter) throw new Error('expected an adapter, found none');
    held.push(adapter);
    const device = await adapter.requestDevice();
    device.addEventListener('uncapturederror', ({ error }) => complaints.push(error.message));
    return device;
  };
  return { open };
}

/** What devices complained of: nothing, where kernels and buffers are right. */
export const complaints: string[] = [];

export const gpu = await findGpu();
if ('missing' in gpu) console.log(`skipped: ${gpu.missing}`);
export const openDevice = 'open' in gpu ? gpu.open : () => Promise.reject(new Error(gpu.missing));
