import { beforeEach, describe, expect, test } from 'vitest';
import { readModel } from '../../src/exchange/model-file';
import { createKernel } from '../../src/kernel/kernel';
import type { KernelMethods } from '../../src/kernel/protocol';
import type { Handlers } from '../../src/kernel/serve';
import type { TrainingProgress } from '../../src/training/trainer';
import { context, watched } from '../support/calling';
import { ratingsFiles } from '../support/ratings-files';

const ASKED = { preset: 'two-tower', options: { epochs: 6, dimensions: 8, learningRate: 0.02, batchSize: 64 } };

let kernel: Handlers<KernelMethods>;
beforeEach(async () => {
  kernel = createKernel();
  await kernel.device({ choose: 'reference' }, context());
  await kernel.load({ files: ratingsFiles(), options: {} }, context());
});

/** Trains, and does `what` when the run is held in its third epoch. */
async function held(what: () => Promise<unknown> | unknown) {
  let done: Promise<unknown> = Promise.resolve();
  let asked = false;
  const progress = ({ phase, epoch }: TrainingProgress) => {
    if (phase === 'paused') done = Promise.resolve().then(what);
    else if (epoch === 2 && !asked) {
      asked = true;
      void kernel.control({ action: 'pause' }, context());
    }
  };
  const finished = await kernel.train(ASKED, { ...context(), progress });
  await done;
  return finished;
}

const rows = async (run: number) => (await kernel.embedding({ run, side: 'row' }, context())).values.slice();

describe('a run that was stopped', () => {
  test('is resumed to the epochs that it was asked for with, as another run', async () => {
    const whole = await kernel.train(ASKED, context());
    const wanted = await rows(1);
    const stopped = await held(() => kernel.control({ action: 'stop' }, context()));
    expect(stopped).toMatchObject({ run: 2, stopReason: 'stopped' });
    expect(stopped.steps).toBeLessThan(whole.steps);
    const half = await rows(2);
    const { context: call, reports } = watched<TrainingProgress>();
    const resumed = await kernel.continueRun({ run: 2, moreEpochs: null }, call);
    expect(resumed).toMatchObject({
      run: 3,
      stopReason: 'done',
      epochs: 6,
      steps: whole.steps,
      options: whole.options,
    });
    expect(reports[0]).toMatchObject({ phase: 'preparing', step: stopped.steps });
    expect(reports.find(({ losses }) => losses.length > 0)?.firstStep).toBe(stopped.steps);
    const resumedRows = await rows(3);
    resumedRows.forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[i], 4);
    });
    // The stopped run stays what it was.
    expect(await rows(2)).toEqual(half);
    expect((await kernel.runs({}, context())).map(({ resumable }) => resumable)).toEqual([false, false, true]);
  });

  test('has the held-out losses of the epochs that it ended', async () => {
    const stopped = await held(() => kernel.control({ action: 'stop' }, context()));
    expect(stopped.heldOutLoss.length).toBeGreaterThanOrEqual(2);
    const [row] = await kernel.runs({}, context());
    expect(row.heldOutLoss).toBe(stopped.heldOutLoss.at(-1));
  });
});

test('more epochs: by so many more than were begun, and no more than a run may have', async () => {
  await kernel.train(ASKED, context());
  const more = await kernel.continueRun({ run: 1, moreEpochs: 3 }, context());
  expect(more).toMatchObject({ run: 2, epochs: 9, stopReason: 'done' });
  expect(more.options.epochs).toBe(9);
  expect(more.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await expect(kernel.continueRun({ run: 2, moreEpochs: 1000 }, context())).rejects.toThrow(
    'Epochs: expected a whole number from 1 to 1000, found 1009',
  );
  await expect(kernel.continueRun({ run: 2, moreEpochs: null }, context())).rejects.toThrow(
    'expected more than the 9 epochs that run 2 has, found 9',
  );
  await expect(kernel.continueRun({ run: 1, moreEpochs: 1 }, context())).rejects.toThrow(
    'Run 1 cannot be gone on with',
  );
});

test('a run that is paused is saved as it stands, and goes on', async () => {
  let saved: Blob | null = null;
  const finished = await held(async () => {
    saved = await kernel.exportModel({ run: null }, context());
    await kernel.control({ action: 'resume' }, context());
  });
  expect(finished).toMatchObject({ stopReason: 'done', epochs: 6 });
  const blob = saved as unknown as Blob;
  const file = await readModel({ name: 'paused', blob });
  expect(file.report).toMatchObject({ stopReason: 'stopped', epochs: 2 });
  const opened = await kernel.importModel({ file: new File([blob], 'paused.safetensors') }, context());
  expect(opened).toMatchObject({ run: 2, stopReason: 'stopped' });
});
