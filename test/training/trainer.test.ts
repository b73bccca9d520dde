import { describe, expect, test } from 'vitest';
import { csrFromPairs } from '../../src/data/csr';
import { Random } from '../../src/data/random';
import { splitPairs } from '../../src/data/split';
import { drawPairs, negativePool } from '../../src/engines/draw';
import { DeviceLostError, type Engine } from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { type FactorSpec, PLAIN_FACTORS } from '../../src/models/factor';
import type { NetworkSpec } from '../../src/models/network';
import { type OptimiserSpec, PLAIN_DESCENT, TORCH_ADAGRAD, TORCH_ADAM } from '../../src/models/optimiser';
import type { NegativeSpec, PairSpec, TrainingSpec } from '../../src/models/training';
import { TrainingControl } from '../../src/training/control';
import { initialState } from '../../src/training/initial-state';
import { Stepper } from '../../src/training/stepper';
import { type TrainingContext, type TrainingProgress, type TrainingRun, trainModel } from '../../src/training/trainer';
import { engineDataOf, pairsOnly, type TrainingData } from '../../src/training/training-data';
import { difference } from '../engines/cases';
import { task } from '../support/task';
import { randomMatrix } from '../support/tiny';
import { trainStill } from '../support/training';

const MODEL: FactorSpec = {
  ...PLAIN_FACTORS,
  dimensions: 4,
  loss: 'bce',
  initializer: { kind: 'normal', scale: 0.5 },
  optimiser: TORCH_ADAM,
};
const TRAINING: TrainingSpec = {
  epochs: 5,
  learningRate: 0.05,
  schedule: { kind: 'constant' },
  patience: null,
  batches: {
    kind: 'blocks',
    batchRows: 20,
    inputDropout: 0,
    blockColumns: 'batch',
    sampledColumns: 0,
    blocks: 'even',
  },
};
const NEGATIVES: NegativeSpec = { perPositive: 3, draw: 'column', by: 'uniform', reject: true, target: 0 };
const MATRIX = randomMatrix(100, 30, 8);
const split = splitPairs({ matrix: MATRIX }, { fraction: 0.2, minimumDegree: 5, seed: 1 });
const RUN: TrainingRun = { model: MODEL, training: TRAINING, data: pairsOnly(split.train, split.heldOut), seed: 2 };
const STEPS = 25;

function world(change: Partial<TrainingContext> = {}) {
  const reports: TrainingProgress[] = [];
  let now = 0;
  const given: TrainingContext = {
    ...task<[TrainingProgress]>({
      clock: () => (now += 10),
      progress: (report) => reports.push({ ...report, losses: report.losses.slice() }),
    }),
    control: new TrainingControl(),
    nextEngine: async () => null,
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
    create: (...args) => {
      const trainer = engine.create(...args);
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
  const result = await trainModel(RUN, createReferenceEngine(), given);
  expect(result.stopReason).toBe('done');
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
    (await trainModel({ ...RUN, seed }, createReferenceEngine(), world().given)).state;
  expect(await run(2)).toEqual(await run(2));
  expect((await run(3)).tables[0].values).not.toEqual((await run(2)).tables[0].values);
});

test('a loss that is not a number ends the run with the last good weights', async () => {
  const healthy = await trainModel(
    { ...RUN, training: { ...TRAINING, epochs: 2 } },
    createReferenceEngine(),
    world().given,
  );
  const result = await trainModel(RUN, breaking(12, 'NaN'), world().given);
  expect(result.stopReason).toBe('diverged');
  expect(result.epochs).toBe(2);
  expect(result.state).toEqual(healthy.state);
  expect(result.notices).toEqual([
    'The loss is no longer a number (in epoch 3). Training stopped, and the weights of epoch 2 were kept. Try a lower learning rate.',
  ]);
});

test('a loss that grows a thousandfold ends the run too', async () => {
  const wild = { ...RUN, training: { ...TRAINING, learningRate: 1e5 } };
  const result = await trainModel(wild, createReferenceEngine(), world().given);
  expect(result.stopReason).toBe('diverged');
  expect(result.notices[0]).toMatch(
    /^The loss has grown beyond all bounds \(in epoch 1\)\..* weights of the start were kept\./,
  );
  expect(result.state.step).toBe(0);
});

test('a lost device goes on from the last checkpoint on the next engine, to the same end', async () => {
  const whole = await trainModel(RUN, createReferenceEngine(), world().given);
  const { given, reports } = world({ nextEngine: async () => createReferenceEngine() });
  const result = await trainModel(RUN, breaking(13, 'lost'), given);
  expect(result.stopReason).toBe('done');
  expect(result.state).toEqual(whole.state);
  expect(result.loss).toEqual(whole.loss);
  expect(result.notices).toEqual([
    'The graphics device was lost. Training went on from the end of epoch 2 on reference.',
  ]);
  expect(reports.some(({ notice }) => notice?.includes('went on'))).toBe(true);
});

test('a lost device without another one is an error', async () => {
  await expect(trainModel(RUN, breaking(3, 'lost'), world().given)).rejects.toThrow('The graphics device was lost.');
});

describe('the hand on the run', () => {
  test('one step while paused makes one step', async () => {
    const control = new TrainingControl();
    control.pause();
    const { given, reports } = world({ control });
    const running = trainModel(RUN, createReferenceEngine(), given);
    await settle();
    expect(reports.at(-1)).toMatchObject({ phase: 'paused', step: 0 });
    control.step();
    await settle();
    control.step();
    await settle();
    expect(reports.at(-1)).toMatchObject({ phase: 'paused', step: 2 });
    control.resume();
    expect(await running).toMatchObject({ stopReason: 'done', steps: STEPS });
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
    const result = await trainModel(RUN, counting, world({ control }).given);
    expect(result).toMatchObject({ stopReason: 'stopped', steps: 8, epochs: 1 });
    expect(result.loss).toHaveLength(2);
  });

  test('an abort ends a paused run', async () => {
    const control = new TrainingControl();
    control.pause();
    const controller = new AbortController();
    const running = trainModel(RUN, createReferenceEngine(), world({ control, signal: controller.signal }).given);
    await settle();
    controller.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('an abort that comes while losses are waited for ends a paused run', async () => {
    const control = new TrainingControl();
    control.pause();
    const controller = new AbortController();
    const engine = createReferenceEngine();
    const slow: Engine = {
      ...engine,
      create: (...args) => {
        const trainer = engine.create(...args);
        return {
          ...trainer,
          losses: async () => {
            controller.abort();
            await settle();
            return trainer.losses();
          },
        };
      },
    };
    const running = trainModel(RUN, slow, world({ control, signal: controller.signal }).given);
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('permission for a step', () => {
  test('is refused at once where the signal was aborted before', async () => {
    const control = new TrainingControl();
    control.pause();
    await expect(control.permission(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('leaves no listener behind', async () => {
    const control = new TrainingControl();
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    const counted = {
      ...signal,
      aborted: false,
      throwIfAborted: () => undefined,
      addEventListener: (_: string, listener: unknown) => listeners.add(listener),
      removeEventListener: (_: string, listener: unknown) => listeners.delete(listener),
    } as unknown as AbortSignal;
    for (let pause = 0; pause < 3; pause++) {
      control.pause();
      const waiting = control.permission(counted);
      expect(listeners.size).toBe(1);
      control.resume();
      await waiting;
    }
    expect(listeners.size).toBe(0);
  });
});

test('without held-out pairs there is no held-out loss, and patience waits for none', async () => {
  const nothing = splitPairs({ matrix: MATRIX }, null);
  const run = {
    ...RUN,
    training: { ...TRAINING, patience: 1 },
    data: pairsOnly(nothing.train, nothing.heldOut),
  };
  const result = await trainModel(run, createReferenceEngine(), world().given);
  expect(result.heldOutLoss).toEqual([]);
  expect(result).toMatchObject({ stopReason: 'done', restoredEpoch: 5 });
});

describe('of pairs', () => {
  // Ratings that are chance: whatever is learned of them, the held-out ones get worse by it.
  const random = new Random(4);
  const ratings = (count: number) => Float32Array.from({ length: count }, () => 1 + random.integer(5));
  const data: TrainingData = {
    ...pairsOnly(split.train, split.heldOut),
    trainValues: ratings(split.train.indices.length),
    heldOutValues: ratings(split.heldOut.indices.length),
  };
  const batches: PairSpec = {
    kind: 'pairs',
    batchPairs: 40,
    order: 'shuffle',
    target: 'value',
    repeats: false,
    negatives: null,
  };
  const training: TrainingSpec = { ...TRAINING, epochs: 60, patience: 4, batches };
  const model: FactorSpec = { ...MODEL, loss: 'mse', rowBias: true, columnBias: true, offset: 3 };
  const early: TrainingRun = { model, training, data, seed: 2 };

  test('early stopping: the best weights are put back', async () => {
    const result = await trainStill(early, createReferenceEngine());
    const lowest = result.heldOutLoss.indexOf(Math.min(...result.heldOutLoss)) + 1;
    expect(result.stopReason).toBe('early');
    expect(result.restoredEpoch).toBe(lowest);
    expect(result.epochs).toBe(lowest + 4);
    expect(result.loss[lowest]).toBeLessThan(result.loss[lowest - 1]);
    expect(result.notices).toEqual([
      `The held-out loss has not fallen for 4 epochs. Training stopped, and the weights of epoch ${lowest} were put back.`,
    ]);
    const best = await trainStill(
      { ...early, training: { ...training, epochs: lowest, patience: null } },
      createReferenceEngine(),
    );
    expect(best).toMatchObject({ stopReason: 'done', restoredEpoch: lowest });
    expect(result.state).toEqual(best.state);
  });

  test('patience that outlasts the run still puts the best weights back; without it the last ones stay', async () => {
    const short = { ...early, training: { ...training, epochs: 30, patience: 1000 } };
    const patient = await trainStill(short, createReferenceEngine());
    expect(patient.stopReason).toBe('done');
    expect(patient.restoredEpoch).toBeLessThan(30);
    const { stopReason, restoredEpoch, state } = await trainStill(
      { ...short, training: { ...short.training, patience: null } },
      createReferenceEngine(),
    );
    expect([stopReason, restoredEpoch]).toEqual(['done', 30]);
    expect(state).not.toEqual(patient.state);
  });

  test('metrics of each epoch are kept and reported: loss, mean absolute error, and both of the held-out pairs', async () => {
    const { given, reports } = world();
    const { history, loss, heldOutLoss } = await trainModel(
      { ...early, training: { ...training, epochs: 3 } },
      createReferenceEngine(),
      given,
    );
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(history.map((entry) => entry.loss)).toEqual(loss);
    expect(history.map((entry) => entry.heldOutLoss)).toEqual(heldOutLoss);
    for (const entry of history) {
      expect((entry.metric as number) ** 2).toBeLessThan(entry.loss);
      expect((entry.heldOutMetric as number) ** 2).toBeLessThan(entry.heldOutLoss as number);
    }
    expect(reports.flatMap(({ epochEnd }) => epochEnd ?? [])).toEqual(history);
  });

  test('a lost device goes on to the same end, early stop included', async () => {
    const whole = await trainStill(early, createReferenceEngine());
    const result = await trainStill(early, breaking(35, 'lost'), { nextEngine: async () => createReferenceEngine() });
    expect(result.state).toEqual(whole.state);
    expect(result.notices[0]).toContain('Training went on from the end of epoch');
    expect(result.history).toEqual(whole.history);
    expect(result.restoredEpoch).toBe(whole.restoredEpoch);
  });

  test('a rate that moves is asked for at every step', async () => {
    const rates: number[] = [];
    const engine = createReferenceEngine();
    const noting: Engine = {
      ...engine,
      create: (...args) => {
        const trainer = engine.create(...args);
        return {
          ...trainer,
          step: (batch, rate) => {
            rates.push(rate);
            trainer.step(batch, rate);
          },
        };
      },
    };
    const schedule = { kind: 'linear' } as const;
    const { steps } = await trainStill({ ...early, training: { ...training, epochs: 2, schedule } }, noting);
    expect(rates).toEqual(Array.from({ length: steps }, (_, step) => 0.05 * (1 - step / steps)));
  });

  const network: NetworkSpec = {
    family: 'network',
    rowDimensions: 3,
    columnDimensions: 3,
    join: 'concat',
    embeddingDropout: 0,
    dropoutPlace: 'joined',
    biases: false,
    productDimensions: 0,
    layers: [{ units: 4, dropout: 0 }],
    output: 'linear',
    range: null,
    loss: 'mse',
    padding: false,
    initializer: { kind: 'uniform', scale: 0.05 },
    denseStart: { kind: 'glorot' },
    denseBias: 0,
    rowFeatures: 0,
    columnFeatures: 0,
    optimiser: TORCH_ADAM,
  };
  test.each<[string, TrainingRun, string]>([
    ['a network on blocks', { ...RUN, model: network }, 'expected batches of pairs for a network, found blocks'],
    [
      'softmax on pairs without negatives',
      { ...early, model: { ...MODEL, loss: 'softmax' } },
      'expected negatives drawn for the same row, which a loss of softmax compares a pair with, found none',
    ],
    [
      'BPR against pairs of other rows',
      {
        ...early,
        model: { ...MODEL, loss: 'bpr' },
        training: { ...training, batches: { ...batches, negatives: { ...NEGATIVES, draw: 'pair' } } },
      },
      'which a loss of bpr compares a pair with, found pairs of other rows',
    ],
    [
      'pooled rows on pairs',
      { ...early, model: { ...model, rowVector: 'pooled' } },
      'expected own rows for batches of pairs, found pooled rows',
    ],
    [
      'moves after each pair of shuffled pairs',
      { ...early, model: { ...MODEL, loss: 'mse', optimiser: { ...PLAIN_DESCENT, updates: 'pair' } } },
      'expected pairs in strata, without negatives, where parameters move after each pair',
    ],
    [
      'moves after each pair of a cosine',
      { ...early, model: { ...MODEL, loss: 'mse', score: 'cosine', optimiser: { ...PLAIN_DESCENT, updates: 'pair' } } },
      'expected products of own vectors with a squared error where parameters move after each pair',
    ],
    [
      'moves after each pair with vectors of metadata',
      {
        ...early,
        model: { ...MODEL, loss: 'mse', rowFeatures: 3, optimiser: { ...PLAIN_DESCENT, updates: 'pair' } },
      },
      'found some: switch off “Use metadata”, or choose an optimiser that takes batches',
    ],
    [
      'strata for Adam',
      { ...early, training: { ...training, batches: { ...batches, order: 'strata' } } },
      'expected an optimiser that moves after each pair for pairs in strata',
    ],
    ['row biases on blocks', { ...RUN, model: { ...MODEL, rowBias: true } }, 'found what only pairs can teach'],
    ['BPR on blocks', { ...RUN, model: { ...MODEL, loss: 'bpr' } }, 'found what only pairs can teach'],
    ['values on blocks', { ...RUN, model: { ...MODEL, loss: 'mse' } }, 'found what only pairs can teach'],
    ['values that are not there', { ...early, data: RUN.data }, 'expected pairs with values, such as ratings'],
  ])('%s are refused', async (_, run, message) => {
    await expect(trainStill(run, createReferenceEngine())).rejects.toThrow(message);
    await expect(trainStill(run, createReferenceEngine())).rejects.toBeInstanceOf(RangeError);
  });
});

describe('an engine that draws by itself', () => {
  const pairs: TrainingSpec = {
    ...TRAINING,
    schedule: { kind: 'linear' },
    batches: {
      kind: 'pairs',
      batchPairs: 4,
      order: 'shuffle',
      target: 'one',
      repeats: false,
      negatives: NEGATIVES,
    },
  };
  const run: TrainingRun = { ...RUN, training: pairs };
  const perEpoch = Math.ceil(split.train.indices.length / 4);

  /** The reference engine, which steps through whatever `drawPairs` gives; `calls` are how many steps each call made. */
  function drawing(onCall: (steps: number) => void = () => undefined) {
    const calls: number[] = [];
    const engine = createReferenceEngine();
    const drawn: Engine = {
      ...engine,
      create: (spec, state, data, source) => {
        const trainer = engine.create(spec, state, data);
        if (!source) return trainer;
        const pool = negativePool(source);
        return {
          ...trainer,
          step: () => {
            throw new Error('expected no batch, found one');
          },
          draw: (epoch, first, rates) => {
            calls.push(rates.length);
            rates.forEach((rate, i) => {
              trainer.step(drawPairs(source, pool, epoch, first + i), rate);
            });
            onCall(rates.length);
          },
        };
      },
    };
    return { drawn, calls };
  }

  test('comes to the same end as one that is given batches, in fewer calls', async () => {
    const given = await trainStill(run, createReferenceEngine());
    const { drawn, calls } = drawing();
    const result = await trainStill(run, drawn);
    expect(result.steps).toBe(5 * perEpoch);
    expect(calls.reduce((sum, steps) => sum + steps)).toBe(result.steps);
    expect(calls.length).toBeLessThan(result.steps / 5);
    expect(result.loss).toHaveLength(5);
    for (let e = 0; e < 5; e++) expect(result.loss[e]).toBeCloseTo(given.loss[e], 5);
    // Rates are handed over in single precision.
    result.state.tables.forEach(({ values }, t) => {
      expect(difference(values, given.state.tables[t].values)).toBeLessThan(1e-4);
    });
  });

  test('is asked for as many steps as take 25 ms, and never beyond the end of an epoch', async () => {
    // A step takes 3 ms in the first two epochs, and 30 ms from then on.
    let now = 0;
    let made = 0;
    const { drawn, calls } = drawing((steps) => {
      for (let i = 0; i < steps; i++) now += made++ < 2 * perEpoch ? 3 : 30;
    });
    await trainStill(run, drawn, { clock: () => now });
    // Four calls, and the device is waited for: then it is known what a step takes.
    expect(calls.slice(0, 6)).toEqual([1, 1, 1, 1, 8, 8]);
    expect(Math.max(...calls)).toBe(8);
    let step = 0;
    for (const steps of calls) {
      expect(Math.floor(step / perEpoch)).toBe(Math.floor((step + steps - 1) / perEpoch));
      step += steps;
    }
    // The call that was slow for the first time tells it; each after it makes one step.
    expect(new Set(calls.slice(calls.findIndex((_, i) => sum(calls.slice(0, i)) > 2 * perEpoch)))).toEqual(
      new Set([1]),
    );
  });

  test('makes exactly one step at a time while a hand leads it', async () => {
    const control = new TrainingControl();
    const { drawn, calls } = drawing();
    const { given, reports } = world({ control, clock: () => 0 });
    control.pause();
    const running = trainModel(run, drawn, given);
    await settle();
    for (let n = 1; n <= 3; n++) {
      control.step();
      await settle();
      expect(calls).toEqual(new Array(n).fill(1));
      expect(reports.at(-1)).toMatchObject({ phase: 'paused', step: n });
    }
    control.resume();
    await running;
    // Only now does it take more at once.
    expect(calls.slice(3, 8)).toEqual([1, 1, 1, 1, 8]);
  });

  test('stops and aborts between two calls', async () => {
    const control = new TrainingControl();
    const stopping = drawing((steps) => {
      if (steps === 8) control.stop();
    });
    const result = await trainStill(run, stopping.drawn, { control });
    expect(result).toMatchObject({ stopReason: 'stopped', steps: 4 + 8 });
    expect(stopping.calls).toEqual([1, 1, 1, 1, 8]);
    const controller = new AbortController();
    const aborting = drawing((steps) => {
      if (steps === 8) controller.abort();
    });
    await expect(trainStill(run, aborting.drawn, { signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(aborting.calls).toEqual([1, 1, 1, 1, 8]);
  });

  test('is given blocks all the same', async () => {
    const { drawn, calls } = drawing();
    expect(await trainStill(RUN, drawn)).toMatchObject({ stopReason: 'done', steps: STEPS });
    expect(calls).toEqual([]);
  });

  test('a sampler that gives fewer batches than it tells is an error, not no end', () => {
    const sampler = { stepsPerEpoch: 3, pairsPerStep: 1, epoch: () => [] };
    const trainer = createReferenceEngine().create(MODEL, initialState(MODEL, 100, 30, 1), engineDataOf(RUN.data));
    const advance = new Stepper(
      trainer,
      sampler,
      () => 0.1,
      () => 0,
    ).epoch(0);
    expect(() => advance(false)).toThrow('expected 3 batches in an epoch, found 0');
  });
});

describe.each(['bpr', 'softmax'] as const)('pairs compared with their negatives by %s', (loss) => {
  test('are learned: the loss falls, and more negatives lie below their pair', async () => {
    // Rows of one half have columns of one half.
    const pairRows = Array.from({ length: 400 }, (_, i) => i % 40);
    const pairColumns = pairRows.map((row, i) => 2 * ((7 * i + Math.floor(i / 40)) % 15) + (row % 2));
    const parted = splitPairs(
      { matrix: csrFromPairs(40, 30, pairRows, pairColumns).matrix },
      { fraction: 0.2, seed: 1 },
    );
    const batches: PairSpec = {
      kind: 'pairs',
      batchPairs: 16,
      order: 'shuffle',
      target: 'one',
      repeats: false,
      negatives: NEGATIVES,
    };
    const { history, stopReason } = await trainStill(
      {
        model: { ...MODEL, loss },
        training: { ...TRAINING, epochs: 12, batches },
        data: pairsOnly(parted.train, parted.heldOut),
        seed: 2,
      },
      createReferenceEngine(),
    );
    const [first, last] = [history[0], history[11]];
    expect(stopReason).toBe('done');
    expect(last.loss).toBeLessThan(first.loss * 0.8);
    expect(last.heldOutLoss).toBeLessThan(first.heldOutLoss as number);
    expect(last.metric).toBeGreaterThan(0.85);
    expect(last.heldOutMetric).toBeGreaterThan(first.heldOutMetric as number);
  });
});

test.each<[OptimiserSpec, boolean, boolean]>([
  [TORCH_ADAM, true, true],
  [{ ...TORCH_ADAM, lazy: true }, true, true],
  [TORCH_ADAGRAD, false, true],
  [{ kind: 'sgd', updates: 'batch', weightDecay: 0 }, false, false],
])('$kind keeps what it needs from the start to the end: $1, $2', async (optimiser, first, second) => {
  const model: FactorSpec = { ...MODEL, optimiser };
  const { state } = await trainStill({ ...RUN, model }, createReferenceEngine());
  for (const { tables } of [initialState(model, 100, 30, 1), state]) {
    for (const table of tables) {
      expect(table.m).toHaveLength(first ? table.values.length : 0);
      expect(table.v).toHaveLength(second ? table.values.length : 0);
    }
  }
});

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
