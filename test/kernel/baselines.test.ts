import { expect, test } from 'vitest';
import { createKernel } from '../../src/kernel/kernel';
import type { EvaluateProgress } from '../../src/kernel/protocol';
import { context, watched } from '../support/calling';
import { ratingsFiles } from '../support/ratings-files';

const ASKED = { preset: 'cofactor-default', options: {}, k: 5 };

async function open() {
  const kernel = createKernel();
  await kernel.load({ files: ratingsFiles(), options: {} }, context());
  return kernel;
}

test('what each baseline takes is told before the first is fitted, then how far it is', async () => {
  const kernel = await open();
  const { context: call, reports } = watched<EvaluateProgress>();
  const found = await kernel.baselines({ ...ASKED, maximumSeconds: null }, call);
  const [{ estimates }, ...rest] = reports;
  expect(estimates?.map(({ id }) => id)).toEqual(['popular', 'itemKnn', 'ease', 'ials']);
  for (const { seconds, bytes, refused } of estimates ?? []) {
    expect(seconds).toBeGreaterThan(0);
    expect(bytes).toBeGreaterThan(0);
    expect(refused).toBeNull();
  }
  expect(new Set(rest.map(({ what }) => what))).toEqual(new Set(['Popular', 'ItemKNN', 'EASE', 'iALS']));
  const shares = rest.filter(({ what }) => what === 'EASE').map(({ share }) => share);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBeCloseTo(1);
  expect(found.every(({ ranking }) => (ranking?.recall ?? 0) > 0)).toBe(true);
});

test('one that would take longer than is asked for is refused with the reason, and told before', async () => {
  const kernel = await open();
  const { context: call, reports } = watched<EvaluateProgress>();
  const found = await kernel.baselines({ ...ASKED, maximumSeconds: 0 }, call);
  expect(found.map(({ ranking }) => ranking)).toEqual([null, null, null, null]);
  expect(found.find(({ id }) => id === 'ease')?.refused).toBe(
    'EASE would take about 0 s here, and at most 0 s were asked for.',
  );
  expect(reports[0].estimates?.every(({ refused }) => refused !== null)).toBe(true);
});

test('an abort ends the fitting', async () => {
  const kernel = await open();
  const controller = new AbortController();
  const progress = ({ what }: EvaluateProgress) => {
    if (what === 'EASE') controller.abort();
  };
  await expect(
    kernel.baselines({ ...ASKED, maximumSeconds: null }, { ...context(), signal: controller.signal, progress }),
  ).rejects.toMatchObject({ name: 'AbortError' });
});
