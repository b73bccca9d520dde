import { describe, expect, test } from 'vitest';
import type { Engine, EngineProbe } from '../../src/engines/engine';
import { createReferenceEngine } from '../../src/engines/reference/engine';
import { probeCpu, probeWasm } from '../../src/engines/tfjs/engine';
import { selfCheck } from '../../src/engines/tfjs/self-check';
import { blocksOf, CASES, compare, difference, SIZE, start } from './cases';

const PROBES: [string, EngineProbe][] = [
  ['wasm', probeWasm(null)],
  ['cpu', probeCpu],
];

describe.each(PROBES)('tfjs on %s', (name, probe) => {
  const open = async (): Promise<Engine> => {
    const found = await probe();
    if (!('engine' in found)) throw new Error(found.missing);
    expect(found.engine.description.engine).toBe(name);
    return found.engine;
  };

  test.each(CASES)('$name: steps as the reference does', async (example) => {
    const engine = await open();
    const tested = engine.create(example.spec, start(example), SIZE);
    const oracle = createReferenceEngine().create(example.spec, start(example), SIZE);
    const { losses, tables, steps } = await compare(tested, oracle, blocksOf(example), example.training.learningRate);
    expect(steps).toBeGreaterThanOrEqual(16);
    expect(losses).toBeLessThan(2e-4);
    for (const { apart } of tables) expect(apart).toBeLessThan(5e-3);
    tested.dispose();
  });

  test('no tensor is left behind by steps, scores, saving and loading', async () => {
    const engine = await open();
    const example = CASES[3];
    const before = engine.liveBuffers();
    const trainer = engine.create(example.spec, start(example), SIZE);
    const held = engine.liveBuffers();
    for (const block of blocksOf(example)) {
      trainer.step(block, 0.01);
      await trainer.losses();
    }
    await trainer.score(Int32Array.of(0, 1), blocksOf(example, 1)[0].inputs && onlyTwoRows(example));
    trainer.load(await trainer.save());
    expect(engine.liveBuffers()).toBe(held);
    trainer.dispose();
    const scorer = engine.scorer({ dimensions: 2, columns: Float32Array.of(1, 0, 0, 1), bias: null, temperature: 2 });
    await scorer.score(Float32Array.of(3, 4));
    scorer.dispose();
    expect(engine.liveBuffers()).toBe(before);
  });

  test('scores are temperature times the product, plus the bias', async () => {
    const engine = await open();
    const columns = {
      dimensions: 2,
      columns: Float32Array.of(1, 0, 0, 1, 1, 1),
      bias: Float32Array.of(10, 20, 30),
      temperature: 2,
    };
    const u = Float32Array.of(3, 4, -1, 0.5);
    const tested = engine.scorer(columns);
    expect([...(await tested.score(u))]).toEqual([16, 28, 44, 8, 21, 29]);
    const oracle = createReferenceEngine().scorer(columns);
    expect(difference(await tested.score(u), await oracle.score(u))).toBe(0);
    tested.dispose();
  });

  test('the same start gives the same bits', async () => {
    const engine = await open();
    const example = CASES[3];
    const run = async () => {
      const trainer = engine.create(example.spec, start(example), SIZE);
      for (const block of blocksOf(example)) trainer.step(block, 0.05);
      const { tables } = await trainer.save();
      trainer.dispose();
      return tables.map(({ values }) => values);
    };
    expect(await run()).toEqual(await run());
  });

  test('a saved state goes on as if nothing had been', async () => {
    const engine = await open();
    const example = CASES[2];
    const blocks = blocksOf(example);
    const whole = engine.create(example.spec, start(example), SIZE);
    for (const block of blocks) whole.step(block, 0.05);
    const first = engine.create(example.spec, start(example), SIZE);
    for (const block of blocks.slice(0, 7)) first.step(block, 0.05);
    const second = engine.create(example.spec, await first.save(), SIZE);
    for (const block of blocks.slice(7)) second.step(block, 0.05);
    expect((await second.save()).tables).toEqual((await whole.save()).tables);
    for (const trainer of [whole, first, second]) trainer.dispose();
  });

  test('passes the self-check', async () => {
    expect(await selfCheck(await open())).toBeNull();
  });
});

test('the self-check finds an engine whose gradients are wrong', async () => {
  const right = createReferenceEngine();
  const wrong: Engine = {
    ...right,
    create: (spec, state, size) => {
      const trainer = right.create(spec, state, size);
      return {
        ...trainer,
        step: (block, rate) => trainer.step({ ...block, positiveRows: block.positiveRows.map(() => 0) }, rate),
      };
    },
  };
  expect(await selfCheck(wrong)).toMatch(/its gradients are wrong \(off by 0\.\d+ in a self-check\)/);
});

function onlyTwoRows(example: (typeof CASES)[number]) {
  const { inputs } = blocksOf(example, 1)[0];
  if (!inputs) return null;
  const kept = [...inputs.pairRows.keys()].filter((p) => inputs.pairRows[p] < 2);
  return {
    columns: inputs.columns,
    pairRows: Int32Array.from(kept, (p) => inputs.pairRows[p]),
    pairColumns: Int32Array.from(kept, (p) => inputs.pairColumns[p]),
    weights: Float32Array.from(kept, (p) => inputs.weights[p]),
  };
}
