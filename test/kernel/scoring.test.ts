import { beforeAll, describe, expect, test } from 'vitest';
import { columnDegrees, rowDegrees } from '../../src/data/csr';
import { scorePairs } from '../../src/embedding/vectors';
import { DeviceLostError, type Engine } from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { rankHeldOut } from '../../src/evaluation/ranking';
import { Devices } from '../../src/kernel/devices';
import { loadHandlers } from '../../src/kernel/handlers/load';
import { exportPredictions } from '../../src/kernel/handlers/suggestions';
import { trainHandlers } from '../../src/kernel/handlers/train';
import type { Run } from '../../src/kernel/run';
import { Session } from '../../src/kernel/session';
import type { OptionValues } from '../../src/models/option';
import { difference } from '../engines/cases';
import { context } from '../support/calling';
import { FILMS, ratingsFiles, USERS } from '../support/ratings-files';
import { task } from '../support/task';

/** Each option sets a hold-out that leaves some users without a training pair. */
const COLD: OptionValues = { holdOutMethod: 'cold', holdOutShare: 0.1, epochs: 3, learningRate: 0.02 };

/** The engines are tried in their order, the next one when a device was lost. */
async function trained(preset: string, options: OptionValues, engines: readonly Engine[] = [createReferenceEngine()]) {
  let tried = 0;
  const session = new Session(new Devices(async () => async () => ({ engine: engines[tried++] })));
  await loadHandlers(session).load({ files: ratingsFiles(), options: {} }, context());
  const { run } = await trainHandlers(session).train({ preset, options: { ...COLD, ...options } }, context());
  return { session, engine: engines[0], run: session.requireRun(run) };
}

function cold({ split }: Run): number[] {
  return [...rowDegrees(split.train).keys()].filter((row) => rowDegrees(split.train)[row] === 0);
}

const rowsOf = (row: number) => new Int32Array(FILMS).fill(row);
const films = Int32Array.from({ length: FILMS }, (_, film) => film);
const users = Int32Array.from({ length: USERS }, (_, user) => user);

describe('a factor model', () => {
  let found: Awaited<ReturnType<typeof trained>>;
  beforeAll(async () => {
    found = await trained('biased-mf', { dimensions: 4 });
  });

  test('scores a row and a column as its vectors do', async () => {
    const { session, run } = found;
    const byRow = await session.scoring.columns(run, 0);
    expect(difference(byRow, scorePairs(run.learned.vectors, rowsOf(0), films))).toBeLessThan(1e-6);
    const byColumn = await session.scoring.rows(run, 3);
    expect(byColumn[0]).toBeCloseTo(byRow[3], 6);
  });

  test('says nothing of users that training never saw', async () => {
    const { session, run } = found;
    expect(cold(run).length).toBe(5);
    const scores = await session.scoring.rows(run, 3);
    expect([...scores.keys()].filter((row) => Number.isNaN(scores[row]))).toEqual(cold(run));
  });

  test('ranks blocks of rows in the order of its scores', async () => {
    const { session, run } = found;
    const block = await session.scoring.withScorer(run, async (scorer) => scorer(Int32Array.of(5, 0)));
    const order = (scores: Float32Array) => [...scores.keys()].sort((a, b) => scores[b] - scores[a]);
    expect(order(block.slice(0, FILMS))).toEqual(order(await session.scoring.columns(run, 5)));
    expect(order(block.slice(FILMS))).toEqual(order(await session.scoring.columns(run, 0)));
    expect(found.engine.liveBuffers()).toBe(0);
  });
});

test('lists are the same with all scores and without them', async () => {
  const options = { holdOutMethod: 'time', holdOutShare: 0.85, holdOutCold: 'keep', dimensions: 4 };
  const { session, run } = await trained('two-tower', options);
  for (const excludeSeen of [true, false]) {
    const settings = { k: 5, excludeSeen };
    const short = await session.scoring.withScorer(run, async (scorer) => {
      expect(scorer.top).toBeDefined();
      return rankHeldOut(run.split, scorer, settings, task());
    });
    const long = await session.scoring.withScorer(run, async (scorer) =>
      rankHeldOut(run.split, (rows) => scorer(rows), settings, task()),
    );
    expect(short?.perRow.rows.length).toBeGreaterThan(5);
    expect(short).toEqual(long);
  }
});

test('suggestions in a table carry the scores and the ratings that single rows tell', async () => {
  for (const preset of ['biased-mf', 'two-tower']) {
    const { session, run } = await trained(preset, { dimensions: 4 });
    const table = await exportPredictions(session, { run: run.id, k: 3, rows: 'all' }, context());
    const lines = (await table.text()).trimEnd().split('\n').slice(1);
    expect(lines.length).toBeGreaterThan(3 * (USERS - 6));
    for (const line of lines) {
      const [user, , film, , score] = line.split(',');
      const [row, column] = [session.resolve('row', { id: user }), session.resolve('column', { id: film })];
      const [rating] = await session.scoring.predictions(run, Int32Array.of(row), Int32Array.of(column));
      const own = (await session.scoring.columns(run, row))[column];
      expect(Number(score)).toBeCloseTo(preset === 'biased-mf' ? rating : own, 4);
    }
  }
});

test('films that training never saw have no score, unless their features speak for them', async () => {
  // The latest third leaves films with few ratings without one.
  const options = { holdOutMethod: 'time', holdOutShare: 0.85, holdOutCold: 'keep', dimensions: 4 };
  const { session, run } = await trained('two-tower', options);
  const degrees = columnDegrees(run.split.train);
  const unseen = [...degrees.keys()].filter((film) => degrees[film] === 0);
  expect(unseen.length).toBeGreaterThan(0);
  const scores = await session.scoring.columns(run, 0);
  expect([...scores.keys()].filter((film) => Number.isNaN(scores[film]))).toEqual(unseen);
  const block = await session.scoring.withScorer(run, async (scorer) => scorer(Int32Array.of(0)));
  expect([...block.keys()].filter((film) => Number.isNaN(block[film]))).toEqual(unseen);
  const featured = await trained('two-tower', { ...options, columnFeatures: true });
  expect((await featured.session.scoring.columns(featured.run, 0)).every(Number.isFinite)).toBe(true);
});

describe.each([
  ['goodbooks-mf', { dimensions: 4, hidden: '6', validationShare: 0 }, [0, Number.POSITIVE_INFINITY]],
  ['embedding-net', { dimensions: 4, hidden: '6, 5', dropouts: '0.5', columnFeatures: true }, [0.5, 5.5]],
  ['neumf', { dimensions: 4, hidden: '6' }, [0, 1]],
] as const)('a network (%s)', (preset, options, [lowest, highest]) => {
  let found: Awaited<ReturnType<typeof trained>>;
  beforeAll(async () => {
    found = await trained(preset, options);
  });

  test('scores as the reference predictor says of each pair', async () => {
    const { session, run } = found;
    const { network } = run.learned;
    if (!network) throw new Error('expected a network');
    const engine = createReferenceEngine();
    const predictor = engine.predictor(network.spec, network.tables, {
      rows: USERS,
      columns: FILMS,
      rowFeatures: null,
      columnFeatures: network.inputs.columnFeatures,
    });
    expect(network.inputs.columnFeatures !== null).toBe(preset === 'embedding-net');
    for (const row of [0, cold(run)[0]]) {
      const scores = await session.scoring.columns(run, row);
      for (const film of [0, 7, FILMS - 1]) {
        const [expected] = await predictor.logits({ rows: Int32Array.of(row), columns: Int32Array.of(film) });
        expect(scores[film]).toBeCloseTo(expected, 5);
      }
    }
    const byColumn = await session.scoring.rows(run, 7);
    const byRow = await session.scoring.columns(run, 11);
    expect(byColumn[11]).toBeCloseTo(byRow[7], 5);
    const block = await session.scoring.withScorer(run, async (scorer) => scorer(Int32Array.of(2, 11)));
    expect(difference(block.slice(FILMS), byRow)).toBeLessThan(1e-5);
  });

  test('predicts within its range, a user that training never saw too', async () => {
    const { session, run } = found;
    const [unseen] = cold(run);
    for (const row of [0, unseen]) {
      const predictions = await session.scoring.predictions(run, rowsOf(row), films);
      expect(predictions.every((value) => value >= lowest && value <= highest)).toBe(true);
      expect(predictions.every(Number.isFinite)).toBe(true);
      expect(new Set(predictions).size).toBeGreaterThan(5);
    }
  });

  test('is held on the device once, and given back', async () => {
    const { session, run, engine } = found;
    await session.scoring.columns(run, 0);
    await session.scoring.rows(run, 1);
    expect(engine.liveBuffers()).toBe(1);
    session.scoring.close();
    expect(engine.liveBuffers()).toBe(0);
  });
});

test('predictions of ratings within a range stay in it', async () => {
  const { session, run } = await trained('dot-bias', { learningRate: 0.1, epochs: 20 });
  const film = session.resolve('column', { id: 'f3' });
  const predictions = await session.scoring.predictions(run, users, new Int32Array(USERS).fill(film));
  expect(predictions.every((value) => value > 0 && value < 5.5)).toBe(true);
  const seen = users.filter((user) => !cold(run).includes(user));
  // Film 3 is to the taste of every second user.
  const mean = (parity: number) => {
    const list = Array.from(seen).filter((user) => user % 2 === parity);
    return list.reduce((sum, user) => sum + predictions[user], 0) / list.length;
  };
  expect(mean(1)).toBeGreaterThan(mean(0) + 1);
});

/** An engine whose device goes away once `lost` is set. */
function losable() {
  const state = { lost: false };
  const engine = createReferenceEngine();
  const alive = () => {
    if (state.lost) throw new DeviceLostError('The graphics device was lost.');
  };
  const losing: Engine = {
    ...engine,
    // The first that is tried; the next one is another.
    description: { ...engine.description, engine: 'webgpu' },
    predictor: (...args) => {
      const predictor = engine.predictor(...args);
      return {
        ...predictor,
        logits: async (pairs) => {
          alive();
          return predictor.logits(pairs);
        },
      };
    },
    scorer: (columns) => {
      alive();
      return engine.scorer(columns);
    },
  };
  return { state, losing };
}

test.each([
  ['neumf', { dimensions: 4, hidden: '6' }],
  ['biased-mf', { dimensions: 4 }],
])('a device that is lost while %s judges: the next one goes on', async (preset, options) => {
  const { state, losing } = losable();
  const next = createReferenceEngine();
  const { session, run } = await trained(preset, options, [losing, next]);
  const rank = () => session.scoring.withScorer(run, async (scorer) => scorer(Int32Array.of(3, 4)));
  const before = await rank();
  state.lost = true;
  expect(await rank()).toEqual(before);
  expect((await session.devices.current()).description.engine).toBe(next.description.engine);
});
