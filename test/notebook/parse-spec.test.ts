import { expect, test } from 'vitest';
import { DEFAULT_NOTEBOOK, toNotebook } from '../../src/notebook/notebook';
import { parseSpec } from '../../src/notebook/parse-spec';

test.each([
  ['a preset that is gone', { model: { preset: 'gone', options: { epochs: 3 } } }, {}, ['the model “gone”']],
  [
    'an option that is gone',
    { model: { preset: 'wellcome', options: { epochs: 3, gone: 1 } } },
    { model: { preset: 'wellcome', options: { epochs: 3 } } },
    ['the option “gone”'],
  ],
  [
    'a value that its option no longer takes',
    { model: { preset: 'wellcome', options: { epochs: -3 } } },
    { model: { preset: 'wellcome', options: {} } },
    ['Epochs -3'],
  ],
  ['a projection that is gone', { map: { method: 'tea leaves' } }, {}, ['the map']],
  [
    'an option of a projection that is gone',
    { map: { method: 'umap', options: { gone: true } } },
    { map: { ...DEFAULT_NOTEBOOK.map, method: 'umap', options: {} } },
    ['the option “gone”'],
  ],
  [
    'a step of cleaning that is gone',
    { cleaning: { file: 'a', recipe: { minimumValue: 'much' } } },
    {},
    ['the cleaning'],
  ],
  ['an example that is gone', { example: 'gone' }, {}, ['the example “gone”']],
  ['colours that are gone', { theme: 'sepia' }, {}, ['the colours']],
  ['a part of a later version', { sonification: { tempo: 90 } }, {}, ['“sonification”']],
])('%s is left out and named; all else stays', (_, part, kept, leftOut) => {
  const parsed = parseSpec(JSON.stringify({ version: 1, ...part }));
  expect(parsed?.leftOut).toEqual(leftOut);
  expect(toNotebook(parsed?.spec ?? { version: 1 })).toEqual({ ...DEFAULT_NOTEBOOK, ...kept });
});

test('of several parts, those that are known stay', () => {
  const parsed = parseSpec(
    JSON.stringify({ version: 1, theme: 'dark', example: 'gone', model: { preset: 'wellcome', options: { gone: 1 } } }),
  );
  expect(toNotebook(parsed?.spec ?? { version: 1 })).toEqual({
    ...DEFAULT_NOTEBOOK,
    theme: 'dark',
    model: { preset: 'wellcome', options: {} },
  });
  expect(parsed?.leftOut).toHaveLength(2);
});
