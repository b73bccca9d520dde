import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { machine, tmpdir, type } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentsOf, type Source } from '../bench/gpu/packing/contents';
import { LIMIT, sizeInWords, sizesIn } from '../bench/gpu/packing/folder-size';

const RUN = 'test/bench/gpu/run.sh';

let room = '';
beforeEach(() => {
  room = mkdtempSync(join(tmpdir(), 'carried-'));
});
afterEach(() => rmSync(room, { recursive: true }));

describe('what is carried', () => {
  const source: Source = {
    platform: process.platform,
    arch: process.arch,
    node: process.execPath,
    bundle: 'bench.mjs',
    peers: readdirSync('test/bench/peers'),
    loader: null,
  };

  test('Node, Dawn, the bundle, the programs of PyTorch and their script, each from a file that is there', () => {
    const parts = contentsOf(source);
    const places = parts.map(({ to }) => to);
    expect(new Set(places).size).toBe(places.length);
    expect(places).toEqual(expect.arrayContaining(['run', 'node', 'bench.mjs', 'peers/measure.py', 'peers/pairs.py']));
    expect(places.filter((place) => place.endsWith('dawn.node'))).toHaveLength(1);
    expect(places.filter((place) => place.endsWith('.ts'))).toEqual([]);
    for (const { to, from } of parts) if (to !== 'bench.mjs') expect(existsSync(from), from).toBe(true);
  });

  test('Dawn of another platform stands in another folder; a loader comes where there is one', () => {
    const places = (change: Partial<Source>) => contentsOf({ ...source, ...change }).map(({ to }) => to);
    expect(places({ platform: 'linux', arch: 'arm64' })).toContain('dist/linux-arm64/dawn.node');
    expect(places({ platform: 'darwin', arch: 'arm64' })).toContain('dist/darwin-universal/dawn.node');
    expect(places({ loader: '/usr/lib/libvulkan.so.1' })).toContain('lib/libvulkan.so.1');
    expect(() => places({ platform: 'win32' })).toThrow('expected Linux or macOS, found win32');
  });

  test('is counted with all that lies in its folders, and refused over the limit', () => {
    mkdirSync(join(room, 'dist/deep'), { recursive: true });
    writeFileSync(join(room, 'dist/deep/large'), new Uint8Array(3000));
    writeFileSync(join(room, 'small'), new Uint8Array(96));
    const sizes = sizesIn(room);
    expect(sizes).toEqual([
      { file: 'dist/deep/large', bytes: 3000 },
      { file: 'small', bytes: 96 },
    ]);
    expect(sizeInWords('here', sizes, 3096)).toMatch(/^here: 0\.0 MiB of at most 0\.0 MiB \(dist\/deep\/large /);
    expect(() => sizeInWords('here', sizes, 3095)).toThrow(RangeError);
    expect(() => sizeInWords('here', [{ file: 'node.gz', bytes: LIMIT + 2 ** 20 }])).toThrow(
      'expected at most 64.0 MiB in here, found 65.0 MiB: node.gz 65.0 MiB',
    );
  });
});

describe('its script', () => {
  /** A folder with a Node that only tells what it was called with, and ends with 3. */
  function folder(platform = `${type()} ${machine()}`): string {
    const carried = join(room, 'carried');
    mkdirSync(join(carried, 'dist'), { recursive: true });
    cpSync(RUN, join(carried, 'run'));
    const told = 'echo "$0 $*"; cat "$(dirname "$0")/dist/dawn.node"; exit 3';
    writeFileSync(join(carried, 'node.gz'), gzipSync(`#!/bin/sh\n${told}\n`));
    writeFileSync(join(carried, 'dist/dawn.node.gz'), gzipSync('unpacked\n'));
    writeFileSync(join(carried, 'bench.mjs'), '');
    writeFileSync(join(carried, 'platform'), `${platform}\n`);
    return carried;
  }

  const run = (carried: string, bin = '') =>
    spawnSync('sh', [join(carried, 'run'), 'T', '--results', 'a file'], {
      encoding: 'utf8',
      env: { PATH: `${bin}:${process.env.PATH}`, TMPDIR: join(room, 'tmp') },
    });
  beforeEach(() => mkdirSync(join(room, 'tmp')));

  test('is one that sh can read', () => {
    execFileSync('sh', ['-n', RUN]);
  });

  test('unpacks into a folder of its own, hands on words and status, and leaves nothing behind', () => {
    const carried = folder();
    const before = readdirSync(carried, { recursive: true });
    // What comes from elsewhere may be there to be read only.
    chmodSync(join(carried, 'dist'), 0o555);
    const { stdout, stderr, status } = run(carried);
    chmodSync(join(carried, 'dist'), 0o755);
    const [called, dawn] = stdout.split('\n');
    expect(stderr).toBe('');
    expect(called.replace(/bench-gpu\.\w+/g, 'X')).toBe(
      `${join(room, 'tmp/X/node')} ${join(room, 'tmp/X/bench.mjs')} T --results a file`,
    );
    expect([dawn, status]).toEqual(['unpacked', 3]);
    expect(readdirSync(join(room, 'tmp'))).toEqual([]);
    expect(readdirSync(carried, { recursive: true })).toEqual(before);
  });

  test('lends its own loader of Vulkan to a machine that has none, and to no other', () => {
    const carried = folder();
    mkdirSync(join(carried, 'lib'));
    writeFileSync(join(carried, 'node.gz'), gzipSync('#!/bin/sh\necho "lent: $LD_LIBRARY_PATH"\n'));
    const bin = join(room, 'bin');
    mkdirSync(bin);
    const lent = (libraries: string) => {
      writeFileSync(join(bin, 'ldconfig'), `#!/bin/sh\necho "${libraries}"\n`, { mode: 0o755 });
      return run(carried, bin)
        .stdout.replace(/bench-gpu\.\w+/, 'X')
        .trim();
    };
    expect(lent('libz.so.1')).toBe(`lent: ${join(room, 'tmp/X/lib')}`);
    expect(lent('libvulkan.so.1')).toBe('lent:');
  });

  test('refuses a machine of another kind', () => {
    const { stdout, stderr, status } = run(folder('Plan9 vax'));
    expect([stdout, status]).toEqual(['', 1]);
    expect(stderr).toBe(`expected Plan9 vax, which this folder was packed on, found ${type()} ${machine()}\n`);
  });
});
