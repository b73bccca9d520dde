import { describe, expect, test } from 'vitest';
import {
  asGoodAsBest,
  bestOf,
  checkClassification,
  checkFeatures,
  checkPick,
  checkTrust,
  type Estimate,
  estimateOf,
  sharedNeighbours,
} from '../../src/cells/exercises/checks';
import { exercises } from '../../src/cells/exercises/exercise';
import { cells } from '../../src/cells/registry';
import { WorkerClient, type WorkerLike } from '../../src/kernel/client';
import { createKernel } from '../../src/kernel/kernel';
import type { Evaluation, KernelMethods, ProjectorMethods } from '../../src/kernel/protocol';
import { type Port, serve } from '../../src/kernel/serve';
import { presetById } from '../../src/models/registry';
import { type Actions, createActions } from '../../src/notebook/actions';
import type { Trial } from '../../src/notebook/actions/exercise-actions';
import { createNotebookStore } from '../../src/notebook/store';
import { browserStorage } from '../../src/notebook/text-storage';

const recall = (value: number, half = 0.02): Estimate => ({
  metric: 'recall',
  value,
  low: value - half,
  high: value + half,
});
const rmse = (value: number, half = 0.01): Estimate => ({ ...recall(value, half), metric: 'rmse' });

describe('checks', () => {
  test('the best is the highest recall, or the lowest error', () => {
    expect(bestOf([recall(0.1), recall(0.3), null, recall(0.2)])).toBe(1);
    expect(bestOf([rmse(0.9), rmse(1), rmse(0.85)])).toBe(2);
    expect(bestOf([null, null])).toBe(-1);
  });

  test('as good as the best is what lies within its interval', () => {
    expect(asGoodAsBest([recall(0.275), recall(0.29), recall(0.3), null])).toEqual([false, true, true, false]);
    expect(asGoodAsBest([rmse(0.855), rmse(0.85), rmse(0.87)])).toEqual([true, true, false]);
  });

  test('the interval of an RMSE shrinks with the pairs it is of', () => {
    const evaluation = (pairs: number) =>
      ({ model: { ranking: null, ratings: { rmse: 0.9, mae: 0.7, pairs } } }) as unknown as Evaluation;
    const small = estimateOf(evaluation(200));
    expect(small?.high).toBeCloseTo(0.9 + (1.96 * 0.9) / 20, 6);
    expect((estimateOf(evaluation(20_000))?.high ?? 9) - 0.9).toBeCloseTo(((small?.high ?? 0) - 0.9) / 10, 6);
    expect(estimateOf(null)).toBeNull();
  });

  test('a pick counts when three runs are there and it is as good as the best', () => {
    const runs = [
      { name: '8', estimate: recall(0.2) },
      { name: '16', estimate: recall(0.29) },
      { name: '32', estimate: recall(0.3) },
    ];
    expect(checkPick(runs.slice(0, 2), 1).state).toBe('open');
    expect(checkPick(runs, null).state).toBe('open');
    expect(checkPick(runs, 0)).toMatchObject({
      state: 'wrong',
      text: expect.stringContaining('worse, by more than chance'),
    });
    expect(checkPick(runs, 1).state).toBe('right');
    expect(checkPick(runs, 2).text).toContain('16 is as good and takes less');
    expect(
      checkPick(
        runs.map((run) => ({ ...run, estimate: null })),
        1,
      ).state,
    ).toBe('open');
  });

  test('a classifier has to beat the majority by more than chance', () => {
    expect(checkClassification({ accuracy: 0.6, majorityAccuracy: 0.3, tested: 200 }).state).toBe('right');
    expect(checkClassification({ accuracy: 0.6, majorityAccuracy: 0.55, tested: 20 }).text).toContain('chance');
    expect(checkClassification({ accuracy: 0.3, majorityAccuracy: 0.55, tested: 200 }).state).toBe('wrong');
  });

  test('features have to beat the model without them; Popular is told beside', () => {
    expect(checkFeatures(recall(0.3), recall(0.1), 0.12).state).toBe('right');
    expect(checkFeatures(recall(0.3), recall(0.1), 0.05).text).not.toContain('the same');
    expect(checkFeatures(recall(0.3), recall(0.1), 0.4).text).toContain('showing everyone the same');
    expect(checkFeatures(recall(0.11), recall(0.1), 0.05)).toMatchObject({
      state: 'wrong',
      text: expect.stringContaining('chance'),
    });
    expect(checkFeatures(recall(0.1), recall(0.3), 0.05).state).toBe('wrong');
    expect(checkFeatures(recall(0.1), null, null).state).toBe('open');
  });

  test('only the test on what was not seen is to be trusted', () => {
    expect(checkTrust('right', recall(0.9), recall(0.1)).state).toBe('right');
    expect(checkTrust('tutorial', recall(0.9), recall(0.1)).state).toBe('wrong');
    expect(checkTrust(null, recall(0.9), recall(0.1)).state).toBe('open');
  });

  test('neighbours that stay are counted by id', () => {
    expect(sharedNeighbours([{ id: 'a' }, { id: 'b' }], [{ id: 'c' }, { id: 'b' }])).toBe(1);
  });
});

// Works about animals, and works about boats, of which the field “kind” knows.
const LINES = Array.from({ length: 60 }, (_, i) =>
  JSON.stringify({
    id: `w${i}`,
    title: `Work ${i}`,
    kind: i % 2 ? 'animals' : 'boats',
    subjects: [
      'everything',
      ...Array.from({ length: 6 }, (_, s) => `${i % 2 ? 'animal' : 'boat'} ${(i * 7 + s * (1 + (i % 5))) % 9}`),
    ],
  }),
);
const FILE = new File([LINES.join('\n')], 'works.jsonl');
const OPTIONS = { epochs: 6, dimensions: 4, batchSize: 16 };

/** A page's actions on a real kernel at the other end of a real channel. */
async function notebook() {
  const { port1, port2 } = new MessageChannel();
  const listeners: ((event: unknown) => void)[] = [];
  const worker = {
    postMessage: (message: unknown, transfer: Transferable[]) => port1.postMessage(message, transfer),
    terminate: () => port1.close(),
    addEventListener: (type: string, listener: (event: unknown) => void) => {
      if (type === 'message') listeners.push(listener);
    },
  } as unknown as WorkerLike;
  port1.onmessage = ({ data }) => {
    for (const listener of listeners) listener({ data });
  };
  serve<KernelMethods>(port2 as unknown as Port, createKernel(), () => performance.now());
  const store = createNotebookStore(cells.ids);
  const actions: Actions = createActions({
    graph: cells,
    runCell: (cell) => cells.cell(cell).run(actions),
    store,
    host: {
      kernel: new WorkerClient<KernelMethods>(() => worker),
      projector: new WorkerClient<ProjectorMethods>(() => {
        throw new Error('no map is laid out here');
      }),
    },
    clock: () => performance.now(),
    environmentKey: 'this test',
    cache: {
      write: async () => 'kept',
      clear: async () => undefined,
      read: async () => null,
      allowed: async () => true,
    },
    storage: browserStorage(() => {
      throw new Error('expected nothing to be kept');
    }),
    mark: () => undefined,
    sample: async () => FILE,
    random: () => 0.5,
  });
  await actions.refreshDevice('reference');
  await actions.load([FILE]);
  actions.setModel({ preset: 'cofactor-default', options: OPTIONS });
  await actions.train();
  await actions.evaluate();
  return { store, actions, close: () => port1.close() };
}

describe('exercises on real runs', () => {
  test('each has a place and says what it lacks', async () => {
    expect(exercises.map(({ id }) => id)).toEqual([
      'embedding-size',
      'longer-or-larger',
      'layers',
      'predict-field',
      'prior-information',
      'stop-words',
      'other-links',
      'seen-or-not',
    ]);
    const { store, close } = await notebook();
    const { dataset } = store.getState().outputs;
    close();
    if (!dataset) throw new Error('expected a dataset');
    const missing = (id: string, preset: string) =>
      exercises
        .find((exercise) => exercise.id === id)
        ?.missing({ dataset, summary: dataset.summary, preset: presetById(preset) });
    expect(missing('layers', 'cofactor-default')).toContain('dense layers');
    expect(missing('layers', 'embedding-net')).toBeNull();
    expect(missing('prior-information', 'cofactor-default')).toBeNull();
    expect(missing('prior-information', 'embedding-net')).toContain('model of pairs');
    expect(missing('predict-field', 'wellcome')).toBeNull();
    expect(missing('other-links', 'wellcome')).toContain('several lists');
  });

  test('trials are made and measured one after another, and all is put back', async () => {
    const { store, actions, close } = await notebook();
    const before = store.getState();
    const seen: string[] = [];
    const plans = ['2', '8', '16'].map((name) => ({ name, options: { dimensions: Number(name) } }));
    const trials = await actions.trials('embedding-size', plans, ({ name }) => seen.push(name));
    expect(seen).toEqual(['2', '8', '16']);
    expect(trials.map(({ report }) => report.parameters)).toEqual(
      trials.map(({ report }) => report.parameters).toSorted((a, b) => a - b),
    );
    const runs = trials.map(({ name, evaluation }) => ({ name, estimate: estimateOf(evaluation) }));
    expect(runs.every(({ estimate }) => estimate && estimate.low <= estimate.value)).toBe(true);
    expect(checkPick(runs, bestOf(runs.map(({ estimate }) => estimate))).state).toBe('right');
    const after = store.getState();
    expect(after.notebook.model).toEqual(before.notebook.model);
    expect(after.outputs.training).toEqual(before.outputs.training);
    expect(after.outputs.evaluation).toEqual(before.outputs.evaluation);
    expect([after.runtimes.training.status, after.runtimes.evaluation.status]).toEqual(['done', 'done']);
    expect(after.exercise).toBeNull();
    expect(after.outputs.runs).toHaveLength(4);
    // The kernel, too, answers for the run before.
    expect((await actions.vector('row', { index: 0 })).values).toHaveLength(4);
    close();
  });

  test('a cancelled one keeps what is done and puts the notebook back', async () => {
    const { store, actions, close } = await notebook();
    const { model } = store.getState().notebook;
    const done: Trial[] = [];
    const plans = ['2', '3', '4'].map((name) => ({ name, options: { dimensions: Number(name) } }));
    const work = actions.trials('embedding-size', plans, (trial) => {
      done.push(trial);
      actions.cancelExercise();
    });
    await expect(actions.trials('other', plans)).rejects.toThrow('Expected no other exercise under way');
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
    expect(done.map(({ name }) => name)).toEqual(['2']);
    expect(store.getState().notebook.model).toEqual(model);
    expect(store.getState().outputs.training?.run).toBe(1);
    close();
  });

  test('features help works that training never saw, and the vectors know the kind', async () => {
    const { actions, close } = await notebook();
    const cold = { holdOutMethod: 'cold', holdOutCold: 'keep', epochs: 40, holdOutMinimum: 2 };
    const [without, withFeatures] = await actions.trials('prior-information', [
      { name: 'without', options: { ...cold, rowFeatures: false } },
      { name: 'with', options: { ...cold, rowFeatures: true } },
    ]);
    const [a, b] = [estimateOf(withFeatures.evaluation), estimateOf(without.evaluation)];
    expect(a?.value).toBeGreaterThan(b?.value ?? 1);
    const found = await actions.classify('predict-field', { side: 'row', field: 'kind', seed: 1 });
    expect(checkClassification(found).state).toBe('right');
    close();
  });

  test('the two towers as in the seed measure memory, and are told so', async () => {
    const { actions, close } = await notebook();
    // A list of ten would hold half of all subjects.
    await actions.evaluate({ k: 3 });
    const [seed, right] = await actions.trials('seen-or-not', [
      { name: 'seed', preset: 'two-tower', options: { leak: true, seenItems: true, epochs: 80, learningRate: 0.1 } },
      { name: 'right', preset: 'two-tower', options: { epochs: 80, learningRate: 0.1 } },
    ]);
    expect(seed.evaluation?.leaks.some(({ text }) => text.includes('learned by heart'))).toBe(true);
    expect(right.evaluation?.leaks.some(({ text }) => text.includes('also in training'))).toBe(false);
    expect(estimateOf(seed.evaluation)?.value).toBeGreaterThan(estimateOf(right.evaluation)?.value ?? 1);
    close();
  });

  test('neighbours before and after a stop-word is taken away', async () => {
    const { store, actions, close } = await notebook();
    await actions.select('row', { id: 'w3' });
    const compared = await actions.beforeAfter('stop-words', async () => {
      // Without the map, which needs a worker of its own.
      await actions.clean({ stopColumns: ['everything'] }).catch(() => undefined);
    });
    expect(compared).toMatchObject({ side: 'row', label: 'Work 3' });
    expect([compared.before.length, compared.after?.length]).toEqual([10, 10]);
    expect(store.getState().outputs.dataset?.summary.columns).toBe(18);
    expect(store.getState().selection?.label).toBe('Work 3');
    close();
  });

  test('the furthest are the ends of the nearest, and what was never trained on has no prediction', async () => {
    const { actions, close } = await notebook();
    const all = await actions.neighbours('row', { index: 4 }, 59, 'cosine');
    const least = await actions.neighbours('row', { index: 4 }, 5, 'cosine', true);
    expect(least.map(({ score }) => score)).toEqual(
      all
        .toReversed()
        .slice(0, 5)
        .map(({ score }) => score),
    );
    await actions.train({ options: { ...OPTIONS, holdOutMethod: 'cold', holdOutMinimum: 2 } });
    const unknown = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => ((await actions.vector('row', { index })).unknown ? [index] : [])),
    );
    const cold = unknown.flat();
    expect(cold.length).toBeGreaterThan(5);
    expect(await actions.topK('row', { index: cold[0] }, 5, false)).toEqual([]);
    close();
  });
});
