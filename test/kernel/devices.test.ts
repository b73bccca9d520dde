import { describe, expect, test } from 'vitest';
import type { Engine, EngineId } from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { Devices } from '../../src/kernel/devices';
import { type FactorSpec, PLAIN_FACTORS } from '../../src/models/factor';
import { PLAIN_DESCENT } from '../../src/models/optimiser';

function named(engine: EngineId): Engine {
  return { ...createReferenceEngine(), description: { engine, adapter: engine, reason: `${engine} runs.` } };
}

function devices(missing: Partial<Record<EngineId, string>>) {
  const asked: string[] = [];
  const found = new Devices(async (engine, userSelected) => {
    asked.push(userSelected ? `${engine} by hand` : engine);
    return async () => (missing[engine] ? { missing: missing[engine] } : { engine: named(engine) });
  });
  return { found, asked };
}

test('the first that runs is taken, and says why better ones are not', async () => {
  const { found, asked } = devices({ webgpu: 'WebGPU found no graphics processor here.' });
  expect((await found.current()).description).toEqual({
    engine: 'wasm',
    adapter: 'wasm',
    reason: 'WebGPU found no graphics processor here. wasm runs.',
  });
  expect(asked).toEqual(['webgpu', 'wasm']);
  await found.current();
  expect(asked).toHaveLength(2);
});

test('two who ask at once get the same engine, probed once', async () => {
  const { found, asked } = devices({ webgpu: 'No A.' });
  const [a, b, c] = await Promise.all([found.current(), found.choose('auto'), found.current()]);
  expect(asked).toEqual(['webgpu', 'wasm']);
  expect(b).toBe(a);
  expect(c).toBe(a);
});

test('a choice is kept, and one that cannot run leaves what there was', async () => {
  const { found, asked } = devices({ webgl: 'WebGL is not used: its gradients are wrong.' });
  await found.choose('cpu');
  expect(asked).toEqual(['cpu by hand']);
  await expect(found.choose('webgl')).rejects.toThrow('WebGL is not used: its gradients are wrong.');
  expect(await found.state()).toMatchObject({ chosen: 'cpu', current: { engine: 'cpu' } });
});

test('a lost device is replaced by the next and not tried again', async () => {
  const { found } = devices({});
  const first = await found.current();
  expect(first.description.engine).toBe('webgpu');
  const next = await found.replace(first, 'The graphics device was lost.');
  expect(next?.description.engine).toBe('wasm');
  const state = await found.state();
  expect(state.options.find(({ engine }) => engine === 'webgpu')?.missing).toBe('The graphics device was lost.');
  await expect(found.choose('webgpu')).rejects.toThrow('was lost earlier; reload the page to try it again');
});

describe('a model that not every engine trains', () => {
  const spec: FactorSpec = {
    ...PLAIN_FACTORS,
    dimensions: 2,
    loss: 'mse',
    initializer: { kind: 'normal', scale: 1 },
    optimiser: PLAIN_DESCENT,
  };
  /** Engines of which only some train it. */
  const choosy = (willing: readonly EngineId[]) =>
    new Devices(async (engine) => async () => ({
      engine: {
        ...named(engine),
        refuses: () => (willing.includes(engine) ? null : `${engine} trains no such model.`),
      },
    }));

  test('is trained by the next that does, which is said; the device stays as it was', async () => {
    const found = choosy(['wasm', 'reference']);
    const { engine, notice } = await found.forModel(spec);
    expect(engine.description.engine).toBe('wasm');
    expect(notice).toBe('webgpu trains no such model. WASM (processor) trains this model.');
    expect(await found.state()).toMatchObject({ chosen: 'auto', current: { engine: 'webgpu' } });
  });

  test('is trained by the chosen engine where that one does', async () => {
    const found = choosy(['cpu', 'wasm']);
    await found.choose('cpu');
    expect(await found.forModel(spec)).toMatchObject({ engine: { description: { engine: 'cpu' } }, notice: null });
  });

  test('is trained by the reference in the end, or by none', async () => {
    expect((await choosy(['reference']).forModel(spec)).engine.description.engine).toBe('reference');
    await expect(choosy([]).forModel(spec)).rejects.toThrow('webgpu trains no such model.');
  });
});

describe('speeds measured before', () => {
  const speed = (engine: EngineId, pairsPerSecond: number | null) => ({
    engine,
    title: engine,
    pairsPerSecond,
    missing: pairsPerSecond ? null : `No ${engine}.`,
  });

  test('the fastest is taken, and says so', async () => {
    const { found, asked } = devices({});
    found.prefer([speed('webgpu', null), speed('wasm', 12.34e6), speed('cpu', 345_678)]);
    expect((await found.current()).description.reason).toBe('wasm runs. Fastest here: 12.3 M pairs/s.');
    expect(asked).toEqual(['wasm']);
  });

  test('the next is taken where the fastest is gone, and engines that were not measured come last', async () => {
    const { found } = devices({ wasm: 'No B.', cpu: 'No D.' });
    found.prefer([speed('wasm', 12e6), speed('cpu', 1e6)]);
    expect((await found.current()).description.reason).toBe('No B. No D. webgpu runs.');
  });

  test('a choice by hand counts for more', async () => {
    const { found } = devices({});
    found.prefer([speed('wasm', 12e6), speed('cpu', 1e6)]);
    expect((await found.choose('cpu')).description).toMatchObject({ engine: 'cpu', reason: 'cpu runs.' });
    expect((await found.choose('auto')).description.engine).toBe('wasm');
  });
});

test('an engine is started once; one found by hand only is asked for again', async () => {
  const { found, asked } = devices({});
  const first = await found.choose('wasm');
  await found.choose('cpu');
  expect(await found.choose('wasm')).toBe(first);
  found.prefer([{ engine: 'wasm', title: 'WASM', pairsPerSecond: 1e6, missing: null }]);
  await found.choose('cpu');
  await found.choose('auto');
  await found.choose('webgl');
  await found.choose('auto');
  expect(asked).toEqual(['wasm by hand', 'cpu by hand', 'wasm', 'webgl by hand']);
});

test('with nothing that runs all reasons are told', async () => {
  const { found } = devices({ webgpu: 'No A.', wasm: 'No B.', webgl: 'No C.', cpu: 'No D.' });
  await expect(found.current()).rejects.toThrow('No A. No B. No C. No D.');
});
