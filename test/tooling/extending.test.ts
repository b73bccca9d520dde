import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as BaselineRegistry from '../../src/evaluation/baseline-registry';
import type { CellType } from '../../src/notebook/cell';
import type { CellGraph } from '../../src/notebook/cell-graph';
import type * as ProjectionRegistry from '../../src/projection/registry';
import { problemsOf } from '../../src/tooling/imports.mjs';
import { task } from '../support/task';
import { randomMatrix } from '../support/tiny';

/** What someone writes to add one of each: a file or a folder, and nothing elsewhere. */
const ADDED: Readonly<Record<string, string>> = {
  'src/evaluation/baselines/alphabet.ts': `import type { Baseline } from '../baseline';

export const baseline: Baseline = {
  id: 'alphabet',
  title: 'Alphabet',
  order: 90,
  summary: 'The first {columns} of the list.',
  cost: ({ indices }) => ({ bytes: 4 * indices.length, operations: indices.length, refused: null }),
  fit: async (train) => async (rows) => {
    const scores = new Float32Array(rows.length * train.columns);
    for (let i = 0; i < scores.length; i++) scores[i] = -(i % train.columns);
    return scores;
  },
};
`,
  'src/projection/methods/first-two.ts': `import type { ProjectionMethod } from '../projection';

export const method: ProjectionMethod = {
  id: 'first-two',
  title: 'First two',
  order: 90,
  help: 'The first two dimensions as they are.',
  options: [],
  bounded: false,
  async project({ values, dimensions }) {
    const axis = (at: number) => Float32Array.from({ length: values.length / dimensions }, (_, n) => values[n * dimensions + at]);
    return { x: axis(0), y: axis(1), variance: null, recall: null };
  },
};
`,
  'src/cells/hello/index.ts': `import type { CellType } from '../../notebook/cell';
import { lazyPart } from '../../ui/lazyPart';

export const cell: CellType = {
  id: 'hello',
  order: 1000,
  needs: ['training'],
  title: () => 'Hello',
  prose: (roles) => \`A cell about \${roles.row.many}.\`,
  run: (actions) => actions.topK('row', { index: 0 }, 1, false),
  View: lazyPart(() => import('./View')),
};
`,
  'src/cells/hello/View.tsx': `import { useRoles } from '../../notebook/context';

export default function HelloView() {
  return <p>{useRoles().row.many}</p>;
}
`,
};

describe('one file or folder adds a baseline, a projection and a cell', () => {
  let root = '';
  let vite: ViteDevServer;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'extended-'));
    for (const name of ['src', 'tsconfig.json', 'package.json'])
      cpSync(resolve(name), join(root, name), { recursive: true });
    symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
    for (const [file, text] of Object.entries(ADDED)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
    vite = await createServer({
      root,
      configFile: false,
      logLevel: 'error',
      server: { middlewareMode: true, watch: null, ws: false },
      appType: 'custom',
      optimizeDeps: { noDiscovery: true },
    });
  });
  afterAll(async () => {
    await vite?.close();
    rmSync(root, { recursive: true, force: true });
  });

  test('the compiler and the rules of imports have nothing against it', () => {
    const { status, stdout } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '--noEmit'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
    expect(status).toBe(0);
    expect(problemsOf(Object.keys(ADDED), (file) => ADDED[file])).toEqual([]);
  });

  test('the baseline is found and ranks', async () => {
    const { baselines } = (await vite.ssrLoadModule('/src/evaluation/baseline-registry.ts')) as typeof BaselineRegistry;
    expect(baselines.map(({ id }) => id).at(-1)).toBe('alphabet');
    const scorer = await baselines[baselines.length - 1].fit(randomMatrix(5, 4, 3), { ...task(), seed: 1 });
    if (typeof scorer !== 'function') throw new Error('expected scores, found factors');
    expect([...(await scorer(Int32Array.of(0)))]).toEqual([-0, -1, -2, -3]);
  });

  test('the projection is found by its id', async () => {
    const { methodById } = (await vite.ssrLoadModule('/src/projection/registry.ts')) as typeof ProjectionRegistry;
    expect(methodById('first-two').title).toBe('First two');
  });

  test('the cell stands in the notebook, behind what it needs', async () => {
    const { cells } = (await vite.ssrLoadModule('/src/cells/registry.ts')) as { cells: CellGraph<CellType> };
    expect(cells.ids.at(-1)).toBe('hello');
    expect(cells.downstream('training')).toContain('hello');
    const asked: unknown[] = [];
    const actions = { topK: async (...question: unknown[]) => asked.push(question) };
    await cells.cell('hello').run(actions as never);
    expect(asked).toEqual([['row', { index: 0 }, 1, false]]);
  });
});
