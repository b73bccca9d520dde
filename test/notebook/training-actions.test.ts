import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OpenNotebook, openNotebook } from '../support/notebook';

const LINES = Array.from({ length: 80 }, (_, i) =>
  JSON.stringify({
    id: `w${i}`,
    subjects: Array.from({ length: 6 }, (_, s) => `s${(i * 7 + s * (1 + (i % 5))) % 25}`),
  }),
);
const OPTIONS = { dimensions: 8, batchSize: 20, epochs: 4 };

let notebook: OpenNotebook;
beforeEach(async () => {
  notebook = await openNotebook('dataset', 'model', 'training', 'evaluation', 'runs', 'predictions');
  await notebook.actions.load([new File([LINES.join('\n')], 'works.jsonl')]);
});
afterEach(() => notebook.close());

const state = () => notebook.store.getState();
const status = () => state().runtimes.training.status;

/** Trains, and does `what` once the run is held in its second epoch. */
async function held(what: () => Promise<unknown>): Promise<void> {
  const { actions } = notebook;
  let asked = false;
  const training = actions.train(
    { preset: 'cofactor-default', options: OPTIONS },
    {
      onProgress: ({ epoch }) => {
        if (epoch < 1 || asked) return;
        asked = true;
        void actions.control('pause');
      },
    },
  );
  await new Promise<void>((resolve) => {
    const stop = notebook.store.subscribe(({ paused }) => {
      if (!paused) return;
      stop();
      resolve();
    });
  });
  await what();
  await training;
}

test('another model can be prepared while one trains; the run ends as it was begun, and says that it is stale', async () => {
  const { actions } = notebook;
  await held(async () => {
    actions.setModel({ preset: 'wellcome', options: { epochs: 2 } });
    expect(status()).toBe('running');
    expect(state().log?.asked).toMatchObject({ preset: 'cofactor-default' });
    await actions.control('resume');
  });
  expect(state().outputs.training).toMatchObject({ preset: 'cofactor-default', stopReason: 'done', epochs: 4 });
  expect(state().notebook.model).toEqual({ preset: 'wellcome', options: { epochs: 2 } });
  expect(status()).toBe('stale');
});

test('a run that was stopped is resumed on its own losses, and more epochs are put into the form', async () => {
  const { actions } = notebook;
  await held(() => actions.control('stop'));
  await actions.refreshRuns();
  const stopped = state();
  expect(stopped.outputs.training?.stopReason).toBe('stopped');
  expect(stopped.outputs.runs.at(-1)?.resumable).toBe(true);
  const before = stopped.log?.losses.slice() ?? [];
  await actions.continueTraining(null);
  expect(state().outputs.training).toMatchObject({ run: 2, stopReason: 'done', epochs: 4 });
  expect(state().log?.losses.slice(0, before.length)).toEqual(before);
  expect(state().log?.losses).toHaveLength(state().outputs.training?.steps ?? -1);
  expect(state().log?.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
  // The log of the stopped run is its own.
  expect(stopped.log?.losses).toEqual(before);
  await actions.continueTraining(3);
  expect(state().outputs.training).toMatchObject({ run: 3, epochs: 7 });
  expect(state().notebook.model.options.epochs).toBe(7);
  expect(status()).toBe('done');
});

test('a run that is discarded leaves the one before it', async () => {
  const { actions } = notebook;
  await actions.train({ preset: 'cofactor-default', options: OPTIONS });
  const { log } = state();
  await held(async () => actions.cancel('training')).catch((error: Error) => expect(error.name).toBe('AbortError'));
  expect(state().outputs.training?.run).toBe(1);
  expect(state().log).toBe(log);
  expect(state().paused).toBe(false);
});

test('after a failed worker nothing stands behind what is shown: the next run reads the data and trains again', async () => {
  const { actions } = notebook;
  await actions.train({ preset: 'cofactor-default', options: OPTIONS });
  const { run } = state().runtimes.dataset;
  actions.workerFailed('The worker broke down.');
  expect(state().failure).toBe('The worker broke down.');
  expect([state().runtimes.dataset.status, status()]).toEqual(['stale', 'stale']);
  expect(state().outputs.runs).toEqual([]);
  expect(await actions.run('evaluation')).toBe(true);
  expect(state().runtimes.dataset.run).toBeGreaterThan(run);
  expect([state().runtimes.dataset.status, status()]).toEqual(['done', 'done']);
});
