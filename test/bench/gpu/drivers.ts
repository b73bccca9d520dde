import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Where Vulkan looks for drivers, one file a driver. */
const FOLDERS = ['/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d', '/usr/share/vulkan/icd.d'];

const NVIDIA = '/proc/driver/nvidia/version';

/** Variables that tell Vulkan and CUDA which driver and device to take. */
const VARIABLES = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES', 'CUDA_VISIBLE_DEVICES'];

/** A software GPU that comes with Debian’s Chromium. */
const SOFTWARE_GPU = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Has Vulkan take an imitated graphics processor from here on, where one is known and no driver was named. */
export function useSoftwareGpu(): void {
  const { VK_DRIVER_FILES, VK_ICD_FILENAMES } = process.env;
  if (VK_DRIVER_FILES || VK_ICD_FILENAMES || !existsSync(SOFTWARE_GPU)) return;
  process.env.VK_ICD_FILENAMES = SOFTWARE_GPU;
}

/** The drivers of this machine and what the environment says of them, in one line. */
export function driversHere(): string {
  const files = FOLDERS.flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []));
  const nvidia = existsSync(NVIDIA) ? [readFileSync(NVIDIA, 'utf8').split('\n')[0].trim()] : [];
  const set = VARIABLES.flatMap((name) => (process.env[name] ? [`${name}=${process.env[name]}`] : []));
  return [`Drivers: ${files.join(', ') || 'none where Vulkan looks'}`, ...nvidia, ...set].join('; ');
}
