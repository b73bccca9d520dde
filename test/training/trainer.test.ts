import { describe, expect, test } from 'vitest';
import { splitPairs } from '../../src/data/split';
import { DeviceLostError, type Engine } from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { type FactorSpec, TORCH_ADAM, type TrainingSpec } from '../../src/models/factor';
import { TrainingControl } from '../../src/training/control';
import { type TrainingProgress, type TrainingWorld, trainFactorModel } from '../../src/training/trainer';
import { breathe, randomMatrix } from '../support/tiny';

const MODEL: FactorSpec = {
  dimensions: 4,
  rowVector: 'own',
  score: 'dot',
  temperature: 1,
  columnBias: false,
  loss: 'bce',
  initialDeviation: 0.5,
  adam: TORCH_ADAM,
};
const TRAINING: TrainingSpec = {
  epochs: 5,
  batchRows: 20,
  learningRate: 0.05,
  schedule: 'constant',
  inputDropout: 0,
  blockColumns: 'batch',
  sampledColumns: 0,
  blocks: 'even',
};
const split = splitPairs(randomMatrix(100, 30, 8), { fraction: 0.2, minimumDegree: 5, seed: 1 });
const RUN = { model: MODEL, training: TRAINING, train: split.train, heldOut: split.heldOut, seed: 2 };
const STEPS = 25;

function world(change: Partial<TrainingWorld> = {}) {
  const reports: TrainingProgress[] = [];
  let now = 0;
  const given: TrainingWorld = {
    clock: () => (now += 10),
    breathe,
    control: new TrainingControl(),
    nextEngine: async () => null,
    onProgress: (progress) => reports.push({ ...progress, losses: progress.losses.slice() }),
    ...change,
  };
  return { given, reports };
}

/** An engine that breaks after a number of steps. */
function breaking(after: number, how: 'lost' | 'NaN'): Engine {
  const engine = createReferenceEngine();
  let steps = 0;
  return {
    ...engine,
    create: (spec, state, size) => {
      const trainer = engine.create(spec, state, size);
      return {
        ...trainer,
        step: (block, rate) => {
          steps++;
          if (how === 'lost' && steps > after) throw new DeviceLostError('The graphics device was lost.');
          trainer.step(block, how === 'NaN' && steps > after ? Number.NaN : rate);
        },
      };
    },
  };
}

test('the loss falls, and every step is told once', async () => {
  const { given, reports } = world();
  const result = await trainFactorModel(RUN, createReferenceEngine(), given);
  expect(result.ended).toBe('done');
  expect(result.steps).toBe(STEPS);
  expect(result.state.step).toBe(STEPS);
  expect(result.loss).toHaveLength(5);
  expect(result.loss[4]).toBeLessThan(result.loss[0]);
  expect(result.heldOutLoss).toHaveLength(5);
  const told = reports.flatMap(({ losses }) => [...losses]);
  expect(told).toHaveLength(STEPS);
  const mean = told.slice(0, 5).reduce((a, b) => a + b) / 5;
  expect(result.loss[0]).toBeCloseTo(mean, 6);
  expect(reports.flatMap(({ heldOut }) => heldOut.map(({ step }) => step))).toEqual([5, 10, 15, 20, 25]);
});

test('the same seed gives the same result, another gives another', async () => {
  const run = async (seed: number) =>
    (await trainFactorModel({ ...RUN, seed }, createReferenceEngine(), world().given)).state;
  expect(await run(2)).toEqual(await run(2));
  expect((await run(3)).tables[0].values).not.toEqual((await run(2)).tables[0].values);
});

test('a loss that is not a number ends the run with the last good weights', async () => {
  const healthy = await trainFactorModel(
    { ...RUN, training: { ...TRAINING, epochs: 2 } },
    createReferenceEngine(),
    world().given,
  );
  const result = await trainFactorModel(RUN, breaking(12, 'NaN'), world().given);
  expect(result.ended).toBe('diverged');
  expect(result.epochs).toBe(2);
  expect(result.state).toEqual(healthy.state);
  expect(result.notices).toEqual([
    'The loss is no longer a number (in epoch 3). Training stopped, and the weights of epoch 2 were kept. Try a lower learning rate.',
  ]);
});

test('a loss that grows a thousandfold ends the run too', async () => {
  const wild = { ...RUN, training: { ...TRAINING, learningRate: 1e5 } };
  const result = await trainFactorModel(wild, createReferenceEngine(), world().given);
  expect(result.ended).toBe('diverged');
  expect(result.notices[0]).toMatch(
    /^The loss has grown beyond all bounds \(in epoch 1\)\..* weights of the start were kept\./,
  );
  expect(result.state.step).toBe(0);
});

test('a lost device goes on from the last checkpoint on the next engine, to the same end', async () => {
  const whole = await trainFactorModel(RUN, createReferenceEngine(), world().given);
  const { given, reports } = world({ nextEngine: async () => createReferenceEngine() });
  const result = await trainFactorModel(RUN, breaking(13, 'lost'), given);
  expect(result.ended).toBe('done');
  expect(result.state).toEqual(whole.state);
  expect(result.loss).toEqual(whole.loss);
  expect(result.notices).toEqual([
    'The graphics device was lost. Training went on from the end of epoch 2 on reference.',
  ]);
  expect(reports.some(({ notice }) => notice?.includes('went on'))).toBe(true);
});

test('a lost device without another one is an error', async () => {
  await expect(trainFactorModel(RUN, breaking(3, 'lost'), world().given)).rejects.toThrow(
    'The graphics device was lost.',
  );
});

describe('the hand on the run', () => {
  test('one step while paused makes one step', async () => {
    const control = new TrainingControl();
    control.pause();
    const { given, reports } = world({ control });
    const running = trainFactorModel(RUN, createReferenceEngine(), given);
    await settle();
    expect(reports.at(-1)).toMatchObject({ phase: 'paused', step: 0 });
    control.step();
    await settle();
    control.step();
    await settle();
    expect(reports.at(-1)).toMatchObject({ phase: 'paused', step: 2 });
    control.resume();
    expect(await running).toMatchObject({ ended: 'done', steps: STEPS });
  });

  test('stop keeps what was learned so far', async () => {
    const control = new TrainingControl();
    let steps = 0;
    const engine = createReferenceEngine();
    const counting: Engine = {
      ...engine,
      create: (...args) => {
        const trainer = engine.create(...args);
        return {
          ...trainer,
          step: (block, rate) => {
            if (++steps === 8) control.stop();
            trainer.step(block, rate);
          },
        };
      },
    };
    const result = await trainFactorModel(RUN, counting, world({ control }).given);
    expect(result).toMatchObject({ ended: 'stopped', steps: 8, epochs: 1 });
    expect(result.loss).toHaveLength(2);
  });

  test('an abort ends a paused run', async () => {
    const control = new TrainingControl();
    control.pause();
    const controller = new AbortController();
    const running = trainFactorModel(RUN, createReferenceEngine(), world({ control, signal: controller.signal }).given);
    await settle();
    controller.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });
});

test('without held-out pairs there is no held-out loss', async () => {
  const nothing = splitPairs(randomMatrix(100, 30, 8), null);
  const result = await trainFactorModel({ ...RUN, ...nothing }, createReferenceEngine(), world().given);
  expect(result.heldOutLoss).toEqual([]);
});

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
