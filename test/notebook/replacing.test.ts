import { expect, test } from 'vitest';
import { cells } from '../../src/cells/registry';
import { openNotebook } from '../support/notebook';

const WORKS = new File(
  Array.from({ length: 12 }, (_, i) => `${JSON.stringify({ id: `w${i}`, subjects: ['a', `s${i % 4}`] })}\n`),
  'works.jsonl',
);

test('a file dropped while an example’s own data is on its way takes its place', async () => {
  const { actions, store, close, holdDataset } = await openNotebook(...cells.ids);
  const sent = holdDataset();
  const example = actions.openExample('wikipedia-books').catch((error: Error) => error.name);
  const release = await sent;
  // The kernel has answered; the file comes before the answer does, whose recipe must not end the later reading.
  const { run } = store.getState().runtimes.dataset;
  const opened = actions.open([WORKS]);
  await new Promise<void>((resolve) => {
    const stop = store.subscribe(({ runtimes }) => {
      if (runtimes.dataset.run === run) return;
      stop();
      resolve();
    });
  });
  release();
  await Promise.all([example, opened]);
  const { outputs, runtimes } = store.getState();
  expect([outputs.dataset?.files[0].name, runtimes.dataset.status, runtimes.model.status]).toEqual([
    'works.jsonl',
    'done',
    'done',
  ]);
  close();
});

test('a file is looked into once before it is read, and again when it is dropped again', async () => {
  const { actions, asked, close } = await openNotebook(...cells.ids);
  const times = () => asked.filter((method) => method === 'inspect').length;
  await actions.open([WORKS]);
  expect(times()).toBe(1);
  await actions.open([WORKS]);
  expect(times()).toBe(2);
  close();
});
