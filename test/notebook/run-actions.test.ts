import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actions } from '../../src/notebook/actions';
import type { NotebookStore } from '../../src/notebook/store';
import { openNotebook } from '../support/notebook';

// Two worlds that share no subject, so that there is something to learn.
const LINES = Array.from({ length: 80 }, (_, i) =>
  JSON.stringify({
    id: `w${i}`,
    title: `Work, ${i}`,
    kind: i % 2 ? 'animals' : 'boats',
    subjects: Array.from({ length: 6 }, (_, s) => `${i % 2 ? 'animal' : 'boat'} ${(i * 7 + s * (1 + (i % 5))) % 25}`),
  }),
);
const FILE = new File([LINES.join('\n')], 'works.jsonl');
const OPTIONS = { dimensions: 8, batchSize: 20, epochs: 4 };
const CELLS = ['dataset', 'model', 'training', 'evaluation', 'runs', 'predictions'];

describe('runs of one notebook', () => {
  let actions: Actions;
  let store: NotebookStore;
  let close: () => void;
  const status = (cell: string) => store.getState().runtimes[cell].status;
  const numbers = () => store.getState().outputs.runs.map(({ run }) => run);

  beforeAll(async () => {
    ({ actions, store, close } = await openNotebook(...CELLS));
    await actions.load([FILE]);
    await actions.train({ preset: 'cofactor-default', options: OPTIONS });
    await actions.evaluate();
    await actions.train({ preset: 'cofactor-default', options: { ...OPTIONS, dimensions: 2 } });
  });
  afterAll(() => close());

  test('the list has every run, with what it was asked for, and which is shown', () => {
    const { runs, training } = store.getState().outputs;
    expect(runs.map(({ run, changed }) => ({ run, changed }))).toEqual([
      { run: 1, changed: OPTIONS },
      { run: 2, changed: { ...OPTIONS, dimensions: 2 } },
    ]);
    expect(training?.run).toBe(2);
    expect(runs[0].quality?.ranking?.recall).toBeGreaterThan(0);
    expect(runs[1].quality).toBeNull();
    expect(status('runs')).toBe('done');
  });

  test('showing a run puts back its report, metrics, options and losses, and nothing of it is stale', async () => {
    const { log } = store.getState();
    const { evaluation } = store.getState().outputs;
    actions.setModel({ preset: 'wellcome', options: {} });
    expect(status('training')).toBe('stale');
    await actions.selectRun(1);
    const now = store.getState();
    expect(now.outputs.training?.run).toBe(1);
    expect(now.outputs.evaluation).toEqual(evaluation);
    expect(now.notebook.model).toEqual({ preset: 'cofactor-default', options: OPTIONS });
    expect([status('training'), status('evaluation'), status('runs')]).toEqual(['done', 'done', 'done']);
    expect(now.log).not.toBe(log);
    expect(now.log?.losses).toHaveLength(now.outputs.training?.steps ?? -1);
  });

  test('a run that was not measured is measured when it is shown, and predictions follow', async () => {
    await actions.predict();
    await actions.selectRun(2);
    expect(store.getState().outputs.evaluation).toBeNull();
    expect(status('predictions')).toBe('stale');
    await actions.selectRun(1);
    await actions.showRun(2);
    expect(store.getState().outputs.evaluation?.run).toBe(2);
    expect([status('evaluation'), status('predictions')]).toEqual(['done', 'done']);
    expect(store.getState().outputs.runs[1].quality?.ranking).toEqual(
      store.getState().outputs.evaluation?.model.ranking,
    );
  });

  test('two runs are compared on the rows that both ranked', async () => {
    const { differences, paired, reason } = await actions.compareRuns(2, 1);
    expect(reason).toBeNull();
    expect(differences).toEqual([{ option: 'dimensions', a: 2, b: 8 }]);
    const [first, second] = store.getState().outputs.runs.map(({ quality }) => quality?.ranking?.recall ?? 0);
    expect(paired?.recall.difference.mean).toBeCloseTo(second - first, 6);
    expect(paired?.recall.rows).toBe(store.getState().outputs.evaluation?.model.ranking?.rows);
  });

  test('lists of another length are measured anew, and runs of different lengths are not compared', async () => {
    const { evaluation: before } = store.getState().outputs;
    const evaluation = await actions.evaluate({ k: 5 });
    expect(evaluation.k).toBe(5);
    expect(evaluation.model.ranking?.recall).toBeLessThanOrEqual(before?.model.ranking?.recall ?? 0);
    expect(store.getState().listLength).toBe(5);
    expect((await actions.compareRuns(1, 2)).reason).toContain('lists of different length');
    await actions.showRun(1);
    // As long as when that run was measured.
    expect(store.getState().listLength).toBe(10);
  });

  test('a measuring that is cancelled leaves the length and the metrics as they were', async () => {
    const before = store.getState();
    const call = new AbortController();
    const measuring = actions.evaluate({ k: 20, signal: call.signal });
    call.abort();
    await expect(measuring).rejects.toThrow();
    expect(store.getState().listLength).toBe(before.listLength);
    expect(store.getState().outputs.evaluation).toBe(before.outputs.evaluation);
    expect(status('evaluation')).toBe('done');
  });

  test('a run that is not there is named, and nothing changes', async () => {
    const { outputs, notebook } = store.getState();
    await expect(actions.selectRun(9)).rejects.toThrow('expected a run of 1, 2, found 9');
    expect(store.getState().outputs).toBe(outputs);
    expect(store.getState().notebook).toBe(notebook);
  });

  test('no other run is shown while one is under way', async () => {
    const training = actions.train({ options: { ...OPTIONS, epochs: 40 } });
    await expect.poll(() => store.getState().log?.losses.length).toBeGreaterThan(0);
    await expect(actions.selectRun(1)).rejects.toThrow('Expected no training under way, found one');
    await actions.control('stop');
    await training;
    expect(numbers()).toEqual([1, 2, 3]);
  });

  test('all suggestions as a table: k for each tested row, the best first, and nothing that was trained on', async () => {
    await actions.selectRun(1);
    const shares: number[] = [];
    const blob = await actions.exportPredictions(
      { k: 4, rows: 'tested' },
      { onProgress: ({ share }) => shares.push(share) },
    );
    const [header, ...lines] = (await blob.text()).trimEnd().split('\n');
    expect(header).toBe('work id,work,subject id,subject,score,rank');
    const rows = lines.map((line) => {
      const [, id, label, column, score, rank] = /^(w\d+),"(Work, \d+)",[^,]*,([^,]+),([^,]+),(\d)$/.exec(line) ?? [];
      return { id, label, column, score: Number(score), rank: Number(rank) };
    });
    expect(rows).toHaveLength(4 * (store.getState().outputs.evaluation?.model.ranking?.rows ?? 0));
    expect(rows.map(({ rank }) => rank)).toEqual(rows.map((_, i) => 1 + (i % 4)));
    expect(rows.every(({ id, label }) => label === `Work, ${id.slice(1)}`)).toBe(true);
    const first = rows.slice(0, 4);
    const shown = await actions.topK('row', { id: first[0].id }, 4, false);
    expect(first.map(({ column }) => column)).toEqual(shown.map(({ label }) => label));
    first.forEach(({ score }, i) => {
      expect(score).toBeCloseTo(shown[i].score, 4);
    });
    expect(shares.at(-1)).toBe(1);
    const all = (await (await actions.exportPredictions({ k: 4, rows: 'all' })).text()).trimEnd().split('\n');
    expect(all).toHaveLength(1 + 4 * LINES.length);
  });

  test('writing suggestions can be cancelled', async () => {
    const call = new AbortController();
    const writing = actions.exportPredictions(
      { k: 4, rows: 'all' },
      { signal: call.signal, onProgress: () => call.abort() },
    );
    call.abort();
    await expect(writing).rejects.toThrow(/abort/i);
  });

  test('other data begins without a run', async () => {
    await actions.load([new File([LINES.slice(0, 40).join('\n')], 'fewer.jsonl')]);
    expect(store.getState().outputs).toMatchObject({ runs: [], training: null, evaluation: null });
    expect(status('runs')).toBe('idle');
  });
});

test('without held-out pairs there is nothing to compare, and the tested rows are none', async () => {
  const { actions, store, close } = await openNotebook(...CELLS);
  await actions.load([FILE]);
  for (const dimensions of [2, 4]) await actions.train({ options: { ...OPTIONS, dimensions, holdOut: false } });
  expect(store.getState().outputs.runs).toHaveLength(2);
  expect((await actions.compareRuns(1, 2)).reason).toContain('measured by ranking first');
  await expect(actions.exportPredictions({ k: 5, rows: 'tested' })).rejects.toThrow(
    'expected works with held-out pairs, found none',
  );
  await expect(actions.exportPredictions({ k: 0, rows: 'all' })).rejects.toThrow(
    'expected a list of 1 to 1000, found 0',
  );
  close();
});
