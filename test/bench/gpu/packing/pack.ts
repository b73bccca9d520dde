import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { machine, tmpdir, type } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundle } from './bundle';
import { contentsOf, type Part } from './contents';
import { sizeInWords, sizesIn } from './folder-size';
import { leanNode } from './lean-node';

/** Where Linux keeps Vulkan's loader. */
const LOADERS = [
  `/usr/lib/${machine()}-linux-gnu/libvulkan.so.1`,
  '/usr/lib64/libvulkan.so.1',
  '/usr/lib/libvulkan.so.1',
];

/**
 * Makes `folder` anew, with all that the bench needs on another machine of this platform. Gives its size in words.
 * @throws RangeError where the platform has no such folder, or it is over the limit
 */
export async function pack(folder: string): Promise<string> {
  const room = mkdtempSync(join(tmpdir(), 'pack-'));
  try {
    const parts = contentsOf({
      platform: process.platform,
      arch: process.arch,
      node: leanNode(room),
      bundle: await bundle(room),
      peers: readdirSync('test/bench/peers'),
      loader: LOADERS.find((file) => existsSync(file)) ?? null,
    });
    rmSync(folder, { recursive: true, force: true });
    for (const part of parts) put(part, folder);
    writeFileSync(join(folder, 'platform'), `${type()} ${machine()}\n`);
    return sizeInWords(folder, sizesIn(folder));
  } finally {
    rmSync(room, { recursive: true });
  }
}

function put({ to, from, gzip }: Part, folder: string): void {
  const file = join(folder, to);
  mkdirSync(dirname(file), { recursive: true });
  if (gzip) writeFileSync(`${file}.gz`, gzipSync(readFileSync(from)));
  else copyFileSync(from, file);
}
