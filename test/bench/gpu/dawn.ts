import type { AdapterFacts } from './adapter';

/** Held until the end: a device whose instance or adapter is collected takes the process with it. */
const held: unknown[] = [];

/**
 * Opens WebGPU by Dawn and puts it where a browser has it. Gives what is told of the adapter.
 * @throws Error that says why there is none
 */
export async function openDawn(): Promise<AdapterFacts> {
  const { create, globals } = await import('webgpu').catch((error: unknown) => {
    throw new Error(`expected Dawn to load, found ${error instanceof Error ? error.message : String(error)}`);
  });
  Object.assign(globalThis, globals);
  const dawn = create([]);
  const gpu = {
    async requestAdapter(options?: GPURequestAdapterOptions): Promise<GPUAdapter | null> {
      const adapter = await dawn.requestAdapter(options);
      held.push(adapter);
      return adapter;
    },
  };
  held.push(dawn);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw new Error(
      'expected a graphics processor, found none: Dawn needs libvulkan.so.1, and a driver where Vulkan looks for it or where VK_DRIVER_FILES says',
    );
  }
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  return { vendor, architecture, device, description, isFallbackAdapter };
}
