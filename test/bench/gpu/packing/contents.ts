/** A file of the carried folder. */
export interface Part {
  /** Its place in the folder, without the `.gz` of those that are compressed. */
  readonly to: string;
  /** The file that it is a copy of. */
  readonly from: string;
  /** Programs of the machine are compressed; text stays as it is. */
  readonly gzip: boolean;
}

/** What the contents depend on. */
export interface Source {
  readonly platform: string;
  readonly arch: string;
  /** The Node to be carried, and the bundle that it runs. */
  readonly node: string;
  readonly bundle: string;
  /** Files in test/bench/peers. */
  readonly peers: readonly string[];
  /** Vulkan's loader, where this machine has one to carry. */
  readonly loader: string | null;
}

/** All that the folder holds, but for the name of its platform. @throws RangeError where there is no `run` for it */
export function contentsOf({ platform, arch, node, bundle, peers, loader }: Source): readonly Part[] {
  if (platform !== 'linux' && platform !== 'darwin') {
    throw new RangeError(`expected Linux or macOS, found ${platform}`);
  }
  // As the package names its folders, and looks for them beside the bundle.
  const dawn = `dist/${platform}-${platform === 'darwin' ? 'universal' : arch}/dawn.node`;
  return [
    { to: 'run', from: 'test/bench/gpu/run.sh', gzip: false },
    { to: 'node', from: node, gzip: true },
    { to: 'bench.mjs', from: bundle, gzip: false },
    { to: dawn, from: `node_modules/webgpu/${dawn}`, gzip: true },
    { to: 'dist/LICENSE.md', from: 'node_modules/webgpu/LICENSE.md', gzip: false },
    ...peers
      .filter((file) => file.endsWith('.py'))
      .map((file) => ({ to: `peers/${file}`, from: `test/bench/peers/${file}`, gzip: false })),
    ...(loader ? [{ to: 'lib/libvulkan.so.1', from: loader, gzip: true }] : []),
  ];
}
