import { describe, expect, test } from 'vitest';
import { DeviceLostError, type Engine, type EngineId } from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { Devices } from '../../src/kernel/devices';
import { benchmarkHandlers } from '../../src/kernel/handlers/benchmark';
import type { BenchmarkProgress } from '../../src/kernel/protocol';
import { Session } from '../../src/kernel/session';
import { TrainingControl } from '../../src/training/control';
import { context, watched } from '../support/calling';

/** Milliseconds that a step takes on each engine: a clock that moves with the steps alone. */
type Costs = Partial<Record<EngineId, number>>;

/** A kernel of engines that are the reference by other names, and cost what they are told to. */
function machine(costs: Costs) {
  const time = { now: 0, trainers: 0 };
  const engine = (id: EngineId, cost: number): Engine => {
    const reference = createReferenceEngine();
    return {
      ...reference,
      description: { engine: id, adapter: id, reason: `${id} runs.` },
      create(spec, state, data) {
        const trainer = reference.create(spec, state, data);
        let steps = 0;
        time.trainers++;
        return {
          ...trainer,
          step(batch, rate) {
            // The first step is a real one; more would only take long.
            if (steps++ === 0) trainer.step(batch, rate);
            time.now += cost;
          },
          dispose() {
            time.trainers--;
            trainer.dispose();
          },
        };
      },
    };
  };
  const devices = new Devices(async (id) => async () => {
    const cost = costs[id];
    return cost ? { engine: engine(id, cost) } : { missing: `No ${id} here.` };
  });
  const session = new Session(devices);
  const timed =
    (benchmark: ReturnType<typeof benchmarkHandlers>['benchmark']): typeof benchmark =>
    (params, task) =>
      benchmark(params, { ...task, clock: () => time.now });
  return { time, devices, session, benchmark: timed(benchmarkHandlers(session).benchmark) };
}

/** Pairs of a step: 1,024 and ten negatives for each. */
const PAIRS = 1024 * 11;

describe('the benchmark', () => {
  test('measures each engine that is there, and the fastest is then in use', async () => {
    const { benchmark, devices, time } = machine({ wasm: 200, cpu: 50 });
    expect((await devices.current()).description.engine).toBe('wasm');
    const { context: call, reports } = watched<BenchmarkProgress>();
    const speeds = await benchmark({}, call);
    expect(speeds).toEqual([
      { engine: 'webgpu', title: 'WebGPU (graphics processor)', pairsPerSecond: null, missing: 'No webgpu here.' },
      { engine: 'wasm', title: 'WASM (processor)', pairsPerSecond: PAIRS * 5, missing: null },
      { engine: 'webgl', title: 'WebGL (graphics processor)', pairsPerSecond: null, missing: 'No webgl here.' },
      { engine: 'cpu', title: 'JavaScript (processor)', pairsPerSecond: PAIRS * 20, missing: null },
    ]);
    expect(time.trainers).toBe(0);
    expect((await devices.current()).description).toEqual({
      engine: 'cpu',
      adapter: 'cpu',
      reason: 'cpu runs. Fastest here: 230,000 pairs/s.',
    });
    const shares = reports.map(({ share }) => share);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares[0]).toBe(0);
    expect(shares.at(-1)).toBeGreaterThan(0.95);
    expect(reports.at(-1)).toMatchObject({ title: 'JavaScript (processor)', speeds: speeds.slice(0, 3) });
  });

  test('an engine chosen by hand stays in use', async () => {
    const { benchmark, devices } = machine({ wasm: 200, cpu: 50 });
    const chosen = await devices.choose('wasm');
    await benchmark({}, context());
    expect(await devices.current()).toBe(chosen);
    expect((await devices.choose('auto')).description.engine).toBe('cpu');
  });

  test('cancelled, it leaves all as it was', async () => {
    const { benchmark, devices, time } = machine({ wasm: 200, cpu: 50 });
    const before = await devices.current();
    const controller = new AbortController();
    const progress = ({ title }: BenchmarkProgress) => {
      if (title.startsWith('JavaScript')) controller.abort();
    };
    await expect(benchmark({}, { ...context(), signal: controller.signal, progress })).rejects.toThrow('aborted');
    expect(await devices.current()).toBe(before);
    expect(before.description.reason).toBe('No webgpu here. wasm runs.');
    expect(time.trainers).toBe(0);
  });

  test('it waits for no training, and says so', async () => {
    const { benchmark, session } = machine({ cpu: 50 });
    session.control = new TrainingControl();
    await expect(benchmark({}, context())).rejects.toThrow(
      'Expected no training under way, found one: stop it before measuring this machine.',
    );
  });
});

test('an engine that breaks is told, and one that is lost is not used again', async () => {
  const { devices } = machine({ webgpu: 1, wasm: 200, cpu: 50 });
  expect((await devices.current()).description.engine).toBe('webgpu');
  const speeds = await devices.measure(
    async ({ description: { engine } }) => {
      if (engine === 'webgpu') throw new DeviceLostError('The graphics device was lost.');
      if (engine === 'cpu') throw new RangeError('Array buffer allocation failed');
      return 3e6;
    },
    () => undefined,
  );
  expect(speeds.map(({ pairsPerSecond, missing }) => pairsPerSecond ?? missing)).toEqual([
    'The graphics device was lost.',
    3e6,
    'No webgl here.',
    'This takes more memory than the browser gives this page. Try a smaller file or model.',
  ]);
  expect((await devices.current()).description.reason).toBe('wasm runs. Fastest here: 3.00 M pairs/s.');
  await expect(devices.choose('webgpu')).rejects.toThrow('was lost earlier');
});
