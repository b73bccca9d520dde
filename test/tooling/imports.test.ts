import { expect, test } from 'vitest';
import { problemsOf, sourceFiles } from '../../src/tooling/imports.mjs';

/** Problems of files that are not there: their texts by their names. */
const problems = (files: Readonly<Record<string, string>>) => problemsOf(Object.keys(files), (file) => files[file]);

test('the imports of src/ run one way', () => {
  expect(sourceFiles().length).toBeGreaterThan(300);
  expect(problemsOf(sourceFiles())).toEqual([]);
});

test('a new folder has to be given a rule', () => {
  expect(problems({ 'src/plugins/a.ts': "import { b } from './b';" })).toEqual([
    'src/plugins/a.ts: src/plugins has no rule of what it may import (src/tooling/imports.mjs)',
  ]);
});

test('another folder, another package, a single engine: refused, also as types and when they are fetched late', () => {
  const found = problems({
    'src/data/a.ts': "import type { ModelSpec } from '../models/spec'; import('../kernel/session');",
    'src/models/b.ts': "export { z } from 'zod';",
    'src/notebook/c.ts': "import { WasmScorer } from '../engines/wasm/scorer';",
    'src/embedding/d.ts': "import { normalise } from '../engines/reference/vectors';",
  });
  expect(found).toEqual([
    'src/data/a.ts: src/data may not import src/models (src/models/spec.ts)',
    'src/data/a.ts: src/data may not import src/kernel (src/kernel/session.ts)',
    'src/data/a.ts: imports src/kernel/session.ts, but the page knows the kernel by its protocol and its client',
    'src/models/b.ts: src/models may not import the package zod',
    'src/models/b.ts: imports zod, but only data/zod.ts imports zod; everything else imports from there',
    'src/notebook/c.ts: imports src/engines/wasm/scorer.ts, but only the kernel knows single engines',
    'src/embedding/d.ts: imports src/engines/reference/vectors.ts, but production shares no code with the reference that it is compared with',
  ]);
});

test('files that import each other, over any number of others', () => {
  expect(
    problems({
      'src/models/x.ts': "import type { Y } from './y';",
      'src/models/y.ts': "export type { Z } from './z';",
      'src/models/z.ts': "import { x } from './x';",
    }),
  ).toEqual(['imported in a circle: src/models/x.ts → src/models/y.ts → src/models/z.ts → src/models/x.ts']);
});
